// inspect and print on a core: every kind of object decoded, read where it lies, without a graph.
#pragma once

#include <span>

#include "nodeheap/query.h"
#include "queries/frame_values.h"
#include "v8/heap.h"

namespace nodeheap {

// REQUIRES: the session has a process; the parameters are those of inspect, or of print.
Result<Report> InspectInCore(const QueryInput& input);
Result<Report> PrintInCore(const QueryInput& input);
// The function that made the object, as print shows it.
Result<Report> ConstructorInCore(const QueryInput& input);

// Objects below each other, each with its members. REQUIRES: the parameters include length,
// full-string and print-map.
Table InspectAllInCore(const v8::Heap& heap, std::span<const v8::Tagged> words,
                       const Arguments& arguments);

// The values of a frame as members of it.
Table FrameTable(const v8::Runtime& runtime, const ChosenFrame& chosen, const Paging& paging);

}  // namespace nodeheap
