#include "analysis/essential_edges.h"

#include "analysis/fetch_ahead.h"

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

Bitmap FindProgramOwned(const HeapGraph& graph, const StringFacts& facts) {
  const HeapGraph::Columns& c = graph.columns();
  Bitmap owned(graph.node_count());
  Column<uint32_t> queue(graph.node_count());
  uint32_t begin = 0;
  uint32_t end = 0;
  const auto mark = [&](uint32_t node) {
    if (owned.AddNew(node)) queue[end++] = node;
  };
  const NodeId root = graph.root();
  for (uint32_t e = graph.first_edge(root); e < graph.end_edge(root); ++e)
    if (LeadsToProgram(graph, facts, EdgeId{e})) mark(c.edge_targets[e]);

  for (; begin < end; ++begin) {
    FetchAhead(c, queue, begin, end);
    const uint32_t node = queue[begin];
    for (uint32_t e = c.first_edges[node]; e < c.first_edges[node + 1]; ++e)
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
