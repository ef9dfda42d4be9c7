// What holds many nodes together.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "suspects/heap_view.h"

namespace nodeheap::suspects {

struct Holding {
  NodeId holder{};             // what people would name
  bool is_common = false;      // false: nothing but roots holds most of them; it is one of them
  std::vector<NodeId> parts;   // what right below the holder leads to the nodes, in their order
  uint64_t count = 0;          // of the nodes that are below the parts, or are parts
  uint64_t retained_size = 0;  // by the parts, bytes
};

// The deepest that keeps most of the nodes alive. REQUIRES: there are any, none of them the root.
Holding HoldingOf(const HeapView& heap, std::span<const NodeId> nodes);

}  // namespace nodeheap::suspects
