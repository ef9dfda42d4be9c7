// Where the stacks of threads are in memory.
#pragma once

#include <cstdint>

#include "nodeheap/memory.h"

namespace nodeheap::v8 {

struct StackRange {
  uint64_t start = 0;  // the stack pointer
  uint64_t end = 0;
};

// The used part of a thread's stack within `region`; empty if its stack is elsewhere. A thread's
// own variables stand at the end of its stack, but for the main thread.
inline StackRange StackIn(const MemoryRegion& region, const ThreadState& thread) {
  if (thread.sp < region.start || thread.sp >= region.end) return {};
  const bool has_end = thread.tls > thread.sp && thread.tls < region.end;
  return {thread.sp, has_end ? thread.tls : region.end};
}

}  // namespace nodeheap::v8
