// What all searches for suspects ask of a heap.
#pragma once

#include <algorithm>
#include <cstdint>

#include "nodeheap/analysis.h"
#include "nodeheap/graph.h"

namespace nodeheap::suspects {

class HeapView {
 public:
  HeapView(const HeapGraph& graph, const Analysis& analysis);

  const HeapGraph& graph() const { return graph_; }
  const Analysis& analysis() const { return analysis_; }
  // Knows the children of heavy nodes only, see IsHeavy().
  const DominatorTree& tree() const { return tree_; }

  uint64_t total() const { return total_; }
  // Bytes that a suspect retains at least.
  uint64_t least() const { return least_; }
  // Bytes that a suspect wastes at least, where what it holds is in use: a tenth of the whole heap.
  uint64_t least_waste() const { return std::max(least_, total_ / 10); }
  // A chain's links share what makes it a suspect, so each of them may be that much lighter.
  bool IsHeavy(NodeId node) const { return Retained(node) >= least_ / kMaxLinks; }

  uint64_t Retained(NodeId node) const { return analysis_.retained_sizes[Index(node)]; }
  NodeId Dominator(NodeId node) const { return NodeId{analysis_.dominators[Index(node)]}; }
  uint32_t ClassOf(NodeId node) const { return analysis_.classes.of_node[Index(node)]; }
  const std::string& ClassName(NodeId node) const {
    return analysis_.classes.infos[ClassOf(node)].name;
  }
  bool NamedLike(NodeId node, std::string_view name) const {
    return graph_.strings().Escaped(graph_.name(node)) == name;
  }

  // V8's backing stores and other inner parts of objects.
  bool IsPlumbing(NodeId node) const;
  // What is there in every program and holds nearly everything: roots, contexts of the global
  // object, and that object itself.
  bool IsScenery(NodeId node) const;
  // The nearest object at or above `node` in the dominator tree that a person would name.
  NodeId OwnerOf(NodeId node) const;

 private:
  static constexpr uint64_t kMaxLinks = 20;

  const HeapGraph& graph_;
  const Analysis& analysis_;
  uint64_t total_;
  uint64_t least_;
  DominatorTree tree_;
};

}  // namespace nodeheap::suspects
