// The heap of a process as a graph, node by node and edge by edge what V8 itself would write into a
// heap snapshot (V8HeapExplorer in v8/src/profiler/heap-snapshot-generator.cc). docs/fidelity.md
// tells where the two differ.
#pragma once

#include <cstdint>
#include <optional>

#include "nodeheap/graph.h"
#include "nodeheap/progress.h"
#include "nodeheap/result.h"
#include "v8/frames.h"
#include "v8/heap.h"

namespace nodeheap::explorer {

struct ExploreOptions {
  std::optional<uint32_t> isolate = {};  // index into Runtime::isolates(); all of them if empty
  bool unreachable = false;              // the objects that nothing reaches instead
  bool references = true;                // false: nodes alone, no edges
  unsigned threads = 0;                  // 0: one per processor
  v8::NativeImage native = {};           // the executable: with it, builtins have names
};

// Nodes: the synthetic root, the roots of each isolate, the objects by address, memory outside the
// heap. The graph's health tells how much was left out as unreachable.
Result<HeapGraph> ExploreHeap(const v8::Heap& heap, const ExploreOptions& options,
                              Progress& progress);

}  // namespace nodeheap::explorer
