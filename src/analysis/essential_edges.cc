#include "analysis/essential_edges.h"

#include <algorithm>
#include <vector>

namespace nodeheap {
namespace {

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

Column<uint8_t> FindProgramOwned(const HeapGraph& graph, const StringFacts& facts) {
  const HeapGraph::Columns& c = graph.columns();
  Column<uint8_t> owned(graph.node_count());
  std::vector<uint32_t> worklist;
  const auto mark = [&](uint32_t node) {
    if (owned[node] != 0) return;
    owned[node] = 1;
    worklist.push_back(node);
    __builtin_prefetch(&c.first_edges[node]);
  };
  const NodeId root = graph.root();
  for (uint32_t e = graph.first_edge(root); e < graph.end_edge(root); ++e)
    if (LeadsToProgram(graph, facts, EdgeId{e})) mark(c.edge_targets[e]);

  while (!worklist.empty()) {
    const uint32_t node = worklist.back();
    worklist.pop_back();
    const uint32_t end = c.first_edges[node + 1];
    for (uint32_t e = c.first_edges[node]; e < end; ++e)
      if (EdgeType{c.edge_types[e]} != EdgeType::kWeak) mark(c.edge_targets[e]);
  }
  return owned;
}

}  // namespace

EssentialEdges::EssentialEdges(const HeapGraph& graph, const StringFacts& facts)
    : columns_(graph.columns()),
      facts_(facts),
      root_(Index(graph.root())),
      program_owned_(FindProgramOwned(graph, facts)) {}

}  // namespace nodeheap
