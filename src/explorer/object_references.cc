// ReferenceExtractor: objects in the sense of JavaScript.
#include <algorithm>

#include "explorer/reference_extractor.h"
#include "v8/primitives.h"

namespace nodeheap::explorer {
namespace {

using v8::Kind;
using v8::Tagged;
using v8::Version;
using Place = v8::Descriptor::Place;

constexpr uint64_t kArrayHeader = 16;  // FixedArray: map, length
constexpr uint64_t kGetter = 8;        // AccessorPair
constexpr uint64_t kSetter = 16;
constexpr uint64_t kBoundArguments = 40;  // JSBoundFunction
constexpr uint64_t kGlobalObject = 32;    // NativeContext
// Elements kinds (v8/src/objects/elements-kind.h): an array of anything, with holes or without.
constexpr uint32_t kPackedElements = 2;
constexpr uint32_t kHoleyElements = 3;

}  // namespace

void ReferenceExtractor::ExtractObject() {
  ExtractProperties();
  ExtractElements();
  if (const auto prototype = runtime_.Load<Tagged>(map_.address + layout_.map.prototype))
    AddEdge(EdgeType::kProperty, proto_name_, *prototype);
  if (map_.kind == Kind::kJSFunction) ExtractFunction();
  if (map_.kind == Kind::kJSBoundFunction) ExtractBoundArguments();
  ExtractNamedFields();
  AddField(properties_name_, layout_.object.properties);
  AddField(elements_name_, layout_.object.elements);
}

void ReferenceExtractor::ExtractProperties() {
  if (layout_.map.is_dictionary.Get(map_.bit_field3) != 0) {
    v8::ForEachNamedProperty(runtime_, v8::Tag(at_), map_, [this](const v8::Property& property) {
      ExtractSlowProperty(property);
      return true;
    });
    return;
  }
  const auto plan = plans_.Of(map_);
  if (plan.empty()) return;
  const Tagged properties = Word(layout_.object.properties);
  const bool has_array = Is(properties, Kind::kPropertyArray);
  for (const PlannedProperty& property : plan)
    ExtractProperty(property, has_array ? v8::Untag(properties) : 0);
}

void ReferenceExtractor::ExtractProperty(const PlannedProperty& property,
                                         v8::Address property_array) {
  Tagged value = property.constant;
  std::optional<uint64_t> offset;
  if (property.place == Place::kObject) {
    offset = property.offset;
    value = Word(property.offset);
  } else if (property.place == Place::kPropertyArray) {
    if (property_array == 0) return;
    value = runtime_.Load<Tagged>(property_array + property.offset).value_or(0);
  }
  if ((value & 1) == 0) return;
  if (property.is_accessor) return ExtractAccessors(property.name, property.key, value, offset);
  const auto target = state_.NodeOf(value);
  if (!target) return;
  // What has no name cannot be a property to people.
  out_->edges.Add(property.name != 0 ? EdgeType::kProperty : EdgeType::kInternal, property.name,
                  *target);
  if (offset) MarkVisited(*offset);
}

void ReferenceExtractor::ExtractSlowProperty(const v8::Property& property) {
  const uint32_t name = names_.Of(property.key);
  if (property.is_accessor) return ExtractAccessors(name, property.key, property.value, {});
  AddEdge(name != 0 ? EdgeType::kProperty : EdgeType::kInternal, name, property.value);
}

void ReferenceExtractor::ExtractAccessors(uint32_t name, Tagged key, Tagged pair,
                                          std::optional<uint64_t> offset) {
  if (!Is(pair, Kind::kAccessorPair)) return;
  AddEdge(EdgeType::kProperty, name, pair);
  if (offset) MarkVisited(*offset);
  const bool is_symbol = Is(key, Kind::kSymbol);
  for (const auto& [prefix, field] : {std::pair{"get ", kGetter}, std::pair{"set ", kSetter}}) {
    const auto function = runtime_.Field(pair, field);
    if (!function || v8::OddballOf(runtime_, *function) != v8::Oddball::kNone) continue;
    AddEdge(EdgeType::kProperty, is_symbol ? name : names_.Fixed(prefix + NameText(runtime_, key)),
            *function);
  }
}

// V8 leaves out those of sealed and frozen objects, and of arguments objects.
void ReferenceExtractor::ExtractElements() {
  const uint32_t kind = layout_.map.elements_kind.Get(map_.bit_field2);
  if (kind == kPackedElements || kind == kHoleyElements)
    return ExtractElementArray(Word(layout_.object.elements));
  if (kind != layout_.map.dictionary_elements) return;
  v8::ForEachElement(runtime_, v8::Tag(at_), map_, [this](const v8::Property& element) {
    AddEdge(EdgeType::kElement, element.index, element.value);
    return true;
  });
}

void ReferenceExtractor::ExtractElementArray(Tagged elements) {
  if (!Is(elements, Kind::kFixedArray)) return;
  uint32_t count = runtime_.CountField(elements, v8::kWord, v8::kWord).value_or(0);
  if (map_.kind == Kind::kJSArray) {
    const Tagged length = Word(layout_.object.array_length);
    if (v8::IsSmi(length)) count = std::min(count, static_cast<uint32_t>(v8::SmiValue(length)));
  }
  if (count == 0) return;
  const v8::Address first = v8::Untag(elements) + kArrayHeader;
  const v8::Page& page = *runtime_.pages().Find(v8::Untag(elements));
  for (uint32_t i = 0; i < count; ++i) {
    const Tagged word = page.Word(first + uint64_t{i} * v8::kWord);
    if ((word & 1) != 0 && !IsHole(word)) AddEdge(EdgeType::kElement, i, word);
  }
}

void ReferenceExtractor::ExtractFunction() {
  AddEdge(EdgeType::kInternal, "code", state_.dispatch_tables.CodeOf(at_, map_.kind, size_));
  const uint64_t slot = layout_.function.prototype_or_initial_map;
  if (map_.instance_size <= slot) return;
  const auto map = runtime_.MapOf(Word(slot));
  if (!map) return;
  if (layout_.types.IsReceiver(map->instance_type)) {
    AddEdge(EdgeType::kProperty, "prototype", Word(slot));
    MarkVisited(slot);
  } else if (map->kind == Kind::kMap) {
    AddEdge(EdgeType::kProperty, "prototype",
            runtime_.Field(Word(slot), layout_.map.prototype).value_or(0));
    AddField("initial_map", slot);
  } else if (IsHole(Word(slot))) {
    MarkVisited(slot);
  }
}

void ReferenceExtractor::ExtractBoundArguments() {
  const Tagged arguments = Word(kBoundArguments);
  const uint32_t count = runtime_.CountField(arguments, v8::kWord, v8::kWord).value_or(0);
  for (uint32_t i = 0; i < count; ++i)
    if (const auto value = runtime_.Field(arguments, kArrayHeader + i * v8::kWord))
      AddEdge(EdgeType::kShortcut, "bound_argument_" + std::to_string(i), *value);
}

void ReferenceExtractor::ExtractGlobalProxy() {
  if (layout_.version < Version{14, 0, 0}) return ExtractNamedFields();
  // The context in which it was made: the maps of its map know it.
  const auto meta_map = runtime_.Load<Tagged>(map_.address);
  const Tagged context =
      meta_map ? runtime_.Field(*meta_map, layout_.map.constructor_or_back_pointer).value_or(0) : 0;
  if (!Is(context, Kind::kNativeContext)) return;
  AddEdge(EdgeType::kShortcut, "native_context", context);
  AddEdge(EdgeType::kShortcut, "global_object", runtime_.Field(context, kGlobalObject).value_or(0));
}

void ReferenceExtractor::ExtractNative() {
  if (const auto node = state_.natives.NodeOf(Word(layout_.buffer.backing_store)))
    out_->edges.Add(EdgeType::kInternal, names_.Fixed("backing_store"), *node);
}

}  // namespace nodeheap::explorer
