// Isolates: the main one, and one for each worker thread. Each has one Heap object, embedded in it,
// to which the headers of its pages point.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "nodeheap/memory.h"
#include "v8/layout.h"
#include "v8/pages.h"

namespace nodeheap::v8 {

// The Heap lies this far into the Isolate, at most (0x9ee0 in V8 9.0, 0xf3c8 in 14.6; it changes
// from release to release).
inline constexpr uint64_t kMaxHeapOffset = 0x18000;

struct Isolate {
  Address address = 0;     // of v8::internal::Isolate; 0 if it was not found
  Address heap = 0;        // of v8::internal::Heap
  uint32_t thread_id = 0;  // of the thread that runs it; 0 if unknown
  std::string label;       // "main", "worker 1" …
};

// The main isolate is the first, workers follow in the order in which they started.
std::vector<Isolate> FindIsolates(const MemorySource& memory, const Pages& pages,
                                  const Layout& layout);

}  // namespace nodeheap::v8
