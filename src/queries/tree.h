// Builds bounded trees of nodes from heap-shaped data: cycle-safe, without recursion, and saying
// what was left out.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "queries/nodes.h"

namespace nodeheap {

struct TreeItem {
  NodeId node;
  std::optional<EdgeId> edge = {};
  uint64_t weight = 0;  // heavier ones are shown first
};

struct TreeBounds {
  uint64_t max_depth = 1;
  uint64_t max_children = 0;  // of each node; 0: all
  uint64_t min_weight = 0;
  uint64_t max_rows = 5000;
};

class TreeBuilder {
 public:
  using Children = std::function<std::vector<TreeItem>(NodeId)>;
  using RowOf = std::function<Row(const TreeItem&)>;

  TreeBuilder(const NodeColumns& columns, TreeBounds bounds) : columns_(columns), bounds_(bounds) {}

  // Says what stands for `count` children that were left out; "… 12 more" if there is none.
  std::function<std::string(std::span<const TreeItem>)> describe_rest;

  Table Build(std::string name, NodeId start, const Children& children, const RowOf& row) const;

 private:
  const NodeColumns& columns_;
  TreeBounds bounds_;
};

}  // namespace nodeheap
