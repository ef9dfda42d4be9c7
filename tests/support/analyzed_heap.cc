#include "support/analyzed_heap.h"

#include <stdexcept>

#include "support/columns.h"
#include "support/files.h"

namespace nodeheap::test {

AnalyzedHeap::AnalyzedHeap(const SnapshotBuilder& builder)
    : builder_(builder), graph_(Load(builder)), analysis_(AnalyzeAll(graph_)) {}

std::vector<std::string> AnalyzedHeap::Keys(const std::vector<NodeId>& nodes) const {
  std::vector<std::string> keys;
  for (const NodeId node : nodes) keys.push_back(Key(Index(node)));
  return keys;
}

Analysis AnalyzeAll(const HeapGraph& graph) {
  Progress progress;
  auto analysis = Analyze(graph, Need::kAll, progress, 1);
  if (!analysis) throw std::runtime_error(Describe(analysis.error()));
  return *std::move(analysis);
}

std::vector<DuplicateString> DuplicatesOf(const HeapGraph& graph, const Analysis& analysis) {
  return FindDuplicateStrings(graph, analysis, Progress()).value();
}

std::vector<ClassDiff> DiffOf(const HeapGraph& before, const Analysis& before_analysis,
                              const HeapGraph& after, const Analysis& after_analysis) {
  return Compare(before, before_analysis, after, after_analysis, Progress()).value();
}

HeapGraph GraphOf(const std::vector<std::vector<uint32_t>>& edges) {
  size_t edge_count = 0;
  for (const auto& targets : edges) edge_count += targets.size();
  HeapGraph::Columns columns = PlainColumns(edges.size(), edge_count);
  uint32_t edge = 0;
  for (uint32_t node = 0; node < edges.size(); ++node) {
    for (const uint32_t target : edges[node]) columns.edge_targets[edge++] = target;
    columns.first_edges[node + 1] = edge;
  }
  return CreateOrThrow(std::move(columns));
}

}  // namespace nodeheap::test
