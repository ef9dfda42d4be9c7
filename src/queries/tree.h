// Builds bounded trees of nodes from heap-shaped data: cycle-safe, without recursion, and saying
// what was left out.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "nodeheap/query.h"
#include "queries/nodes.h"

namespace nodeheap {

struct TreeItem {
  NodeId node;
  std::optional<EdgeId> edge = {};
};

class TreeBuilder {
 public:
  using Children = std::function<std::vector<TreeItem>(NodeId)>;
  using RowOf = std::function<Row(const TreeItem&)>;

  // Shows --depth levels, of each node the first --length children in the order of `paging`, and of
  // the rows then those of `paging`.
  TreeBuilder(const QueryInput& input, const NodeColumns& columns, Paging paging);

  // Children for which it is false are left out; without it, none.
  std::function<bool(NodeId)> worth_showing;
  // Says what stands for children that were left out; "… 12 more" if there is none.
  std::function<std::string(std::span<const TreeItem>)> describe_rest;

  Result<Table> Build(std::string name, NodeId start, const Children& children,
                      const RowOf& row) const;

 private:
  struct Pending;

  size_t MoveShownToFront(std::vector<TreeItem>& items) const;
  void Open(const TreeItem& item, uint32_t depth, const Children& children,
            std::vector<Pending>& pending) const;

  const QueryInput& input_;
  const NodeColumns& columns_;
  Paging paging_;
  uint64_t max_depth_;
  uint64_t max_children_;  // 0: all
};

}  // namespace nodeheap
