// The arenas of glibc's malloc (struct malloc_state) and their heaps (struct heap_info).
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "ledger/address_map.h"
#include "nodeheap/memory.h"

namespace nodeheap::ledger {

// Memory that an arena cuts into chunks.
struct HeapState {
  Range memory;
  uint64_t first_chunk = 0;
};

struct ArenaState {
  uint64_t address = 0;
  uint64_t top = 0;  // the last chunk, of which others are cut
  uint64_t system_bytes = 0;
  std::array<uint64_t, 10> fast_bins = {};
  std::vector<HeapState> heaps = {};
  std::string problem = {};  // why heaps are missing; empty if none is
};

// The main arena first; empty if there is none. `data`, `anonymous`: see ReadGlibcMalloc().
std::vector<ArenaState> FindArenas(const MemorySource& memory, std::span<const Range> data,
                                   std::span<const Range> anonymous);

}  // namespace nodeheap::ledger
