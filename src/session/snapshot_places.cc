#include "session/snapshot_places.h"

#include <fmt/format.h>

#include "graph/targets.h"

namespace nodeheap {
namespace {

constexpr size_t kMaxUrl = 1000;  // bytes

std::unordered_map<uint32_t, StringId> NamesOfScripts(const HeapGraph& graph) {
  std::unordered_map<uint32_t, StringId> names;
  const HeapGraph::Columns& columns = graph.columns();
  for (size_t i = 0; i < columns.located_nodes.size(); ++i) {
    const NodeId node{columns.located_nodes[i]};
    const uint32_t script = columns.locations[columns.located_at[i]].script_id;
    if (graph.type(node) != NodeType::kClosure || names.contains(script)) continue;
    if (const auto found = ScriptOf(graph, node)) names.emplace(script, graph.name(*found));
  }
  return names;
}

}  // namespace

std::string SnapshotPlaces::Text(const HeapGraph& graph, const Location& location) {
  if (!scripts_) scripts_ = NamesOfScripts(graph);
  const auto script = scripts_->find(location.script_id);
  if (script == scripts_->end()) return {};
  const std::string name = graph.strings().GetPrefix(script->second, kMaxUrl);
  if (name.empty()) return {};  // of an eval
  const uint64_t line = uint64_t{location.line} + 1;
  const uint64_t column = uint64_t{location.column} + 1;
  const auto original =
      maps_ ? maps_->Find(name, static_cast<uint32_t>(line), static_cast<uint32_t>(column))
            : std::nullopt;
  if (original) return fmt::format("{}:{}:{}", original->file, original->line, original->column);
  return fmt::format("{}:{}:{}", name, line, column);
}

}  // namespace nodeheap
