// What refers to one object, as the graph of the whole heap would tell it, but without making that:
// for few references, which is the usual question, a fraction of the time and memory.
#pragma once

#include <optional>
#include <vector>

#include "explorer/distance_search.h"
#include "explorer/explorer.h"

namespace nodeheap::explorer {

struct ReferencesToOne {
  // The object, all edges to it and their sources, with the ids, types, names and own sizes of the
  // whole graph. Of other edges only those that the names of these nodes are made of.
  HeapGraph graph;
  // Of the sources, by node of that graph, what the whole graph would tell: how far
  // they are, and their sizes with what they own.
  std::vector<std::optional<Distance>> distances;
  SizeColumn shallow_sizes;
};

// Nothing if no object that lives starts at `address`, or if only the whole graph can tell: there
// are thousands of references, the object is machine code, or V8 numbered its objects.
Result<std::optional<ReferencesToOne>> ExploreReferencesTo(const v8::Heap& heap,
                                                           v8::Address address,
                                                           const ExploreOptions& options,
                                                           Progress& progress);

}  // namespace nodeheap::explorer
