// What follows from the dominators of all nodes.
#pragma once

#include <cstdint>

#include "nodeheap/analysis.h"
#include "nodeheap/column.h"
#include "nodeheap/size_column.h"

namespace nodeheap {

// The nodes in preorder of the dominator tree: a node's position is followed by those of all nodes
// that it dominates. The root's is 0.
struct TreeOrder {
  Column<uint32_t> node;  // by position
  Column<uint32_t> end;   // by position: behind the last node dominated by the one there
};

// `node` is Preorder::node, `dominators` are by number.
TreeOrder OrderTree(Column<uint32_t> node, Column<uint32_t> dominators);

// What each node retains: its own shallow size and those of all nodes that it dominates, which
// stand side by side.
class TreeSizes {
 public:
  TreeSizes() = default;
  TreeSizes(const TreeOrder& order, const SizeColumn& shallow_sizes);

  uint64_t Shallow(size_t at) const { return before_[at + 1] - before_[at]; }
  uint64_t Retained(const TreeOrder& order, size_t at) const {
    return before_[order.end[at]] - before_[at];
  }

  RetainedSizeColumn RetainedByNode(const TreeOrder& order, unsigned threads) const;

 private:
  Column<uint64_t> before_;  // by position: the shallow sizes of all nodes before it
};

// Adds to each class the retained sizes of its outermost instances on every dominator path.
// REQUIRES: classes.of_node is filled.
void SumRetainedByClass(const TreeOrder& order, const TreeSizes& sizes, Classes& classes,
                        unsigned threads);

}  // namespace nodeheap
