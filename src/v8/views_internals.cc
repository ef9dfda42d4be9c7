// V8's own objects.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <span>

#include "v8/context_variables.h"
#include "v8/views.h"

namespace nodeheap::v8 {
namespace {

constexpr uint32_t kArrayHeader = 16;  // bytes: map, length
constexpr uint32_t kPropertyArrayLength = 0x3FF;
constexpr uint32_t kPreviousContext = 24;

using FieldNames = std::span<const std::string_view>;

// The fields of Intl's classes (v8/src/objects/js-*.tq) in V8 9.4 to 14.6; those of V8 10 had one
// more. What is ICU's lies outside of the heap.
struct BuiltinClass {
  std::string_view type;
  std::array<std::string_view, 6> fields;
};
constexpr BuiltinClass kBuiltinClasses[] = {
    {"JS_COLLATOR", {"ICU collator", "bound compare", "locale"}},
    {"JS_DATE_TIME_FORMAT",
     {"locale", "ICU locale", "ICU date format", "ICU interval format", "bound format", "flags"}},
    {"JS_DISPLAY_NAMES", {"ICU display names", "flags"}},
    {"JS_LIST_FORMAT", {"locale", "ICU formatter", "flags"}},
    {"JS_LOCALE", {"ICU locale"}},
    {"JS_NUMBER_FORMAT", {"locale", "ICU number formatter", "bound format"}},
    {"JS_NUMBER_FORMAT", {"locale", "ICU number formatter", "ICU range formatter", "bound format"}},
    {"JS_PLURAL_RULES", {"locale", "flags", "ICU plural rules", "ICU number formatter"}},
    {"JS_PLURAL_RULES",
     {"locale", "flags", "ICU plural rules", "ICU number formatter", "ICU range formatter"}},
    {"JS_RELATIVE_TIME_FORMAT", {"locale", "numbering system", "ICU formatter", "flags"}},
    {"JS_SEGMENTER", {"locale", "ICU break iterator", "flags"}},
};

// None where the class is not known, or has another number of fields in this version.
FieldNames NamesOfFields(const ViewInput& input, size_t count) {
  const auto type = input.runtime.layout().types.name(input.map.instance_type);
  for (const BuiltinClass& known : kBuiltinClasses) {
    const auto named = static_cast<size_t>(std::ranges::find(known.fields, std::string_view()) -
                                           known.fields.begin());
    if (known.type == type && named == count) return FieldNames(known.fields).first(named);
  }
  return {};
}

uint32_t WordsIn(const ViewInput& input) {
  if (input.map.kind == Kind::kPropertyArray)
    return static_cast<uint32_t>(input.runtime.SmiField(input.word, kWord).value_or(0)) &
           kPropertyArrayLength;
  return input.runtime.CountField(input.word, kWord, kWord).value_or(0);
}

void WordsBetween(const ViewInput& input, uint32_t first, uint32_t end, MemberSink& sink,
                  FieldNames names = {}) {
  for (uint32_t offset = first; offset + kWord <= end; offset += kWord) {
    const auto word = input.runtime.Field(input.word, offset);
    if (!word) return sink.Skip(1);
    // Other words are pointers out of the heap, or numbers.
    const bool is_value = IsSmi(*word) || input.runtime.MapOf(*word).has_value();
    const size_t index = (offset - first) / kWord;
    if (is_value)
      sink.Internal(index < names.size() ? std::string(names[index]) : fmt::format("+{}", offset),
                    *word);
  }
}

}  // namespace

void ArrayOfWordsLine(const ViewInput& input, Description& description) {
  description.detail = fmt::format("length={}", WordsIn(input));
}

void ArrayOfWordsMembers(const ViewInput& input, MemberSink& sink) {
  sink.Elements(WordsIn(input), [&](uint64_t i) -> std::optional<Description> {
    const auto word = input.runtime.Field(input.word, kArrayHeader + i * kWord);
    if (!word) return std::nullopt;
    return sink.Described(*word);
  });
}

void ContextMembers(const ViewInput& input, MemberSink& sink) {
  ForEachContextVariable(input.runtime, input.word, [&](const ContextVariable& variable) {
    bool is_symbol = false;
    sink.Add(MemberKind::kVariable, KeyText(input.runtime, variable.name, is_symbol),
             ValueOfVariable(input.runtime, variable.value));
  });
  sink.Internal("scope info", input.runtime.Field(input.word, kArrayHeader).value_or(0));
  sink.Internal("previous", input.runtime.Field(input.word, kPreviousContext).value_or(0));
}

void HiddenClassLine(const ViewInput& input, Description& description) {
  // Its own fields are those of a map, whatever map it has.
  const auto map = ReadMap(input.runtime.pages(), input.runtime.layout(), input.word);
  if (!map) return;
  description.name = input.runtime.layout().types.name(map->instance_type);
  if (map->instance_size != 0) description.detail = fmt::format("size={}", map->instance_size);
}

void HiddenClassMembers(const ViewInput& input, MemberSink& sink) {
  const auto& layout = input.runtime.layout().map;
  const auto add = [&](std::string_view name, uint32_t offset) {
    if (const auto word = input.runtime.Field(input.word, offset)) sink.Internal(name, *word);
  };
  add("prototype", layout.prototype);
  add("constructor or back pointer", layout.constructor_or_back_pointer);
  add("descriptors", layout.instance_descriptors);
  add("transitions", layout.transitions);
}

void ScriptLine(const ViewInput& input, Description& description) {
  const auto& layout = input.runtime.layout().script;
  description.name = ShownText(input, input.runtime.Field(input.word, layout.name).value_or(0));
}

void ScriptMembers(const ViewInput& input, MemberSink& sink) {
  const auto& layout = input.runtime.layout().script;
  sink.Internal("name", input.runtime.Field(input.word, layout.name).value_or(0));
  sink.Internal("source", input.runtime.Field(input.word, layout.source).value_or(0));
  WordsMembers(input, sink);
}

void ScopeInfoLine(const ViewInput& input, Description& description) {
  const uint64_t offset =
      kWord * (1 + uint64_t{input.runtime.layout().scope_info.context_local_count_index});
  if (const auto count = input.runtime.CountField(input.word, offset, kWord))
    description.detail = fmt::format("variables={}", *count);
}

void ScopeInfoMembers(const ViewInput& input, MemberSink& sink) {
  // Before the names of the variables come numbers; behind them, what depends on flags.
  const auto& layout = input.runtime.layout().scope_info;
  const uint64_t count_offset = kWord * (1 + uint64_t{layout.context_local_count_index});
  const uint32_t count = input.runtime.CountField(input.word, count_offset, kWord).value_or(0);
  const uint64_t names = kWord * (1 + uint64_t{layout.first_vars_index});
  sink.Elements(count, [&](uint64_t i) -> std::optional<Description> {
    const auto name = input.runtime.Field(input.word, names + i * kWord);
    if (!name || !input.runtime.Is(*name, Kind::kString)) return std::nullopt;
    return sink.Described(*name);
  });
}

void AccessorPairMembers(const ViewInput& input, MemberSink& sink) {
  sink.Internal("get", input.runtime.Field(input.word, kWord).value_or(0));
  sink.Internal("set", input.runtime.Field(input.word, 2 * kWord).value_or(0));
}

void WordsMembers(const ViewInput& input, MemberSink& sink) {
  WordsBetween(input, kWord, input.map.instance_size, sink);
}

// Of a built-in class without a row of its own: its own fields too.
void OtherObjectMembers(const ViewInput& input, MemberSink& sink) {
  ObjectMembers(input, sink);
  const uint32_t first = input.runtime.layout().object.first_field;
  WordsBetween(input, first, input.map.inobject_start, sink,
               NamesOfFields(input, (input.map.inobject_start - first) / kWord));
}

}  // namespace nodeheap::v8
