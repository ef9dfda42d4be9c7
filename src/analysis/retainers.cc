#include "analysis/retainers.h"

#include "nodeheap/analysis.h"

namespace nodeheap {

Retainers BuildRetainers(const HeapGraph& graph, const EssentialEdges& essential) {
  const HeapGraph::Columns& c = graph.columns();
  const uint32_t nodes = graph.node_count();
  const uint32_t edges = graph.edge_count();
  // A counting sort by target. While it runs, first[n + 1] is where node n's next entry goes; in
  // the end that is where node n + 1 starts.
  Column<uint32_t> first(size_t{nodes} + 2);
  for (uint32_t e = 0; e < edges; ++e) ++first[c.edge_targets[e] + 2];
  for (uint32_t n = 0; n < nodes; ++n) first[n + 2] += first[n + 1];
  Column<uint32_t> sources(edges);
  for (uint32_t source = 0; source < nodes; ++source) {
    const uint32_t end = c.first_edges[source + 1];
    for (uint32_t e = c.first_edges[source]; e < end; ++e) {
      const uint32_t flag = essential.Has(e) ? 0 : Retainers::kNotEssential;
      sources[first[c.edge_targets[e] + 1]++] = source | flag;
    }
  }
  first.Shrink(size_t{nodes} + 1);
  return {std::move(first), std::move(sources)};
}

std::vector<EdgeId> Retainers::Edges(const HeapGraph& graph, NodeId node) const {
  std::vector<EdgeId> edges;
  std::optional<NodeId> previous;
  for (const uint32_t entry : Sources(node)) {
    const NodeId source = Source(entry);
    if (source == previous) continue;
    previous = source;
    for (uint32_t e = graph.first_edge(source); e < graph.end_edge(source); ++e)
      if (graph.target(EdgeId{e}) == node) edges.push_back(EdgeId{e});
  }
  return edges;
}

}  // namespace nodeheap
