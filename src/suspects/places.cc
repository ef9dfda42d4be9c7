#include "suspects/places.h"

#include <fmt/format.h>

#include <optional>
#include <string_view>

#include "suspects/targets.h"

namespace nodeheap::suspects {
namespace {

constexpr size_t kMaxUrl = 1000;  // bytes

}  // namespace

std::string ShortPlace(std::string_view place) {
  const std::string_view file = place.substr(place.find_last_of('/') + 1);
  return std::string(file.substr(0, file.find_last_of(':')));
}

Places::Places(const HeapGraph& graph, const Analysis& analysis, const SuspectFacts& facts)
    : graph_(graph), analysis_(analysis), facts_(facts) {
  const HeapGraph::Columns& columns = graph.columns();
  for (size_t i = 0; i < columns.located_nodes.size(); ++i) {
    const NodeId node{columns.located_nodes[i]};
    const uint32_t script = columns.locations[columns.located_at[i]].script_id;
    if (graph.type(node) != NodeType::kClosure || scripts_.contains(script)) continue;
    if (const auto found = ScriptOf(graph, node)) scripts_.emplace(script, *found);
  }
}

std::optional<NodeId> Places::FunctionIn(NodeId context) const {
  for (const uint32_t entry : analysis_.retainers.Sources(context)) {
    const NodeId source = Retainers::Source(entry);
    if (graph_.type(source) == NodeType::kClosure) return source;
  }
  return std::nullopt;
}

// The function to look up for `node`: itself, one that sees the variables, a class's constructor.
std::optional<NodeId> Places::FunctionFor(NodeId node) const {
  if (graph_.type(node) == NodeType::kClosure) return node;
  if (graph_.strings().Escaped(graph_.name(node)) == "system / Context") return FunctionIn(node);
  const auto prototype = Target(graph_, node, EdgeType::kProperty, "__proto__");
  const auto constructor =
      prototype ? Target(graph_, *prototype, EdgeType::kProperty, "constructor") : std::nullopt;
  const bool function = constructor && graph_.type(*constructor) == NodeType::kClosure;
  return function ? constructor : std::nullopt;
}

std::string Places::InSnapshot(const Location& location) const {
  const auto script = scripts_.find(location.script_id);
  if (script == scripts_.end()) return {};
  const std::string url = graph_.strings().GetPrefix(graph_.name(script->second), kMaxUrl);
  return fmt::format("{}:{}:{}", url, uint64_t{location.line} + 1, uint64_t{location.column} + 1);
}

std::string Places::Whole(NodeId node) const {
  if (const auto location = graph_.location(node)) return InSnapshot(*location);
  const auto function = FunctionFor(node);
  if (!function) return {};
  if (const auto location = graph_.location(*function)) return InSnapshot(*location);
  return facts_.definition_of ? facts_.definition_of(*function) : std::string();
}

std::string Places::Of(NodeId node) const { return ShortPlace(Whole(node)); }

Scope Places::ScopeOf(NodeId context) const {
  const auto function = FunctionIn(context);
  if (!function || !facts_.scope_of) return {};
  Scope scope = facts_.scope_of(context, *function);
  scope.place = ShortPlace(scope.place);
  return scope;
}

}  // namespace nodeheap::suspects
