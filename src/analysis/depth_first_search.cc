#include <algorithm>
#include <vector>

#include "analysis/dominators.h"
#include "base/bitmap.h"

namespace nodeheap {
namespace {

constexpr uint32_t kRootNumber = 1;

// The root's edges to what the program holds.
bool LeadsToProgram(const HeapGraph& graph, const StringFacts& facts, EdgeId edge) {
  const NodeId target = graph.target(edge);
  switch (graph.type(edge)) {
    case EdgeType::kShortcut:
      return true;
    case EdgeType::kElement:
      return graph.type(target) == NodeType::kSynthetic &&
             facts.kind(graph.name(target)) == StringKind::kDomTrees;
    default:
      return false;
  }
}

class Search {
 public:
  Search(const HeapGraph& graph, const StringFacts& facts, const EssentialEdges& essential,
         Preorder& preorder)
      : graph_(graph),
        columns_(graph.columns()),
        facts_(facts),
        essential_(essential),
        root_(Index(graph.root())),
        preorder_(preorder),
        visited_(graph.node_count()),
        owned_(graph.node_count()) {
    for (uint32_t number = 1; number <= preorder.last; ++number)
      visited_.Add(preorder.node[number]);
    for (uint32_t node = 0; node < graph.node_count(); ++node)
      if ((preorder.number[node] & Preorder::kOwned) != 0) owned_.Add(node);
  }

  // First what the program holds, so that it is known when the others' edges are looked at.
  void FromRoot() {
    Number(root_, 0);
    std::vector<uint32_t> beyond;  // owned, but not reached over essential edges
    for (uint32_t e = columns_.first_edges[root_]; e < columns_.first_edges[root_ + 1]; ++e) {
      const uint32_t target = columns_.edge_targets[e];
      if (!LeadsToProgram(graph_, facts_, EdgeId{e})) continue;
      if (target == root_) beyond.push_back(root_);
      if (!visited_.Has(target)) Run<true>(target, kRootNumber, beyond);
    }
    for (uint32_t number = kRootNumber + 1; number <= preorder_.last; ++number)
      owned_.Add(preorder_.node[number]);
    SpreadOwnership(beyond);
    for (uint32_t e = columns_.first_edges[root_]; e < columns_.first_edges[root_ + 1]; ++e) {
      const uint32_t target = columns_.edge_targets[e];
      if (!visited_.Has(target) && essential_.Has(e)) From(target, kRootNumber);
    }
    for (uint32_t node = 0; node < graph_.node_count(); ++node)
      if (owned_.Has(node)) preorder_.number[node] |= Preorder::kOwned;
  }

  // Numbers all unnumbered nodes that `start` reaches.
  void From(uint32_t start, uint32_t parent) {
    std::vector<uint32_t> unused;
    Run<false>(start, parent, unused);
  }

 private:
  struct Step {
    uint32_t node;
    uint32_t edge;  // the next one to look at
    uint32_t end;   // behind the last one
    uint32_t number;
  };
  static constexpr uint32_t kNone = ~uint32_t{0};

  template <bool kWithinProgram>
  void Run(uint32_t start, uint32_t parent, std::vector<uint32_t>& beyond) {
    Visit(start, parent);
    while (!stack_.empty()) {
      Step& top = stack_.back();
      const uint32_t next = NextUnnumbered<kWithinProgram>(top, beyond);
      if (next == kNone) {
        stack_.pop_back();
      } else {
        Visit(next, top.number);
      }
    }
  }

  uint32_t Number(uint32_t node, uint32_t parent) {
    const uint32_t number = ++preorder_.last;
    visited_.Add(node);
    preorder_.number[node] |= number;
    preorder_.node[number] = node;
    preorder_.parent[number] = parent;
    return number;
  }

  void Visit(uint32_t node, uint32_t parent) {
    const uint32_t number = Number(node, parent);
    const uint32_t first = columns_.first_edges[node];
    const uint32_t end = columns_.first_edges[node + 1];
    if (first == end) return;
    stack_.push_back({node, first, end, number});
    // The search is bound by cache misses on what it needs of its next nodes.
    constexpr uint32_t kFetch = 8;
    for (uint32_t e = first; e < std::min(end, first + kFetch); ++e)
      __builtin_prefetch(&columns_.first_edges[columns_.edge_targets[e]]);
  }

  template <bool kWithinProgram>
  uint32_t NextUnnumbered(Step& step, std::vector<uint32_t>& beyond) const {
    while (step.edge < step.end) {
      const uint32_t edge = step.edge++;
      const uint32_t target = columns_.edge_targets[edge];
      if (visited_.Has(target)) {
        // Whoever holds the root holds everything.
        if (kWithinProgram && target == root_ && !IsWeak(edge)) beyond.push_back(root_);
        continue;
      }
      if (!kWithinProgram && owned_.Has(target) && !owned_.Has(step.node)) continue;
      if (essential_.Has(edge)) return target;
      if (kWithinProgram && !IsWeak(edge)) beyond.push_back(target);
    }
    return kNone;
  }

  bool IsWeak(uint32_t edge) const {
    return EdgeType{columns_.edge_types[edge]} == EdgeType::kWeak;
  }

  void SpreadOwnership(std::vector<uint32_t>& worklist) {
    std::erase_if(worklist, [this](uint32_t node) { return !owned_.AddNew(node); });
    while (!worklist.empty()) {
      const uint32_t node = worklist.back();
      worklist.pop_back();
      for (uint32_t e = columns_.first_edges[node]; e < columns_.first_edges[node + 1]; ++e) {
        const uint32_t target = columns_.edge_targets[e];
        if (!IsWeak(e) && owned_.AddNew(target)) worklist.push_back(target);
      }
    }
  }

  const HeapGraph& graph_;
  const HeapGraph::Columns& columns_;
  const StringFacts& facts_;
  const EssentialEdges& essential_;
  const uint32_t root_;
  Preorder& preorder_;
  Bitmap visited_;
  Bitmap owned_;
  std::vector<Step> stack_;
};

bool HasEssentialRetainer(const Preorder& preorder, const Retainers& retainers, uint32_t node) {
  return std::ranges::any_of(retainers.Sources(NodeId{node}),
                             [&](uint32_t entry) { return preorder.Counts(entry, node); });
}

}  // namespace

Preorder SearchFromRoot(const HeapGraph& graph, const StringFacts& facts,
                        const EssentialEdges& essential) {
  const size_t nodes = graph.node_count();
  Preorder preorder{.number = Column<uint32_t>(nodes),
                    .node = Column<uint32_t>(nodes + 1),
                    .parent = Column<uint32_t>(nodes + 1)};
  Search(graph, facts, essential, preorder).FromRoot();
  return preorder;
}

void SearchTheRest(const HeapGraph& graph, const StringFacts& facts,
                   const EssentialEdges& essential, const Retainers& retainers,
                   Preorder& preorder) {
  const uint32_t nodes = graph.node_count();
  if (preorder.last < nodes) {
    Search search(graph, facts, essential, preorder);
    for (uint32_t node = 0; node < nodes; ++node)
      if (preorder.NumberOf(node) == 0 && !HasEssentialRetainer(preorder, retainers, node))
        search.From(node, kRootNumber);
  }
  preorder.cut_off = preorder.last + 1;
  for (uint32_t node = 0; node < nodes && preorder.last < nodes; ++node) {
    if (preorder.NumberOf(node) != 0) continue;
    const uint32_t number = ++preorder.last;
    preorder.number[node] |= number;
    preorder.node[number] = node;
    preorder.parent[number] = kRootNumber;
  }
}

}  // namespace nodeheap
