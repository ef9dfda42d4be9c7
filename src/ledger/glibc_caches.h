// Chunks that glibc's malloc counts as used, though the program has freed them: those in the fast
// bins of an arena, and in the cache of a thread (struct tcache_perthread_struct).
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "ledger/address_map.h"
#include "nodeheap/memory.h"

namespace nodeheap::ledger {

// The cached chunks, if the chunk of `size` bytes at `chunk` is the cache of a thread: such a cache
// is a chunk among the others. All of its 64 lists must be as long as it says, and end.
std::optional<std::vector<Range>> ReadThreadCache(const MemorySource& memory, uint64_t chunk,
                                                  uint64_t size);

// The chunks in the list of a fast bin that holds chunks of `size`; nullopt if it is damaged, or
// has more than `limit`.
std::optional<std::vector<Range>> ReadFastBin(const MemorySource& memory, uint64_t first,
                                              uint64_t size, uint64_t limit);

}  // namespace nodeheap::ledger
