#include "queries/references.h"

#include "base/stoppable.h"

namespace nodeheap {
namespace {

// One entry a string: 1 if it is `text`.
Result<Column<uint8_t>> StringsEqualTo(const StringTable& strings, std::string_view text,
                                       const Progress& progress) {
  Column<uint8_t> equal(strings.size());
  NH_CHECK(ForEachBelow(strings.size(), progress, [&](uint32_t i) {
    const std::string_view escaped = strings.Escaped(StringId{i});
    // Escapes only make a string longer, and most have none: few are decoded.
    if (escaped.size() < text.size()) return;
    const bool plain = escaped.find('\\') == std::string_view::npos;
    if (plain ? escaped == text : strings.Get(StringId{i}) == text) equal[i] = 1;
  }));
  return equal;
}

// All edges for which wanted(edge).
template <typename Predicate>
Result<std::vector<uint32_t>> Edges(const HeapGraph& graph, const Progress& progress,
                                    const Predicate& wanted) {
  std::vector<uint32_t> edges;
  NH_CHECK(ForEachBelow(graph.edge_count(), progress, [&](uint32_t e) {
    if (wanted(EdgeId{e})) edges.push_back(e);
  }));
  return edges;
}

}  // namespace

Result<std::vector<uint32_t>> EdgesTo(const HeapGraph& graph, NodeId node,
                                      const Progress& progress) {
  return Edges(graph, progress, [&](EdgeId e) { return graph.target(e) == node; });
}

Result<std::vector<uint32_t>> EdgesNamed(const HeapGraph& graph, std::string_view name,
                                         const Progress& progress) {
  NH_TRY(const Column<uint8_t> named, StringsEqualTo(graph.strings(), name, progress));
  return Edges(graph, progress, [&](EdgeId e) {
    return !IsIndexed(graph.type(e)) && named[graph.name_or_index(e)] != 0;
  });
}

Result<std::vector<uint32_t>> EdgesToString(const Session& session, std::string_view text,
                                            const Progress& progress) {
  const HeapGraph& graph = session.graph();
  NH_TRY(const Column<uint8_t> equal, StringsEqualTo(graph.strings(), text, progress));
  Column<uint8_t> wanted(graph.node_count());
  NH_CHECK(ForEachBelow(graph.node_count(), progress, [&](uint32_t i) {
    const NodeType type = graph.type(NodeId{i});
    if (type == NodeType::kString || type == NodeType::kSlicedString) {
      wanted[i] = equal[Index(graph.name(NodeId{i}))];
    } else if (type == NodeType::kConsString) {
      wanted[i] = DisplayName(graph, session.analysis(), NodeId{i}) == text ? 1 : 0;
    }
  }));
  return Edges(graph, progress, [&](EdgeId e) { return wanted[Index(graph.target(e))] != 0; });
}

}  // namespace nodeheap
