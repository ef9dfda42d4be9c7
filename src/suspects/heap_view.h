// What all searches for suspects ask of a heap.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "graph/targets.h"
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

  // Where the reference of V8's own that has this name leads.
  std::optional<NodeId> InternalTarget(NodeId node, std::string_view name) const {
    return Target(graph_, node, EdgeType::kInternal, name);
  }
  // Calls visit(node) for the nodes of that name.
  template <typename Visit>
  void ForEachNamed(std::string_view name, const Visit& visit) const {
    std::optional<StringId> known;
    for (uint32_t i = 0; i < graph_.node_count(); ++i) {
      const NodeId node{i};
      if (!known && NamedLike(node, name)) known = graph_.name(node);
      if (graph_.name(node) == known) visit(node);
    }
  }

  // The class of an object; of functions, which are all of one, the name.
  std::string NameOf(NodeId node) const;
  // Of these, the first of the usual size. REQUIRES: there are any.
  NodeId Usual(std::span<const NodeId> nodes) const;
  // Downwards, as long as one reference leads to more than half of what `node` retains.
  std::vector<EdgeId> HeaviestPath(NodeId node) const;

  // V8's backing stores and other inner parts of objects.
  bool IsPlumbing(NodeId node) const;
  // What is there in every program and holds nearly everything: roots, contexts of the global
  // object, and that object itself.
  bool IsScenery(NodeId node) const;
  // The nearest object at or above `node` in the dominator tree that a person would name.
  NodeId OwnerOf(NodeId node) const;

 private:
  static constexpr uint64_t kMaxLinks = 20;

  std::optional<EdgeId> HeaviestEdge(NodeId node) const;

  const HeapGraph& graph_;
  const Analysis& analysis_;
  uint64_t total_;
  uint64_t least_;
  DominatorTree tree_;
};

}  // namespace nodeheap::suspects
