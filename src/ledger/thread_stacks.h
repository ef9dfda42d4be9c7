// The stacks of a process's threads.
#pragma once

#include <vector>

#include "ledger/address_map.h"
#include "nodeheap/memory.h"

namespace nodeheap::ledger {

struct ThreadStack {
  uint32_t thread_id = 0;
  Range memory;  // with what libc keeps of the thread at its upper end
  Range guard;   // below it, never to be touched; empty if unknown
};

// In the order of the threads; without those whose stack is not in the memory.
std::vector<ThreadStack> FindThreadStacks(const MemorySource& memory);

}  // namespace nodeheap::ledger
