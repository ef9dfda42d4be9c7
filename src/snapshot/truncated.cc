#include "snapshot/truncated.h"

#include <algorithm>
#include <memory>
#include <string>

namespace nodeheap {
namespace {

constexpr std::string_view kPlaceholder = "(name lost with the end of the file)\"";

// The strings that are there, and the placeholder as the last one.
StringTable CopyStrings(const Input& input, const Column<uint64_t>& starts) {
  std::string_view section;
  if (!starts.empty()) section = input.bytes().substr(starts[0]);
  const auto text =
      std::make_shared<const std::string>(std::string(section) + '"' + std::string(kPlaceholder));
  Column<uint64_t> moved(starts.size() + 1);
  for (size_t i = 0; i < starts.size(); ++i) moved[i] = starts[i] - starts[0];
  moved[starts.size()] = text->size() - kPlaceholder.size();
  return {text, *text, std::move(moved), [] {}};
}

void ReplaceLostNames(HeapGraph::Columns& columns, uint32_t placeholder) {
  for (uint32_t& name : columns.node_names) name = std::min(name, placeholder);
  for (size_t e = 0; e < columns.edge_names.size(); ++e)
    if (!IsIndexed(EdgeType{columns.edge_types[e]}))
      columns.edge_names[e] = std::min(columns.edge_names[e], placeholder);
}

std::string Describe(const SnapshotMeta& meta, const ReadSoFar& read) {
  const auto part = [](uint64_t found, uint64_t announced, const char* what) {
    return std::to_string(found) + " of " + std::to_string(announced) + " " + what;
  };
  return "the file ends early: it holds " + part(read.nodes, meta.node_count, "nodes") + ", " +
         part(read.edges, meta.edge_count, "edges") + " and " +
         std::to_string(read.strings.size()) + " strings";
}

}  // namespace

void KeepWhatIsWhole(const Input& input, const SnapshotMeta& meta, ReadSoFar read,
                     HeapGraph::Columns& columns) {
  columns.health.Add({.severity = Severity::kDataLoss,
                      .code = "truncated_input",
                      .detail = Describe(meta, read),
                      .count = 1});
  columns.node_types.Shrink(read.nodes);
  columns.node_names.Shrink(read.nodes);
  columns.node_ids.Shrink(read.nodes);
  columns.self_sizes.Shrink(read.nodes);
  columns.first_edges.Shrink(read.nodes + 1);
  if (!columns.detachedness.empty()) columns.detachedness.Shrink(read.nodes);
  columns.edge_types.Shrink(read.edges);
  columns.edge_names.Shrink(read.edges);
  columns.edge_targets.Shrink(read.edges);
  columns.strings = CopyStrings(input, read.strings);
  ReplaceLostNames(columns, static_cast<uint32_t>(read.strings.size()));
}

void ClipEdges(uint64_t edges, HeapGraph::Columns& columns) {
  for (uint32_t& first : columns.first_edges) first = std::min(first, static_cast<uint32_t>(edges));
  columns.first_edges[columns.first_edges.size() - 1] = static_cast<uint32_t>(edges);
}

}  // namespace nodeheap
