#include "analysis/detachedness.h"

#include <algorithm>
#include <vector>

namespace nodeheap {
namespace {

constexpr uint8_t kUnknown = 0;
constexpr uint8_t kAttached = 1;
constexpr uint8_t kDetached = 2;

class Propagation {
 public:
  explicit Propagation(const HeapGraph& graph)
      : columns_(graph.columns()), states_(graph.node_count()), visited_(graph.node_count()) {
    std::ranges::copy(columns_.detachedness, states_.begin());
  }

  Column<uint8_t> Run() {
    for (uint32_t node = 0; node < states_.size(); ++node)
      if (states_[node] != kUnknown) Process(node, states_[node]);
    Spread(attached_, kAttached);
    Spread(detached_, kDetached);
    return std::move(states_);
  }

 private:
  // The first state that reaches a node stays. Only native objects inherit.
  void Process(uint32_t node, uint8_t state) {
    if (visited_[node]) return;
    visited_[node] = true;
    if (NodeType{columns_.node_types[node]} != NodeType::kNative) return;
    states_[node] = state;
    (state == kAttached ? attached_ : detached_).push_back(node);
  }

  void Spread(std::vector<uint32_t>& worklist, uint8_t state) {
    while (!worklist.empty()) {
      const uint32_t node = worklist.back();
      worklist.pop_back();
      for (uint32_t e = columns_.first_edges[node]; e < columns_.first_edges[node + 1]; ++e)
        if (Inherits(EdgeType{columns_.edge_types[e]})) Process(columns_.edge_targets[e], state);
    }
  }

  static bool Inherits(EdgeType type) {
    return type != EdgeType::kHidden && type != EdgeType::kInvisible && type != EdgeType::kWeak;
  }

  const HeapGraph::Columns& columns_;
  Column<uint8_t> states_;
  std::vector<bool> visited_;
  std::vector<uint32_t> attached_;
  std::vector<uint32_t> detached_;
};

bool IsNamedDetached(StringKind kind) {
  return kind == StringKind::kDetached || kind == StringKind::kDetachedTag;
}

}  // namespace

Column<uint8_t> PropagateDetachedness(const HeapGraph& graph, const StringFacts& facts) {
  const HeapGraph::Columns& c = graph.columns();
  if (!c.detachedness.empty()) {
    const bool any = std::ranges::any_of(c.detachedness, [](uint8_t s) { return s != kUnknown; });
    return any ? Propagation(graph).Run() : Column<uint8_t>();
  }
  // Before Node 16 there is no such field, and only the names of native objects tell.
  const auto& fields = graph.info().node_fields;
  if (std::ranges::find(fields, "detachedness") != fields.end()) return {};
  Column<uint8_t> states;
  for (uint32_t node = 0; node < graph.node_count(); ++node) {
    if (NodeType{c.node_types[node]} != NodeType::kNative ||
        !IsNamedDetached(facts.kind(c.node_names[node])))
      continue;
    if (states.empty()) states = Column<uint8_t>(graph.node_count());
    states[node] = kDetached;
  }
  return states;
}

}  // namespace nodeheap
