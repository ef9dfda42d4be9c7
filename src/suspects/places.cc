#include "suspects/places.h"

#include <optional>
#include <string_view>

#include "graph/targets.h"

namespace nodeheap::suspects {

std::string ShortPlace(std::string_view place) {
  const std::string_view file = place.substr(place.find_last_of('/') + 1);
  return std::string(file.substr(0, file.find_last_of(':')));
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

std::string Places::Whole(NodeId node) const {
  if (!facts_.definition_of) return {};
  std::string place = facts_.definition_of(node);
  const auto function = place.empty() ? FunctionFor(node) : std::nullopt;
  return function ? facts_.definition_of(*function) : place;
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
