// The heap of a process as a graph, as V8 itself would write it into a heap snapshot.
#pragma once

#include <cstdint>
#include <optional>

#include "explorer/references_to.h"
#include "nodeheap/graph.h"
#include "nodeheap/progress.h"
#include "nodeheap/result.h"
#include "session/process.h"

namespace nodeheap {

// Which part of it: all that lives, the objects of that without their references, or the garbage
// that was not collected yet.
enum class HeapPart { kReachable, kReachableObjects, kUnreachable };

// Of one isolate by its number (0: the main one), or of all together. The nodes have addresses; ids
// are V8's where it numbered its objects (a heap snapshot was taken in the process), else by
// address.
Result<HeapGraph> BuildGraph(Process& process, std::optional<uint32_t> isolate, Progress& progress,
                             unsigned threads, HeapPart part = HeapPart::kReachable);

// What refers to the object at the address, without such a graph; nothing where only that can tell.
Result<std::optional<explorer::ReferencesToOne>> FindReferencesTo(Process& process,
                                                                  std::optional<uint32_t> isolate,
                                                                  uint64_t address,
                                                                  Progress& progress,
                                                                  unsigned threads);

}  // namespace nodeheap
