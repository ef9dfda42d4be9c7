#include "suspects/root_path.h"

#include <algorithm>
#include <optional>
#include <string>
#include <tuple>
#include <unordered_map>

namespace nodeheap::suspects {
namespace {

// Bounds of what is looked at, for heaps where everything refers to everything.
constexpr size_t kMaxSteps = 10'000;     // of a path
constexpr size_t kMaxSearched = 20'000;  // nodes on the way to a name
constexpr size_t kMaxRetainers = 5'000;  // of one node
constexpr uint32_t kMaxLevel = 12;       // steps from a name to the node
constexpr uint64_t kMaxEdges = 50'000'000;

bool Keeps(EdgeType type) { return type != EdgeType::kWeak && type != EdgeType::kShortcut; }

// Names that the program gave come first.
int RankOf(EdgeType type) {
  switch (type) {
    case EdgeType::kContext:
    case EdgeType::kProperty:
      return 0;
    case EdgeType::kElement:
      return 1;
    case EdgeType::kInternal:
      return 2;
    default:
      return 3;
  }
}

class PathFinder {
 public:
  PathFinder(const HeapGraph& graph, const Analysis& analysis)
      : graph_(graph), analysis_(analysis) {}

  NamedPath Find(NodeId node) {
    const std::optional<EdgeId> name = NearestName(node);
    if (!name) return {.edges = PathTo(node)};
    NamedPath path = {.edges = PathTo(graph_.source(*name))};
    path.named = path.edges.size();
    path.edges.push_back(*name);
    Descend(graph_.target(*name), path.edges);
    return path;
  }

 private:
  using Preference = std::tuple<int, std::string, std::string>;

  // What an edge is called, and what it leads to or comes from. Which number an element has is
  // chance.
  Preference PreferenceOf(EdgeId edge, NodeId end) const {
    const int rank = RankOf(graph_.type(edge));
    const NodeType type = graph_.type(end);
    const bool is_value = type == NodeType::kString || type == NodeType::kConsString;
    return {rank, rank == 0 ? graph_.edge_name(edge) : std::string(),
            is_value ? std::string() : graph_.strings().GetPrefix(graph_.name(end), 100)};
  }

  int32_t Distance(NodeId node) const { return analysis_.distances[Index(node)]; }

  bool HasVariables(NodeId node) const {
    return graph_.strings().Escaped(graph_.name(node)) == "system / Context";
  }

  bool IsGlobal(NodeId node) const {
    return graph_.type(node) == NodeType::kObject &&
           graph_.strings().Escaped(graph_.name(node)).starts_with("global") &&
           (Distance(node) <= 2 || Distance(node) >= kSystemDistance);
  }

  // The edge from `source` to `target` that reads best; of the root's any, since some are
  // shortcuts.
  std::optional<EdgeId> EdgeBetween(NodeId source, NodeId target) {
    std::optional<EdgeId> best;
    const uint64_t count = graph_.end_edge(source) - graph_.first_edge(source);
    if (count > edges_left_) return best;
    edges_left_ -= count;
    for (uint32_t e = graph_.first_edge(source); e < graph_.end_edge(source); ++e) {
      const EdgeId edge{e};
      if (graph_.target(edge) != target) continue;
      if (source != graph_.root() && !Keeps(graph_.type(edge))) continue;
      if (!best || RankOf(graph_.type(edge)) < RankOf(graph_.type(*best))) best = edge;
    }
    return best;
  }

  // Calls visit(source) for the nodes that keep `node` alive.
  template <typename Visit>
  void ForEachRetainer(NodeId node, const Visit& visit) const {
    size_t count = 0;
    NodeId last = node;  // a source with several edges stands there as often
    for (const uint32_t entry : analysis_.retainers.Sources(node)) {
      const NodeId source = Retainers::Source(entry);
      if ((entry & Retainers::kNotEssential) != 0 || source == last) continue;
      if (++count > kMaxRetainers) return;
      last = source;
      visit(source);
    }
  }

  // Backwards along DevTools' distances.
  std::vector<EdgeId> PathTo(NodeId node) {
    std::vector<EdgeId> path;
    while (node != graph_.root() && path.size() < kMaxSteps) {
      const std::optional<EdgeId> step = StepTo(node);
      if (!step) return {};
      path.push_back(*step);
      node = graph_.source(*step);
    }
    std::ranges::reverse(path);
    return path;
  }

  std::optional<EdgeId> StepTo(NodeId node) {
    if (Distance(node) == 1) return EdgeBetween(graph_.root(), node);
    std::optional<EdgeId> best;
    Preference preference;
    ForEachRetainer(node, [&](NodeId source) {
      if (Distance(source) != Distance(node) - 1) return;
      if (const auto edge = EdgeBetween(source, node))
        Prefer(*edge, PreferenceOf(*edge, source), best, preference);
    });
    return best;
  }

  static void Prefer(EdgeId edge, Preference preference, std::optional<EdgeId>& best,
                     Preference& best_preference) {
    if (best && preference >= best_preference) return;
    best = edge;
    best_preference = std::move(preference);
  }

  // The name from which the fewest steps lead to `node`. Leaves in levels_ how many it takes from
  // each node that was met.
  std::optional<EdgeId> NearestName(NodeId node) {
    levels_ = {{Index(node), 0}};
    std::vector<NodeId> queue = {node};
    std::optional<EdgeId> best;
    Preference preference;
    uint32_t best_level = kMaxLevel;
    for (size_t begin = 0; begin < queue.size() && queue.size() < kMaxSearched; ++begin) {
      const NodeId at = queue[begin];
      const uint32_t level = levels_.at(Index(at));
      if (level >= (best ? best_level + 1 : kMaxLevel)) break;
      ForEachRetainer(at, [&](NodeId source) {
        if (graph_.type(source) == NodeType::kSynthetic) return;
        if (const auto name = NameFrom(source, at)) {
          best_level = level;
          return Prefer(*name, PreferenceOf(*name, at), best, preference);
        }
        if (levels_.try_emplace(Index(source), level + 1).second) queue.push_back(source);
      });
    }
    return best;
  }

  std::optional<EdgeId> NameFrom(NodeId source, NodeId target) {
    const bool context = HasVariables(source);
    if (!context && !IsGlobal(source)) return std::nullopt;
    const auto edge = EdgeBetween(source, target);
    const EdgeType wanted = context ? EdgeType::kContext : EdgeType::kProperty;
    return edge && graph_.type(*edge) == wanted ? edge : std::nullopt;
  }

  void Descend(NodeId from, std::vector<EdgeId>& path) const {
    for (uint32_t level = levels_.at(Index(from)); level > 0; --level) {
      std::optional<EdgeId> best;
      Preference preference;
      for (uint32_t e = graph_.first_edge(from); e < graph_.end_edge(from); ++e) {
        const EdgeId edge{e};
        const auto found = levels_.find(Index(graph_.target(edge)));
        if (!Keeps(graph_.type(edge)) || found == levels_.end() || found->second != level - 1)
          continue;
        Prefer(edge, PreferenceOf(edge, graph_.target(edge)), best, preference);
      }
      if (!best) return;
      path.push_back(*best);
      from = graph_.target(*best);
    }
  }

  const HeapGraph& graph_;
  const Analysis& analysis_;
  std::unordered_map<uint32_t, uint32_t> levels_;
  uint64_t edges_left_ = kMaxEdges;
};

}  // namespace

NamedPath FindNamedPath(const HeapGraph& graph, const Analysis& analysis, NodeId node) {
  return PathFinder(graph, analysis).Find(node);
}

}  // namespace nodeheap::suspects
