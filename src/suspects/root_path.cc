#include "suspects/root_path.h"

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <unordered_map>

namespace nodeheap::suspects {
namespace {

// Bounds of what is looked at, for heaps where everything refers to everything.
constexpr size_t kMaxSteps = 10'000;
constexpr size_t kMaxSearched = 200'000;  // nodes
constexpr size_t kMaxRetainers = 5'000;   // of one node

bool Keeps(EdgeType type) { return type != EdgeType::kWeak && type != EdgeType::kShortcut; }

// V8's roots that hold what the program holds for longer than a moment.
bool IsLastingRoot(std::string_view name) {
  return name == "(Global handles)" || name == "(Eternal handles)" || name == "(Traced handles)" ||
         name == "(Persistent roots)";
}

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

  std::vector<EdgeId> Find(NodeId node) {
    if (Distance(node) == kNoDistance) return {};
    if (Distance(node) >= kSystemDistance) {
      std::vector<EdgeId> lasting = FromLastingRoot(node);
      if (!lasting.empty()) return lasting;
    }
    return ByDistances(node);
  }

 private:
  using Preference = std::tuple<int, std::string, std::string>;

  int32_t Distance(NodeId node) const { return analysis_.distances[Index(node)]; }

  std::string NameOf(NodeId node) const {
    const NodeType type = graph_.type(node);
    const bool is_value = type == NodeType::kString || type == NodeType::kConsString;
    return is_value ? std::string() : graph_.strings().GetPrefix(graph_.name(node), 100);
  }

  bool IsRoot(NodeId node) const {
    return graph_.type(node) == NodeType::kSynthetic || node == graph_.root();
  }

  // The edge from `source` to `target` that reads best; of the root's any, since some are
  // shortcuts.
  std::optional<EdgeId> EdgeBetween(NodeId source, NodeId target) const {
    std::optional<EdgeId> best;
    for (uint32_t e = graph_.first_edge(source); e < graph_.end_edge(source); ++e) {
      const EdgeId edge{e};
      if (graph_.target(edge) != target) continue;
      if (source != graph_.root() && !Keeps(graph_.type(edge))) continue;
      if (!best || RankOf(graph_.type(edge)) < RankOf(graph_.type(*best))) best = edge;
    }
    return best;
  }

  Preference PreferenceOf(EdgeId edge, NodeId end) const {
    // Which number an element has is chance.
    const int rank = RankOf(graph_.type(edge));
    return {rank, rank == 0 ? graph_.edge_name(edge) : std::string(), NameOf(end)};
  }

  // Calls visit(source) for the nodes that keep `node` alive.
  template <typename Visit>
  void ForEachRetainer(NodeId node, const Visit& visit) const {
    size_t count = 0;
    NodeId last = node;  // a source with several edges stands there as often
    for (const uint32_t entry : analysis_.retainers.Sources(node)) {
      const NodeId source = Retainers::Source(entry);
      if ((entry & Retainers::kNotEssential) != 0 || source == last || source == node) continue;
      if (++count > kMaxRetainers) return;
      last = source;
      visit(source);
    }
  }

  // Backwards along DevTools' distances.
  std::vector<EdgeId> ByDistances(NodeId node) const {
    std::vector<EdgeId> path;
    bool named = false;
    while (node != graph_.root() && path.size() < kMaxSteps) {
      std::optional<EdgeId> step = Distance(node) == 1 ? EdgeBetween(graph_.root(), node)
                                                       : StepFrom(Distance(node) - 1, node);
      if (!step) return {};
      // What V8 holds directly may be in a variable, too: its name is worth the detour.
      if (!named && IsRoot(graph_.source(*step)) && !IsRoot(node)) {
        named = true;
        const std::optional<EdgeId> detour = StepFrom(Distance(node), node);
        if (detour && RankOf(graph_.type(*detour)) == 0) step = detour;
      }
      path.push_back(*step);
      node = graph_.source(*step);
    }
    std::ranges::reverse(path);
    return path;
  }

  // The edge to `node` that reads best, of those from nodes at `distance`.
  std::optional<EdgeId> StepFrom(int32_t distance, NodeId node) const {
    std::optional<EdgeId> best;
    Preference preference;
    ForEachRetainer(node, [&](NodeId source) {
      if (Distance(source) != distance) return;
      const std::optional<EdgeId> edge = EdgeBetween(source, node);
      if (!edge) return;
      Preference found = PreferenceOf(*edge, source);
      if (best && found >= preference) return;
      best = edge;
      preference = std::move(found);
    });
    return best;
  }

  // Searches backwards for a lasting root of V8's, among what the global object does not hold.
  std::vector<EdgeId> FromLastingRoot(NodeId node) {
    std::unordered_map<uint32_t, uint32_t> levels = {{Index(node), 0}};  // steps to the node
    std::vector<NodeId> queue = {node};
    std::vector<NodeId> roots;
    for (size_t begin = 0; begin < queue.size() && levels.size() < kMaxSearched; ++begin) {
      const NodeId at = queue[begin];
      const uint32_t level = levels[Index(at)];
      // All of the shortest paths are wanted, to choose among them.
      if (!roots.empty() && level + 1 > levels[Index(roots.front())]) break;
      ForEachRetainer(at, [&](NodeId source) {
        const bool lasting = IsRoot(source) && IsLastingRoot(NameOf(source));
        if (IsRoot(source) && !lasting) return;
        if (!levels.try_emplace(Index(source), level + 1).second) return;
        (lasting ? roots : queue).push_back(source);
      });
    }
    if (roots.empty()) return {};
    std::vector<EdgeId> path = ByDistances(roots.front());
    Descend(roots.front(), levels, path);
    return path;
  }

  void Descend(NodeId from, const std::unordered_map<uint32_t, uint32_t>& levels,
               std::vector<EdgeId>& path) const {
    for (uint32_t level = levels.at(Index(from)); level > 0; --level) {
      std::optional<EdgeId> best;
      Preference preference;
      for (uint32_t e = graph_.first_edge(from); e < graph_.end_edge(from); ++e) {
        const EdgeId edge{e};
        const auto found = levels.find(Index(graph_.target(edge)));
        if (!Keeps(graph_.type(edge)) || found == levels.end() || found->second != level - 1)
          continue;
        Preference here = PreferenceOf(edge, graph_.target(edge));
        if (best && here >= preference) continue;
        best = edge;
        preference = std::move(here);
      }
      if (!best) return;
      path.push_back(*best);
      from = graph_.target(*best);
    }
  }

  const HeapGraph& graph_;
  const Analysis& analysis_;
};

}  // namespace

std::vector<EdgeId> FindRootPath(const HeapGraph& graph, const Analysis& analysis, NodeId node) {
  return PathFinder(graph, analysis).Find(node);
}

}  // namespace nodeheap::suspects
