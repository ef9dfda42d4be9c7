#include <algorithm>
#include <vector>

#include "analysis/dominators.h"
#include "base/bitmap.h"

namespace nodeheap {
namespace {

class Search {
 public:
  Search(const HeapGraph& graph, const EssentialEdges& essential, Preorder& preorder)
      : columns_(graph.columns()),
        essential_(essential),
        preorder_(preorder),
        visited_(graph.node_count()) {
    for (uint32_t number = 1; number <= preorder.last; ++number) visited_.Add(preorder.node[number]);
  }

  // Numbers all unnumbered nodes that `start` reaches.
  void From(uint32_t start, uint32_t parent) {
    Visit(start, parent);
    while (!stack_.empty()) {
      Step& top = stack_.back();
      const uint32_t next = NextUnnumbered(top);
      if (next == kNone) {
        stack_.pop_back();
      } else {
        Visit(next, top.number);
      }
    }
  }

 private:
  struct Step {
    uint32_t node;
    uint32_t edge;  // the next one to look at
    uint32_t end;   // behind the last one
    uint32_t number;
  };
  static constexpr uint32_t kNone = ~uint32_t{0};

  void Visit(uint32_t node, uint32_t parent) {
    const uint32_t number = ++preorder_.last;
    visited_.Add(node);
    preorder_.number[node] = number;
    preorder_.node[number] = node;
    preorder_.parent[number] = parent;
    const uint32_t first = columns_.first_edges[node];
    const uint32_t end = columns_.first_edges[node + 1];
    if (first == end) return;
    stack_.push_back({node, first, end, number});
    // The search is bound by cache misses on what it needs of its next nodes.
    constexpr uint32_t kFetch = 8;
    for (uint32_t e = first; e < std::min(end, first + kFetch); ++e)
      __builtin_prefetch(&columns_.first_edges[columns_.edge_targets[e]]);
  }

  uint32_t NextUnnumbered(Step& step) const {
    while (step.edge < step.end) {
      const uint32_t edge = step.edge++;
      const uint32_t target = columns_.edge_targets[edge];
      if (visited_.Has(target)) continue;
      if (essential_.Has(step.node, edge)) return target;
    }
    return kNone;
  }

  const HeapGraph::Columns& columns_;
  const EssentialEdges& essential_;
  Preorder& preorder_;
  Bitmap visited_;
  std::vector<Step> stack_;
};

bool HasEssentialRetainer(const Retainers& retainers, uint32_t node) {
  return std::ranges::any_of(retainers.Sources(NodeId{node}), [](uint32_t entry) {
    return (entry & Retainers::kNotEssential) == 0;
  });
}

}  // namespace

Preorder SearchFromRoot(const HeapGraph& graph, const EssentialEdges& essential) {
  const size_t nodes = graph.node_count();
  Preorder preorder{.number = Column<uint32_t>(nodes),
                    .node = Column<uint32_t>(nodes + 1),
                    .parent = Column<uint32_t>(nodes + 1)};
  Search(graph, essential, preorder).From(Index(graph.root()), 0);
  return preorder;
}

void SearchTheRest(const HeapGraph& graph, const EssentialEdges& essential,
                   const Retainers& retainers, Preorder& preorder) {
  const uint32_t nodes = graph.node_count();
  const uint32_t root = Index(graph.root());
  Search search(graph, essential, preorder);
  for (uint32_t node = 0; node < nodes && preorder.last < nodes; ++node) {
    if (preorder.number[node] == 0 && !HasEssentialRetainer(retainers, node))
      search.From(node, preorder.number[root]);
  }
  preorder.cut_off = preorder.last + 1;
  for (uint32_t node = 0; node < nodes && preorder.last < nodes; ++node) {
    if (preorder.number[node] != 0) continue;
    const uint32_t number = ++preorder.last;
    preorder.number[node] = number;
    preorder.node[number] = node;
    preorder.parent[number] = preorder.number[root];
  }
}

}  // namespace nodeheap
