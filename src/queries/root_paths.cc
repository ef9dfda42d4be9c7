#include "queries/root_paths.h"

#include <fmt/format.h>

#include <algorithm>
#include <queue>
#include <tuple>

#include "base/text.h"
#include "queries/nodes.h"

namespace nodeheap {
namespace {

constexpr uint32_t kProgressStep = 1U << 20U;

// Bounds of the search for further paths; what they cut is said in PathList::stopped.
constexpr size_t kMaxSiblings = 100;
constexpr size_t kMaxPartialPaths = 500'000;
constexpr uint32_t kMaxSearchedLength = 1000;  // beyond, only the shortest path is shown
constexpr uint64_t kMaxSteps = 200'000'000;    // along partial paths, looking for cycles

constexpr size_t kShownStart = 4;  // hops of a long path
constexpr size_t kShownEnd = 4;

// Roots that list what V8 has, whoever else uses it: a string is in "(External strings)" because it
// is external, and not therefore alive.
bool IsTable(const HeapGraph& graph, NodeId node) {
  static constexpr std::string_view kTables[] = {
      "(Builtins)",        "(Compilation cache)",      "(External strings)",
      "(Read-only roots)", "(Internalized strings)",   "(Internal string table)",
      "(Strong roots)",    "(Shareable object cache)", "(Strong root list)",
      "(Weak roots)",      "(Startup object cache)",   "(Weak collections)"};
  if (graph.type(node) != NodeType::kSynthetic) return false;
  return std::ranges::find(kTables, graph.strings().Escaped(graph.name(node))) != std::end(kTables);
}

// Searches backwards from the node. A partial path is taken up in the order of its length plus the
// shortest way from the root to where it has come: complete ones then come out shortest first (A*).
class PathSearch {
 public:
  PathSearch(const Session& session, const RootPaths& shortest)
      : graph_(session.graph()), retainers_(session.analysis().retainers), shortest_(shortest) {}

  PathList Run(NodeId node, uint64_t count) {
    PathList list;
    // A cycle is looked for along the whole path, so the search is for paths that people can read.
    if (shortest_.Reaches(node) && shortest_.Length(node) > kMaxSearchedLength) {
      list.paths.push_back(shortest_.Shortest(graph_, node));
      list.stopped = count > 1;
      return list;
    }
    Push({.node = node, .edge = {}, .next = kNone, .length = 0});
    while (!queue_.empty() && list.paths.size() < count && steps_ < kMaxSteps) {
      const uint32_t current = std::get<1>(queue_.top());
      queue_.pop();
      if (parts_[current].node == graph_.root()) {
        list.paths.push_back(Complete(current));
      } else {
        Extend(current);
      }
    }
    list.stopped = stopped_ || steps_ >= kMaxSteps;
    return list;
  }

 private:
  static constexpr uint32_t kNone = UINT32_MAX;

  struct Part {
    NodeId node;
    EdgeId edge;    // from `node` to the node of the part `next`
    uint32_t next;  // towards the end of the path
    uint32_t length;
  };

  void Push(const Part& part) {
    if (parts_.size() >= kMaxPartialPaths) {
      stopped_ = true;
      return;
    }
    parts_.push_back(part);
    queue_.emplace(part.length + shortest_.Length(part.node),
                   static_cast<uint32_t>(parts_.size() - 1));
  }

  bool Passes(uint32_t part, NodeId node) {
    for (; part != kNone; part = parts_[part].next, ++steps_)
      if (parts_[part].node == node) return true;
    return false;
  }

  EdgePath Complete(uint32_t part) const {
    EdgePath path;
    for (; parts_[part].next != kNone; part = parts_[part].next) path.push_back(parts_[part].edge);
    return path;
  }

  void Extend(uint32_t current) {
    const Part at = parts_[current];
    std::vector<Part> steps;
    for (const EdgeId edge : retainers_.Edges(graph_, at.node)) {
      if (!Keeps(graph_.type(edge))) continue;
      const NodeId source = graph_.source(edge);
      // Several edges between the same nodes make no different path.
      const bool again = !steps.empty() && steps.back().node == source;
      if (again || !shortest_.Reaches(source) || Passes(current, source)) continue;
      steps.push_back({.node = source, .edge = edge, .next = current, .length = at.length + 1});
    }
    const auto nearer = [this](const Part& a, const Part& b) {
      return std::pair(shortest_.Length(a.node), a.node) <
             std::pair(shortest_.Length(b.node), b.node);
    };
    KeepOneOfV8s(steps);
    const size_t kept = std::min(steps.size(), kMaxSiblings);
    stopped_ |= kept < steps.size();
    std::partial_sort(steps.begin(), steps.begin() + static_cast<ptrdiff_t>(kept), steps.end(),
                      nearer);
    for (size_t i = 0; i < kept; ++i) Push(steps[i]);
  }

  // Paths that differ only in which of V8's roots they start from are one to the program.
  void KeepOneOfV8s(std::vector<Part>& steps) const {
    const auto is_v8s = [this](const Part& part) {
      return graph_.type(part.node) == NodeType::kSynthetic && part.node != graph_.root();
    };
    const auto nearest = std::ranges::min_element(steps, {}, [&](const Part& part) {
      if (!is_v8s(part)) return std::pair(2, 0U);
      return std::pair(IsTable(graph_, part.node) ? 1 : 0, shortest_.Length(part.node));
    });
    if (nearest == steps.end() || !is_v8s(*nearest)) return;
    if (IsTable(graph_, nearest->node) && !std::ranges::all_of(steps, is_v8s)) {
      std::erase_if(steps, is_v8s);
      return;
    }
    const NodeId kept = nearest->node;
    std::erase_if(steps, [&](const Part& part) { return is_v8s(part) && part.node != kept; });
  }

  const HeapGraph& graph_;
  const Retainers& retainers_;
  const RootPaths& shortest_;
  std::vector<Part> parts_;
  // (length of the whole path at best, part): the least first.
  std::priority_queue<std::tuple<uint32_t, uint32_t>, std::vector<std::tuple<uint32_t, uint32_t>>,
                      std::greater<>>
      queue_;
  bool stopped_ = false;
  uint64_t steps_ = 0;
};

}  // namespace

Result<RootPaths> RootPaths::Compute(const HeapGraph& graph, Progress& progress) {
  RootPaths paths;
  paths.depths_ = Column<uint32_t>(graph.node_count());
  paths.edges_ = Column<uint32_t>(graph.node_count());
  if (graph.node_count() == 0) return paths;
  Column<uint32_t> queue(graph.node_count());
  std::vector<uint32_t> tables;
  uint32_t end = 0;
  queue[end++] = Index(graph.root());
  paths.depths_[Index(graph.root())] = 1;
  for (uint32_t begin = 0; begin < end; ++begin) {
    if (begin % kProgressStep == 0) {
      progress.Report("paths", begin, graph.node_count());
      if (progress.cancelled())
        return std::unexpected(Error{.code = ErrorCode::kCancelled, .message = "interrupted"});
    }
    const NodeId node{queue[begin]};
    // V8's tables come last: they explain only what nothing else reaches.
    if (IsTable(graph, node)) {
      tables.push_back(Index(node));
    } else {
      paths.Expand(graph, node, queue, end);
    }
    if (begin + 1 == end) {
      for (const uint32_t table : tables) paths.Expand(graph, NodeId{table}, queue, end);
      tables.clear();
    }
  }
  return paths;
}

void RootPaths::Expand(const HeapGraph& graph, NodeId node, Column<uint32_t>& queue,
                       uint32_t& end) {
  for (uint32_t e = graph.first_edge(node); e < graph.end_edge(node); ++e) {
    const uint32_t target = Index(graph.target(EdgeId{e}));
    if (depths_[target] != 0 || !Keeps(graph.type(EdgeId{e}))) continue;
    depths_[target] = depths_[Index(node)] + 1;
    edges_[target] = e;
    queue[end++] = target;
  }
}

EdgePath RootPaths::Shortest(const HeapGraph& graph, NodeId node) const {
  EdgePath path;
  if (!Reaches(node)) return path;
  while (node != graph.root()) {
    const EdgeId edge{edges_[Index(node)]};
    path.push_back(edge);
    node = graph.source(edge);
  }
  std::ranges::reverse(path);
  return path;
}

PathList ShortestPaths(const Session& session, const RootPaths& shortest, NodeId node,
                       uint64_t count) {
  if (!shortest.Reaches(node)) return {};
  return PathSearch(session, shortest).Run(node, count);
}

std::string PathText(const Session& session, const EdgePath& path,
                     std::span<const std::string> places) {
  const HeapGraph& graph = session.graph();
  std::string text;
  for (size_t i = 0; i < path.size(); ++i) {
    if (path.size() > kShownStart + kShownEnd + 1 && i == kShownStart) {
      i = path.size() - kShownEnd;
      text += fmt::format(" → … {} more …", i - kShownStart);
    }
    const NodeId source = graph.source(path[i]);
    // The numbers that V8's own roots give their edges say nothing.
    if (graph.type(source) != NodeType::kSynthetic) text += " " + ShownEdge(graph, path[i]);
    if (!text.empty()) text += " → ";
    text += ShortName(session, graph.target(path[i]));
    if (!places.empty() && !places[i].empty()) text += fmt::format(" ({})", Escape(places[i]));
  }
  return text;
}

}  // namespace nodeheap
