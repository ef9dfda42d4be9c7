#include "support/columns.h"

#include <algorithm>
#include <memory>
#include <stdexcept>

namespace nodeheap::test {

HeapGraph::Columns PlainColumns(size_t nodes, size_t edges) {
  HeapGraph::Columns columns;
  columns.node_types = Column<uint8_t>(nodes);
  columns.node_names = Column<uint32_t>(nodes);
  columns.node_ids = Column<uint32_t>(nodes);
  columns.self_sizes = SizeColumn(nodes);
  columns.first_edges = Column<uint32_t>(nodes + 1);
  columns.edge_types = Column<uint8_t>(edges);
  columns.edge_names = Column<uint32_t>(edges);
  columns.edge_targets = Column<uint32_t>(edges);
  std::ranges::fill(columns.node_types, static_cast<uint8_t>(NodeType::kObject));
  std::ranges::fill(columns.edge_types, static_cast<uint8_t>(EdgeType::kProperty));
  for (uint32_t node = 0; node < nodes; ++node) {
    columns.node_ids[node] = 2 * node + 1;
    columns.self_sizes.Set(node, 1);
  }
  columns.first_edges[nodes] = static_cast<uint32_t>(edges);
  columns.node_type_names = {"hidden", "array", "string", "object"};
  columns.edge_type_names = {"context", "element", "property"};
  columns.strings = TableOf({"x"});
  return columns;
}

HeapGraph CreateOrThrow(HeapGraph::Columns columns) {
  auto graph = HeapGraph::Create(std::move(columns));
  if (!graph) throw std::runtime_error(Describe(graph.error()));
  return *std::move(graph);
}

StringTable TableOf(const std::vector<std::string>& texts) {
  auto bytes = std::make_shared<std::string>();
  Column<uint64_t> starts(texts.size());
  for (size_t i = 0; i < texts.size(); ++i) {
    *bytes += '"';
    starts[i] = bytes->size();
    *bytes += texts[i] + '"';
  }
  const std::string_view text = *bytes;
  return {std::move(bytes), text, std::move(starts), [] {}};
}

}  // namespace nodeheap::test
