#include "queries/object_properties.h"

#include <fmt/format.h>

#include <algorithm>

#include "queries/nodes.h"
#include "queries/references.h"
#include "v8/builtins.h"
#include "v8/describe.h"
#include "v8/primitives.h"
#include "v8/strings.h"

namespace nodeheap {

Result<PropertyFinder> PropertyFinder::Create(const Session& session, const Process* process,
                                              std::string name, const Progress& progress) {
  PropertyFinder finder(session, process, std::move(name));
  if (process != nullptr) return finder;
  NH_TRY(finder.edges_, EdgesNamed(session.graph(), finder.name_, progress));
  std::erase_if(finder.edges_, [&](uint32_t edge) {
    return session.graph().type(EdgeId{edge}) != EdgeType::kProperty;
  });
  return finder;
}

bool PropertyFinder::Has(NodeId node) {
  if (process_ == nullptr) return EdgeOf(node).has_value();
  return InCore(node).has_value();
}

bool PropertyFinder::Equals(NodeId node, std::string_view value) {
  if (process_ == nullptr) {
    const auto edge = EdgeOf(node);
    return edge && NodeName(*session_, session_->graph().target(*edge)) == value;
  }
  const auto property = InCore(node);
  return property && ValueText(*property, value.size() + 1) == value;
}

std::optional<EdgeId> PropertyFinder::EdgeOf(NodeId node) const {
  const HeapGraph& graph = session_->graph();
  const auto found = std::ranges::lower_bound(edges_, graph.first_edge(node));
  if (found == edges_.end() || *found >= graph.end_edge(node)) return std::nullopt;
  return EdgeId{*found};
}

std::optional<v8::Property> PropertyFinder::InCore(NodeId node) {
  const auto address = session_->graph().address(node);
  if (!address) return std::nullopt;
  const v8::Runtime& runtime = process_->runtime();
  const v8::Tagged object = v8::Tag(*address);
  const auto map = runtime.MapOf(object);
  if (!map || !runtime.layout().types.IsReceiver(map->instance_type)) return std::nullopt;
  const auto known = hidden_classes_.find(map->address);
  if (known != hidden_classes_.end() && !known->second) return std::nullopt;
  std::optional<v8::Property> found;
  const uint32_t skipped =
      v8::ForEachNamedProperty(runtime, object, *map, [&](const v8::Property& property) {
        if (IsNamed(property.key)) found = property;
        return !found;
      });
  const bool is_dictionary = runtime.layout().map.is_dictionary.Get(map->bit_field3) != 0;
  if (!is_dictionary && skipped == 0) hidden_classes_.emplace(map->address, found.has_value());
  return found;
}

bool PropertyFinder::IsNamed(v8::Tagged key) const {
  const v8::Runtime& runtime = process_->runtime();
  v8::Tagged string = key;
  if (const auto symbol = v8::Symbol::Load(runtime, key)) {
    if (!symbol->is_private_name) return false;
    string = symbol->description;
  }
  const auto text = v8::ReadString(runtime, string, name_.size() + 1);
  return text && text->complete && text->text == name_;
}

std::string PropertyFinder::ValueText(const v8::Property& property, uint64_t max_units) const {
  if (property.unboxed) return v8::NumberText(*property.unboxed);
  return v8::Describe(process_->runtime(), property.value, {max_units}).name;
}

Result<PropertyCondition> ParseCondition(std::string_view text) {
  const size_t equals = text.find('=');
  if (equals != std::string_view::npos && equals != 0)
    return PropertyCondition{std::string(text.substr(0, equals)),
                             std::string(text.substr(equals + 1))};
  return std::unexpected(Error{.code = ErrorCode::kInvalidArgument,
                               .message = fmt::format("\"{}\" is no condition", text),
                               .hint = "it is a property and its value, such as name=Alice"});
}

}  // namespace nodeheap
