#include "suspects/places.h"

#include <fmt/format.h>

#include <optional>
#include <string_view>

namespace nodeheap::suspects {
namespace {

constexpr size_t kMaxUrl = 1000;  // bytes

std::optional<NodeId> Internal(const HeapGraph& graph, NodeId node, std::string_view name) {
  for (uint32_t e = graph.first_edge(node); e < graph.end_edge(node); ++e) {
    const EdgeId edge{e};
    if (graph.type(edge) != EdgeType::kInternal) continue;
    if (graph.strings().Escaped(StringId{graph.name_or_index(edge)}) == name)
      return graph.target(edge);
  }
  return std::nullopt;
}

std::optional<NodeId> ScriptOf(const HeapGraph& graph, NodeId function) {
  const auto shared = Internal(graph, function, "shared");
  if (!shared) return std::nullopt;
  if (const auto script = Internal(graph, *shared, "script")) return script;
  return Internal(graph, *shared, "script_or_debug_info");  // until Node 20
}

std::string_view FileName(std::string_view url) { return url.substr(url.find_last_of('/') + 1); }

}  // namespace

Places::Places(const HeapGraph& graph, const Analysis& analysis)
    : graph_(graph), analysis_(analysis) {
  const HeapGraph::Columns& columns = graph.columns();
  for (size_t i = 0; i < columns.located_nodes.size(); ++i) {
    const NodeId node{columns.located_nodes[i]};
    const uint32_t script = columns.locations[columns.located_at[i]].script_id;
    if (graph.type(node) != NodeType::kClosure || scripts_.contains(script)) continue;
    if (const auto found = ScriptOf(graph, node)) scripts_.emplace(script, *found);
  }
}

NodeId Places::FunctionIn(NodeId context) const {
  for (const uint32_t entry : analysis_.retainers.Sources(context)) {
    const NodeId source = Retainers::Source(entry);
    if (graph_.type(source) == NodeType::kClosure && graph_.location(source)) return source;
  }
  return context;
}

std::string Places::Of(NodeId node) const {
  const bool context = graph_.strings().Escaped(graph_.name(node)) == "system / Context";
  const auto location = graph_.location(context ? FunctionIn(node) : node);
  if (!location) return {};
  const auto script = scripts_.find(location->script_id);
  if (script == scripts_.end()) return {};
  const std::string url = graph_.strings().GetPrefix(graph_.name(script->second), kMaxUrl);
  return fmt::format("{}:{}", FileName(url), uint64_t{location->line} + 1);
}

}  // namespace nodeheap::suspects
