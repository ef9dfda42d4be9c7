#include "analysis/essential_edges.h"

#include "base/parallel.h"

namespace nodeheap {
namespace {

class Rule {
 public:
  Rule(const HeapGraph& graph, const StringFacts& facts)
      : columns_(graph.columns()), facts_(facts), root_(Index(graph.root())) {}

  bool IsEssential(uint32_t source, uint32_t edge) const {
    if (columns_.edge_targets[edge] == source) return false;
    switch (EdgeType{columns_.edge_types[edge]}) {
      case EdgeType::kWeak:
        return false;
      case EdgeType::kShortcut:
        return source == root_;
      case EdgeType::kInternal:
        return !IsTableOfPair(source, edge);
      default:
        return true;
    }
  }

 private:
  bool IsTableOfPair(uint32_t source, uint32_t edge) const {
    const uint32_t name = columns_.edge_names[edge];
    return facts_.kind(name) == StringKind::kEphemeron &&
           facts_.ephemeron(name).table_id == columns_.id(source);
  }

  const HeapGraph::Columns& columns_;
  const StringFacts& facts_;
  const uint32_t root_;
};

}  // namespace

EssentialEdges::EssentialEdges(const HeapGraph& graph, const StringFacts& facts, unsigned threads)
    : edges_(graph.edge_count()) {
  const Rule rule(graph, facts);
  const Column<uint32_t>& first_edges = graph.columns().first_edges;
  ParallelRanges(threads, edges_.word_count(), [&](uint64_t begin, uint64_t end) {
    edges_.SetWords(begin, end, [&, source = uint32_t{0}](size_t edge) mutable {
      if (edge == begin * Bitmap::kWordBits)
        source = Index(graph.source(EdgeId{static_cast<uint32_t>(edge)}));
      while (first_edges[source + 1] <= edge) ++source;
      return rule.IsEssential(source, static_cast<uint32_t>(edge));
    });
  });
}

}  // namespace nodeheap
