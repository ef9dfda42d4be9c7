#include "analysis/distances.h"

#include <algorithm>
#include <string>
#include <vector>

#include "analysis/fetch_ahead.h"
#include "base/bitmap.h"

namespace nodeheap {
namespace {

class Search {
 public:
  Search(const HeapGraph& graph, const StringFacts& facts, Column<uint32_t>& queue,
         Column<int32_t>& distances)
      : graph_(graph),
        columns_(graph.columns()),
        facts_(facts),
        pending_(facts.pair_count()),
        queue_(queue),
        distances_(distances),
        reached_(graph.node_count()) {}

  // A node listed twice keeps its first distance but is searched from once only, to no effect.
  void Start(NodeId node, int32_t distance) {
    if (reached_.AddNew(Index(node))) queue_[end_++] = Index(node);
    distances_[Index(node)] = distance;
  }

  // Searches from `node` again, or for the first time.
  void Restart(NodeId node, int32_t distance) {
    reached_.Add(Index(node));
    queue_[end_++] = Index(node);
    distances_[Index(node)] = distance;
  }

  void Run() {
    for (; begin_ < end_; ++begin_) {
      FetchAhead(columns_, queue_, begin_, end_);
      SearchFrom(queue_[begin_]);
    }
    begin_ = end_ = 0;
  }

 private:
  void SearchFrom(uint32_t node) {
    const int32_t distance = distances_[node] + 1;
    const uint32_t end = columns_.first_edges[node + 1];
    for (uint32_t e = columns_.first_edges[node]; e < end; ++e) {
      const uint32_t target = columns_.edge_targets[e];
      if (reached_.Has(target)) continue;
      if (EdgeType{columns_.edge_types[e]} == EdgeType::kWeak || !Counts(node, e)) continue;
      reached_.Add(target);
      distances_[target] = distance;
      queue_[end_++] = target;
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
  std::vector<bool> pending_;  // by pair: one edge was met
  Column<uint32_t>& queue_;
  uint32_t begin_ = 0;
  uint32_t end_ = 0;
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

Column<int32_t> FindDistances(const HeapGraph& graph, const StringFacts& facts,
                              Column<uint32_t>& scratch) {
  Column<int32_t> distances(graph.node_count());
  std::ranges::fill(distances, kNoDistance);
  Search search(graph, facts, scratch, distances);
  const NodeId root = graph.root();
  for (uint32_t e = graph.first_edge(root); e < graph.end_edge(root); ++e) {
    const NodeId target = graph.target(EdgeId{e});
    if (IsUserRoot(graph, facts, target)) search.Start(target, 1);
  }
  const bool has_user_roots = HasUserRoots(graph, facts);
  search.Run();
  search.Restart(root, has_user_roots ? kSystemDistance : 0);
  search.Run();
  return distances;
}

}  // namespace nodeheap
