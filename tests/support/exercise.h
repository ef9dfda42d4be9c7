// Runs everything that can be run on a graph and checks what must hold whatever the graph. Header
// only, since the fuzz targets use it.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>

#include "nodeheap/analysis.h"

namespace nodeheap::test {

// Empty, or what is wrong with the columns themselves.
inline std::string Inconsistency(const HeapGraph& graph) {
  const HeapGraph::Columns& c = graph.columns();
  const uint32_t nodes = graph.node_count();
  if (nodes == 0 || Index(graph.root()) >= nodes) return "the root is no node";
  if (c.first_edges[0] != 0 || c.first_edges[nodes] != graph.edge_count()) return "first_edges";
  for (uint32_t n = 0; n < nodes; ++n) {
    if (c.first_edges[n] > c.first_edges[n + 1]) return "first_edges descend";
    if (c.node_names[n] >= graph.strings().size()) return "a node's name";
    if (c.node_types[n] >= c.node_type_names.size()) return "a node's type";
    if (graph.Find(graph.id(NodeId{n})) != NodeId{n}) return "an id names another node";
  }
  for (uint32_t e = 0; e < graph.edge_count(); ++e) {
    const EdgeId edge{e};
    if (Index(graph.target(edge)) >= nodes) return "an edge's target";
    if (c.edge_types[e] >= c.edge_type_names.size()) return "an edge's type";
    if (!IsIndexed(graph.type(edge)) && graph.name_or_index(edge) >= graph.strings().size())
      return "an edge's name";
  }
  return {};
}

// Empty, or what is wrong with the numbers.
inline std::string WrongNumbers(const HeapGraph& graph, const Analysis& analysis) {
  const uint32_t nodes = graph.node_count();
  const uint32_t root = Index(graph.root());
  uint64_t total = 0;
  for (uint32_t n = 0; n < nodes; ++n) total += graph.self_size(NodeId{n});
  if (analysis.retained_sizes[root] != total) return "the root does not retain everything";
  if (analysis.dominators[root] != root) return "the root has a dominator";
  const DominatorTree tree(graph, analysis);
  for (uint32_t n = 0; n < nodes; ++n) {
    uint64_t sum = analysis.shallow_sizes[n];
    for (const uint32_t child : tree.Children(NodeId{n})) {
      if (analysis.dominators[child] != n) return "a child of another node";
      sum += analysis.retained_sizes[child];
    }
    if (sum != analysis.retained_sizes[n]) return "retained sizes do not add up";
    if (analysis.classes.of_node[n] >= analysis.classes.infos.size()) return "a class";
  }
  uint64_t by_class = 0;
  for (const ClassInfo& info : analysis.classes.infos) {
    by_class += info.self_size;
    if (info.retained_size < info.self_size) return "a class retains less than itself";
  }
  if (by_class != total) return "the classes' sizes do not add up";
  const Statistics s = ComputeStatistics(graph, analysis);
  if (s.total != total + graph.info().extra_native_bytes) return "the statistics' total";
  if (s.v8heap_total + s.native_total != s.total) return "the statistics do not add up";
  return {};
}

// Everything. Empty, or what is wrong.
inline std::string Exercise(const HeapGraph& graph, unsigned threads = 1) {
  if (std::string wrong = Inconsistency(graph); !wrong.empty()) return wrong;
  Progress progress;
  const auto analysis = Analyze(graph, Need::kAll, progress, threads);
  if (!analysis) return "Analyze failed: " + analysis.error().message;
  if (std::string wrong = WrongNumbers(graph, *analysis); !wrong.empty()) return wrong;
  const auto duplicates = FindDuplicateStrings(graph, *analysis, progress);
  for (const DuplicateString& group : duplicates.value())
    if (group.nodes.size() < 2) return "a duplicate of nothing";
  const auto diffs = Compare(graph, *analysis, graph, *analysis, progress);
  for (const ClassDiff& diff : diffs.value()) return "differs from itself in class " + diff.name;
  for (uint32_t n = 0; n < std::min(graph.node_count(), 64U); ++n) {
    const NodeId node{n};
    static_cast<void>(DisplayName(graph, *analysis, node));
    static_cast<void>(graph.location(node));
    for (const EdgeId edge : analysis->retainers.Edges(graph, node)) {
      if (graph.target(edge) != node) return "a retainer of another node";
      static_cast<void>(graph.edge_name(edge));
    }
  }
  return {};
}

}  // namespace nodeheap::test
