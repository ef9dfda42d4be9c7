// What the objects of a range refer to, in the making.
#pragma once

#include <cstdint>
#include <vector>

#include "nodeheap/graph.h"

namespace nodeheap::explorer {

struct Edges {
  std::vector<uint8_t> types;
  std::vector<uint32_t> names;    // of the pool, or a number where IsIndexed(type)
  std::vector<uint32_t> targets;  // node numbers

  void Add(EdgeType type, uint32_t name_or_index, uint32_t target) {
    types.push_back(static_cast<uint8_t>(type));
    names.push_back(name_or_index);
    targets.push_back(target);
  }
  size_t size() const { return types.size(); }
  // Keeps the room.
  void Clear() {
    types.clear();
    names.clear();
    targets.clear();
  }
};

// An object tells what another one is to it: "(object elements)".
struct Label {
  static constexpr uint8_t kSameType = 0xFF;

  uint32_t node = 0;
  uint32_t name = 0;         // counts for a node that has no name yet
  uint8_t type = kSameType;  // NodeType
  bool replaces_name = false;
};

struct References {
  Edges edges;
  std::vector<Label> labels;

  void Clear() {
    edges.Clear();
    labels.clear();
  }
};

}  // namespace nodeheap::explorer
