#include "analysis/distances.h"

#include <algorithm>
#include <string>
#include <vector>

#include "base/bitmap.h"

namespace nodeheap {
namespace {

class Search {
 public:
  Search(const HeapGraph& graph, const StringFacts& facts, Column<int32_t>& distances)
      : graph_(graph),
        columns_(graph.columns()),
        facts_(facts),
        pending_(facts.pair_count()),
        distances_(distances),
        reached_(graph.node_count()) {}

  // A node that is listed twice is searched from once.
  void Start(NodeId node) {
    if (reached_.AddNew(Index(node))) nearest_.push_back(Index(node));
  }

  // Searches from `node` again, or for the first time.
  void Restart(NodeId node) {
    reached_.Add(Index(node));
    nearest_.push_back(Index(node));
  }

  // From where the search starts, which is `distance` away.
  void Run(int32_t distance) {
    for (const uint32_t node : nearest_) distances_[node] = distance;
    while (!nearest_.empty()) {
      ++distance;
      for (size_t i = 0; i < nearest_.size(); ++i) {
        FetchAhead(i);
        SearchFrom(nearest_[i], distance);
      }
      std::swap(nearest_, next_);
      next_.clear();
    }
  }

 private:
  // The search is bound by cache misses: on the node, where its edges are, and the edges. (Always
  // inlined, since a function that only fetches has no effect in the eyes of the compiler.)
  [[gnu::always_inline]] void FetchAhead(size_t i) const {
    constexpr size_t kAhead = 16;
    if (nearest_.size() - i <= 2 * kAhead) return;
    __builtin_prefetch(&columns_.first_edges[nearest_[i + 2 * kAhead]]);
    const uint32_t node = nearest_[i + kAhead];
    const uint32_t edge = columns_.first_edges[node];
    __builtin_prefetch(&columns_.node_types[node]);
    __builtin_prefetch(columns_.edge_targets.data() + edge);
    __builtin_prefetch(columns_.edge_types.data() + edge);
    __builtin_prefetch(columns_.edge_names.data() + edge);
  }

  void SearchFrom(uint32_t node, int32_t distance) {
    const uint32_t end = columns_.first_edges[node + 1];
    for (uint32_t e = columns_.first_edges[node]; e < end; ++e) {
      const uint32_t target = columns_.edge_targets[e];
      if (reached_.Has(target)) continue;
      if (EdgeType{columns_.edge_types[e]} == EdgeType::kWeak || !Counts(node, e)) continue;
      reached_.Add(target);
      distances_[target] = distance;
      next_.push_back(target);
    }
  }

  // Asked only for edges to nodes that were not reached yet, since it remembers WeakMap pairs.
  bool Counts(uint32_t node, uint32_t e) {
    const auto node_type = NodeType{columns_.node_types[node]};
    const auto edge_type = EdgeType{columns_.edge_types[e]};
    const uint32_t name = columns_.edge_names[e];
    if (node_type == NodeType::kHidden && !IsIndexed(edge_type) &&
        facts_.kind(name) == StringKind::kSloppyFunctionMap &&
        facts_.kind(columns_.node_names[node]) == StringKind::kNativeContext)
      return false;
    if (node_type == NodeType::kArray &&
        facts_.kind(columns_.node_names[node]) == StringKind::kMapDescriptors)
      return DescriptorCounts(EdgeId{e});
    if (edge_type == EdgeType::kInternal && facts_.kind(name) == StringKind::kEphemeron)
      return SecondOfPair(facts_.ephemeron(name).pair);
    return true;
  }

  // Maps share descriptor arrays, so the descriptors in them (every third entry) may belong to
  // another map.
  bool DescriptorCounts(EdgeId e) const {
    uint64_t index = 0;
    if (IsIndexed(graph_.type(e))) {
      index = graph_.name_or_index(e);
    } else {
      // JavaScript's parseInt(): leading digits; without any, NaN, which fails "< 2" and is no
      // multiple of anything.
      const std::string name = graph_.edge_name(e);
      if (name.empty() || name[0] < '0' || name[0] > '9') return true;
      for (const char c : name) {
        if (c < '0' || c > '9') break;
        index = (index * 10 + static_cast<uint64_t>(c - '0')) % (uint64_t{3} << 40);
      }
    }
    return index < 2 || index % 3 != 1;
  }

  // A WeakMap value is as far as the farther of its key and its table: the edge met first is
  // skipped, the second counts.
  bool SecondOfPair(uint32_t pair) {
    pending_[pair] = !pending_[pair];
    return !pending_[pair];
  }

  const HeapGraph& graph_;
  const HeapGraph::Columns& columns_;
  const StringFacts& facts_;
  std::vector<bool> pending_;      // by pair: one edge was met
  std::vector<uint32_t> nearest_;  // those to search from
  std::vector<uint32_t> next_;     // those one step further
  Column<int32_t>& distances_;
  Bitmap reached_;
};

}  // namespace

bool IsUserRoot(const HeapGraph& graph, const StringFacts& facts, NodeId node) {
  return graph.type(node) != NodeType::kSynthetic ||
         facts.kind(graph.name(node)) == StringKind::kDomTrees;
}

bool HasUserRoots(const HeapGraph& graph, const StringFacts& facts) {
  const NodeId root = graph.root();
  for (uint32_t e = graph.first_edge(root); e < graph.end_edge(root); ++e)
    if (IsUserRoot(graph, facts, graph.target(EdgeId{e}))) return true;
  return false;
}

Column<int32_t> FindDistances(const HeapGraph& graph, const StringFacts& facts) {
  Column<int32_t> distances(graph.node_count());
  std::ranges::fill(distances, kNoDistance);
  Search search(graph, facts, distances);
  const NodeId root = graph.root();
  for (uint32_t e = graph.first_edge(root); e < graph.end_edge(root); ++e) {
    const NodeId target = graph.target(EdgeId{e});
    if (IsUserRoot(graph, facts, target)) search.Start(target);
  }
  search.Run(1);
  search.Restart(root);
  search.Run(HasUserRoots(graph, facts) ? kSystemDistance : 0);
  return distances;
}

}  // namespace nodeheap
