// How far some nodes are from the roots, found without the graph: a search, level by level, that
// ends when all are reached. The rules are those of DevTools, see docs/devtools-rules.md.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "explorer/searched_heap.h"
#include "nodeheap/result.h"

namespace nodeheap::explorer {

struct Distance {
  bool from_program = true;  // else only V8's own roots hold the node, and the root is at 0
  int32_t steps = 0;
};

// A node, and what refers to it but for weak references and weak collections, as far as that is
// known.
struct DistantNode {
  uint32_t node = 0;
  std::vector<uint32_t> sources;
};

// By position in `nodes`; nothing for a node that is not reached. Sources only make it faster.
// REQUIRES: the root refers to objects, where the program begins.
Result<std::vector<std::optional<Distance>>> DistancesOf(const SearchedHeap& heap,
                                                         ReferencesByThread& references,
                                                         std::span<const DistantNode> nodes);

}  // namespace nodeheap::explorer
