// Reads and writes `.heapsnapshot` files, as written by v8.writeHeapSnapshot(),
// --heapsnapshot-signal,
// --heapsnapshot-near-heap-limit and Chrome DevTools.
#pragma once

#include <optional>
#include <string>

#include "nodeheap/byte_sink.h"
#include "nodeheap/graph.h"
#include "nodeheap/progress.h"
#include "nodeheap/redaction.h"
#include "nodeheap/result.h"

namespace nodeheap {

struct LoadOptions {
  // Accept a file that ends early: keeps the nodes and edges that are whole, and says in
  // HeapGraph::health() what is missing.
  bool partial = false;
  unsigned threads = 0;  // 0: one per processor
};

// `path` may be compressed (gzip, zstd; told by its first bytes) or "-" for standard input. Any
// meta layout is understood: the order of fields is read from snapshot.meta.
Result<HeapGraph> LoadSnapshot(const std::string& path, const LoadOptions& options,
                               Progress& progress);

// Writes a graph as a `.heapsnapshot` that Chrome DevTools, MemLab and LoadSnapshot read: all
// nodes, edges, ids, sizes, names, locations and addresses; no allocation traces. Takes no memory
// to speak of. With `redaction`, the program's own words become hashes.
Result<void> WriteSnapshot(const HeapGraph& graph, const std::optional<Redaction>& redaction,
                           const ByteSink& sink, Progress& progress);

// Looks for every text of `original` in all texts of `redacted`, also as a part of them. Fails only
// with kCancelled.
Result<Remains> FindRemains(const HeapGraph& original, const HeapGraph& redacted,
                            const RemainsOptions& options, Progress& progress);

}  // namespace nodeheap
