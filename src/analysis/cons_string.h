#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <cstdint>
#include <string>
#include <vector>

#include "nodeheap/graph.h"

namespace nodeheap {

// The text of concatenated strings. V8 leaves `s += x` as a chain, one node for each addition, and
// only the nodes at its ends have text. (DevTools: consStringName.)
//
// Keeps what it learns, so that asking for all strings of a chain takes linear time.
class ConsStrings {
 public:
  explicit ConsStrings(const HeapGraph& graph)
      : graph_(graph), budget_(uint64_t{16} * graph.node_count()) {}

  // At least the first 1024 UTF-16 units if there are as many; whole parts are joined.
  std::string Text(NodeId cons);
  // Strings of which this gives the same have the same Text(); those of a long chain mostly do.
  NodeId SameText(NodeId cons);

 private:
  struct Parts {
    NodeId first;
    NodeId second;
  };
  Parts PartsOf(NodeId cons);
  // False once the budget is used up.
  bool Spend() {
    if (budget_ == 0) return false;
    --budget_;
    return true;
  }
  NodeId DescendSpine(NodeId node, std::vector<NodeId>& spine, std::vector<NodeId>& pending);

  const HeapGraph& graph_;
  // For strings that are long enough: one further down its first parts with the same text, or
  // itself.
  boost::unordered_flat_map<uint32_t, NodeId> same_text_;
  // In a damaged dump a cons string may be part of itself; this ends the search for its end.
  uint64_t budget_;
};

}  // namespace nodeheap
