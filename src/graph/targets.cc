#include "graph/targets.h"

namespace nodeheap {

std::optional<NodeId> Target(const HeapGraph& graph, NodeId node, EdgeType type,
                             std::string_view name) {
  for (uint32_t e = graph.first_edge(node); e < graph.end_edge(node); ++e) {
    const EdgeId edge{e};
    if (graph.type(edge) != type) continue;
    if (graph.strings().Escaped(StringId{graph.name_or_index(edge)}) == name)
      return graph.target(edge);
  }
  return std::nullopt;
}

std::optional<NodeId> ScriptOf(const HeapGraph& graph, NodeId closure) {
  const auto shared = Target(graph, closure, EdgeType::kInternal, "shared");
  return shared ? ScriptOfShared(graph, *shared) : std::nullopt;
}

std::optional<NodeId> ScriptOfShared(const HeapGraph& graph, NodeId shared) {
  if (const auto script = Target(graph, shared, EdgeType::kInternal, "script")) return script;
  return Target(graph, shared, EdgeType::kInternal, "script_or_debug_info");  // until Node 20
}

}  // namespace nodeheap
