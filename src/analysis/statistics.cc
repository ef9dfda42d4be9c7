#include "analysis/string_facts.h"
#include "nodeheap/analysis.h"

namespace nodeheap {
namespace {

// An array and its elements, if nothing else holds those.
uint64_t ArraySize(const HeapGraph& graph, const Analysis& analysis, const StringFacts& facts,
                   NodeId array) {
  uint64_t size = analysis.shallow_sizes[Index(array)];
  for (uint32_t e = graph.first_edge(array); e < graph.end_edge(array); ++e) {
    const EdgeId edge{e};
    if (graph.type(edge) != EdgeType::kInternal ||
        facts.kind(graph.name_or_index(edge)) != StringKind::kElements)
      continue;
    const NodeId elements = graph.target(edge);
    if (analysis.retainers.Sources(elements).size() == 1)
      size += analysis.shallow_sizes[Index(elements)];
    break;
  }
  return size;
}

}  // namespace

Statistics ComputeStatistics(const HeapGraph& graph, const Analysis& analysis) {
  const StringFacts facts(graph.strings(), 1);
  Statistics s;
  s.native_total = graph.info().extra_native_bytes;
  for (uint32_t n = 0; n < graph.node_count(); ++n) {
    const NodeId node{n};
    const uint64_t size = analysis.shallow_sizes[n];
    const StringKind name = facts.kind(graph.name(node));
    switch (graph.type(node)) {
      case NodeType::kHidden:
        s.system += size;
        break;
      case NodeType::kNative:
        s.native_total += size;
        if (name == StringKind::kArrayBufferData) s.typed_arrays += size;
        break;
      case NodeType::kCode:
        s.code += size;
        break;
      case NodeType::kString:
      case NodeType::kConsString:
      case NodeType::kSlicedString:
        s.strings += size;
        break;
      default:
        if (name == StringKind::kArray) s.js_arrays += ArraySize(graph, analysis, facts, node);
    }
  }
  s.total = analysis.retained_sizes[Index(graph.root())] + graph.info().extra_native_bytes;
  s.v8heap_total = s.total - s.native_total;
  return s;
}

}  // namespace nodeheap
