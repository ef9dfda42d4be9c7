// Growth points: single objects below which many of one class accumulate, side by side (an array, a
// map, a list of listeners) or one behind the other (a chain of closures).
#include <fmt/format.h>

#include <algorithm>
#include <tuple>
#include <unordered_map>
#include <vector>

#include "base/text.h"
#include "queries/analyze.h"
#include "queries/nodes.h"
#include "queries/paging.h"

namespace nodeheap {
namespace {

constexpr double kMinShare = 0.02;    // of the heap, to be worth a line
constexpr uint64_t kMinCount = 100;   // children of one class
constexpr uint64_t kMinRepeats = 10;  // of one class on a chain
constexpr uint64_t kChainDetail =
    20;  // links that retain less than 1/20 of kMinShare are not counted

// Each Node.js process has hundreds of these, from its start to its end.
constexpr std::string_view kNodesOwn = "BuiltinModule";

// Node.js' table of its error classes, some two hundred functions.
bool IsErrorTable(const HeapGraph& graph, NodeId node) {
  for (uint32_t e = graph.first_edge(node); e < graph.end_edge(node); ++e) {
    const bool property = graph.type(EdgeId{e}) == EdgeType::kProperty;
    if (property && graph.edge_name(EdgeId{e}) == "ERR_INVALID_ARG_TYPE") return true;
  }
  return false;
}

class GrowthSearch {
 public:
  GrowthSearch(const Session& session, const DominatorTree& tree)
      : session_(session),
        graph_(session.graph()),
        analysis_(session.analysis()),
        tree_(tree),
        least_(static_cast<uint64_t>(kMinShare * static_cast<double>(HeapTotal(session)))) {}

  std::vector<GrowthPoint> Run() {
    for (uint32_t i = 0; i < graph_.node_count(); ++i) {
      const NodeId node{i};
      if (Retained(node) >= least_ && tree_.Children(node).size() >= kMinCount &&
          !IsScenery(session_, Owner(node)))
        AddSiblings(node);
    }
    AddChain();
    std::ranges::sort(points_, std::greater<>{}, [](const GrowthPoint& point) {
      return std::tuple(point.retained_size, point.count, point.sample);
    });
    return std::move(points_);
  }

 private:
  uint64_t Retained(NodeId node) const { return analysis_.retained_sizes[Index(node)]; }
  uint32_t ClassOf(NodeId node) const { return analysis_.classes.of_node[Index(node)]; }

  NodeId Owner(NodeId node) const { return OwnerOf(session_, node); }

  void AddSiblings(NodeId parent) {
    const auto children = tree_.Children(parent);
    std::unordered_map<uint32_t, GrowthPoint> by_class;
    for (const uint32_t child : children) {
      GrowthPoint& point = by_class[ClassOf(NodeId{child})];
      if (point.count++ == 0) point.sample = NodeId{child};
      point.retained_size += Retained(NodeId{child});
    }
    for (auto& [index, point] : by_class) {
      if (point.count < kMinCount || point.retained_size < least_) continue;
      point.owner = Owner(parent);
      point.of_class = analysis_.classes.infos[index].name;
      if (point.of_class == kNodesOwn || IsErrorTable(graph_, point.owner)) continue;
      points_.push_back(std::move(point));
    }
  }

  // Below big objects: how often each class comes back on one path of the dominator tree. Objects
  // of a class that come back often form a chain.
  void AddChain() {
    std::vector<uint32_t> open(analysis_.classes.infos.size());  // members on the current path
    std::vector<Step> path = {{graph_.root(), 0}};
    GrowthPoint longest;
    while (!path.empty()) {
      Step& step = path.back();
      const auto children = tree_.Children(step.node);
      if (step.visited == children.size()) {
        if (CanLink(step.node)) --open[ClassOf(step.node)];
        path.pop_back();
        continue;
      }
      const NodeId child{children[step.visited++]};
      if (Retained(child) < least_ / kChainDetail) continue;
      path.push_back({child, 0});
      if (CanLink(child) && ++open[ClassOf(child)] > longest.count)
        longest = {.owner = child, .sample = child, .count = open[ClassOf(child)], .chain = true};
    }
    if (longest.count >= kMinRepeats) AddChainEndingAt(longest);
  }

  void AddChainEndingAt(GrowthPoint point) {
    const uint32_t link = ClassOf(point.owner);
    // Up to where it starts.
    for (NodeId at = point.owner; at != graph_.root(); at = NodeId{analysis_.dominators[Index(at)]})
      if (ClassOf(at) == link) point.owner = at;
    point.retained_size = Retained(point.owner);
    point.of_class = analysis_.classes.infos[link].name;
    point.sample = point.owner;
    if (point.retained_size >= least_ && !IsScenery(session_, point.owner))
      points_.push_back(point);
  }

  // A class that people know; V8's contexts and backing stores stand between any two.
  bool CanLink(NodeId node) const {
    return !IsPlumbing(graph_.type(node)) && graph_.type(node) != NodeType::kSynthetic;
  }

  struct Step {
    NodeId node;
    size_t visited;  // children
  };

  const Session& session_;
  const HeapGraph& graph_;
  const Analysis& analysis_;
  const DominatorTree& tree_;
  uint64_t least_;  // bytes that make a point worth a line
  std::vector<GrowthPoint> points_;
};

}  // namespace

std::vector<GrowthPoint> FindGrowthPoints(const Session& session, const DominatorTree& tree) {
  return GrowthSearch(session, tree).Run();
}

Table GrowthTable(const Session& session, const RootPaths& paths,
                  const std::vector<GrowthPoint>& points, const Paging& paging) {
  const uint64_t total = HeapTotal(session);
  Table table{.name = "growth_points",
              .title = "Growth points: one object keeps many of one class alive",
              .fields = {{"share", "Share", Unit::kShare},
                         {"retained_size", "Retained", Unit::kBytes},
                         {"instances", "Instances", Unit::kCount},
                         {"id", "Id", Unit::kObjectId},
                         {"name", "Name", Unit::kText, Placement::kMachineOnly},
                         {"class", "Class", Unit::kText, Placement::kMachineOnly},
                         {"sample_id", "Sample", Unit::kObjectId, Placement::kMachineOnly},
                         {"kind", "Kind", Unit::kText, Placement::kMachineOnly},
                         {"label", "What accumulates where", Unit::kText, Placement::kTextOnly},
                         {"path", "held by", Unit::kText, Placement::kOwnLine}}};
  SetPage(table, paging, points.size());
  for (size_t i = table.offset; i < points.size() && IsOnPage(paging, i); ++i) {
    const GrowthPoint& point = points[i];
    const std::string name = ShortName(session, point.owner);
    std::string label = fmt::format("{} holds {} × {}", name, WithThousands(point.count),
                                    Escape(point.of_class, 40));
    if (point.chain)
      label = fmt::format("chain of at least {} × {}, each holding the next",
                          WithThousands(point.count), Escape(point.of_class, 40));
    table.rows.push_back({ShareOf(point.retained_size, total), point.retained_size, point.count,
                          IdText(session.graph(), point.owner), NodeName(session, point.owner),
                          point.of_class, IdText(session.graph(), point.sample),
                          point.chain ? "chain" : "siblings", std::move(label),
                          PathText(session, paths.Shortest(session.graph(), point.owner))});
  }
  return table;
}

}  // namespace nodeheap
