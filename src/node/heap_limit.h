// What V8 noted on the stack when memory ran out, for whoever reads the core (HeapStats in
// v8/src/heap/heap.h, filled by V8::FatalProcessOutOfMemory).
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "nodeheap/memory.h"

namespace nodeheap::node {

// Bytes.
struct HeapStatistics {
  uint64_t taken = 0;  // of memory for the heap
  uint64_t allowed =
      0;  // as much may be taken: --max-old-space-size, and what young objects may need
  std::string_view largest_space;
  uint64_t in_largest_space = 0;  // by objects
};

// nullopt if they are not on the thread's stack.
std::optional<HeapStatistics> FindHeapStatistics(const MemorySource& memory,
                                                 const ThreadState& thread);

}  // namespace nodeheap::node
