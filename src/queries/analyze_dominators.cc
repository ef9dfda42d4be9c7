// The biggest dominators, without those that are big only because one child of theirs is.
#include <algorithm>
#include <utility>

#include "queries/analyze.h"
#include "queries/nodes.h"
#include "queries/paging.h"

namespace nodeheap {
namespace {

constexpr double kMinShare = 0.01;  // of the heap

// True for what is there in every program: V8's own objects, and the global object, which holds
// nearly everything and explains nothing.
bool IsScenery(const Session& session, NodeId node) {
  if (session.graph().type(node) == NodeType::kSynthetic) return true;
  const int32_t distance = session.analysis().distances[Index(node)];
  return distance <= 1 || distance >= kSystemDistance;
}

// V8's backing stores and other inner parts of objects.
bool IsPlumbing(NodeType type) {
  return type == NodeType::kArray || type == NodeType::kHidden || type == NodeType::kCode ||
         type == NodeType::kObjectShape;
}

// The nearest object at or above `node` in the dominator tree that a person would name.
NodeId OwnerOf(const Session& session, NodeId node) {
  const HeapGraph& graph = session.graph();
  const Column<uint32_t>& dominators = session.analysis().dominators;
  for (NodeId at = node; at != graph.root(); at = NodeId{dominators[Index(at)]})
    if (!IsPlumbing(graph.type(at)) && graph.type(at) != NodeType::kSynthetic) return at;
  return node;
}

struct Candidate {
  NodeId node;
  uint64_t weight;  // retained, without what its big children retain
};

std::vector<Candidate> Candidates(const Session& session) {
  const HeapGraph& graph = session.graph();
  const RetainedSizeColumn& retained = session.analysis().retained_sizes;
  const auto least = static_cast<uint64_t>(kMinShare * static_cast<double>(HeapTotal(session)));
  const DominatorTree tree(graph, session.analysis(), least);
  std::vector<Candidate> candidates;
  for (uint32_t i = 0; i < graph.node_count(); ++i) {
    if (retained[i] < least || retained[i] == 0 || IsScenery(session, NodeId{i})) continue;
    // What its big children retain is told where they stand themselves.
    uint64_t weight = retained[i];
    for (const uint32_t child : tree.Children(NodeId{i}))
      if (retained[child] >= least) weight -= retained[child];
    if (weight >= least) candidates.push_back({NodeId{i}, weight});
  }
  std::ranges::sort(candidates, std::greater<>{},
                    [](const Candidate& c) { return std::pair(c.weight, c.node); });
  return candidates;
}

// The text of a script, or what Node.js itself has loaded: there in every process.
bool IsNodesOwn(const HeapGraph& graph, const EdgePath& path) {
  for (const EdgeId edge : path) {
    const bool named =
        graph.type(edge) == EdgeType::kContext || graph.type(edge) == EdgeType::kInternal;
    if (!named) continue;
    const std::string name = graph.edge_name(edge);
    if (name == "BuiltinModule" || (name == "source" && edge == path.back())) return true;
  }
  return false;
}

}  // namespace

std::vector<NodeId> FindBigDominators(const Session& session, const RootPaths& paths,
                                      const Paging& paging) {
  const RetainedSizeColumn& retained = session.analysis().retained_sizes;
  std::vector<NodeId> known;
  std::vector<NodeId> nodes;
  for (const Candidate& candidate : Candidates(session)) {
    const NodeId node = OwnerOf(session, candidate.node);
    if (std::ranges::find(known, node) != known.end() || IsScenery(session, node)) continue;
    if (IsNodesOwn(session.graph(), paths.Shortest(session.graph(), node))) continue;
    if (IsOnPage(paging, known.size())) nodes.push_back(node);
    known.push_back(node);
    if (nodes.size() == paging.limit && paging.limit != 0) break;
  }
  std::ranges::sort(nodes, std::greater<>{},
                    [&](NodeId n) { return std::pair(retained[Index(n)], n); });
  return nodes;
}

Table BigDominatorsTable(const Session& session, const RootPaths& paths,
                         const std::vector<NodeId>& nodes, const Paging& paging) {
  const HeapGraph& graph = session.graph();
  const RetainedSizeColumn& retained = session.analysis().retained_sizes;
  const uint64_t total = HeapTotal(session);
  Table table{.name = "dominators",
              .title = "Biggest dominators: what would go with each of these objects",
              .fields = {{"share", "Share", Unit::kShare},
                         {"retained_size", "Retained", Unit::kBytes},
                         {"id", "Id", Unit::kObjectId},
                         {"type", "Type", Unit::kText, Placement::kMachineOnly},
                         {"name", "Name", Unit::kText, Placement::kMachineOnly},
                         {"label", "Object", Unit::kText, Placement::kTextOnly},
                         {"path", "held by", Unit::kText, Placement::kOwnLine}}};
  for (const NodeId node : nodes) {
    const uint64_t size = retained[Index(node)];
    table.rows.push_back({ShareOf(size, total), size, IdText(graph, node), graph.type_name(node),
                          NodeName(session, node), ShortName(session, node),
                          PathText(session, paths.Shortest(graph, node))});
  }
  // What lies further down is not looked for.
  table.offset = nodes.empty() ? 0 : paging.offset;
  table.total = table.offset + table.rows.size();
  return table;
}

}  // namespace nodeheap
