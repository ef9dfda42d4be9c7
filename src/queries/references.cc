#include "queries/references.h"

namespace nodeheap {
namespace {

// One entry a string: 1 if it is `text`.
Column<uint8_t> StringsEqualTo(const StringTable& strings, std::string_view text) {
  Column<uint8_t> equal(strings.size());
  for (uint32_t i = 0; i < strings.size(); ++i) {
    const std::string_view escaped = strings.Escaped(StringId{i});
    // Escapes only make a string longer, and most have none: few are decoded.
    if (escaped.size() < text.size()) continue;
    const bool plain = escaped.find('\\') == std::string_view::npos;
    if (plain ? escaped == text : strings.Get(StringId{i}) == text) equal[i] = 1;
  }
  return equal;
}

// All edges for which wanted(edge).
template <typename Predicate>
std::vector<uint32_t> Edges(const HeapGraph& graph, const Predicate& wanted) {
  std::vector<uint32_t> edges;
  for (uint32_t e = 0; e < graph.edge_count(); ++e)
    if (wanted(EdgeId{e})) edges.push_back(e);
  return edges;
}

}  // namespace

std::vector<uint32_t> EdgesTo(const HeapGraph& graph, NodeId node) {
  return Edges(graph, [&](EdgeId e) { return graph.target(e) == node; });
}

std::vector<uint32_t> EdgesNamed(const HeapGraph& graph, std::string_view name) {
  const Column<uint8_t> named = StringsEqualTo(graph.strings(), name);
  return Edges(graph, [&](EdgeId e) {
    return !IsIndexed(graph.type(e)) && named[graph.name_or_index(e)] != 0;
  });
}

std::vector<uint32_t> EdgesToString(const Session& session, std::string_view text) {
  const HeapGraph& graph = session.graph();
  const Column<uint8_t> equal = StringsEqualTo(graph.strings(), text);
  Column<uint8_t> wanted(graph.node_count());
  for (uint32_t i = 0; i < graph.node_count(); ++i) {
    const NodeType type = graph.type(NodeId{i});
    if (type == NodeType::kString || type == NodeType::kSlicedString) {
      wanted[i] = equal[Index(graph.name(NodeId{i}))];
    } else if (type == NodeType::kConsString) {
      wanted[i] = DisplayName(graph, session.analysis(), NodeId{i}) == text ? 1 : 0;
    }
  }
  return Edges(graph, [&](EdgeId e) { return wanted[Index(graph.target(e))] != 0; });
}

}  // namespace nodeheap
