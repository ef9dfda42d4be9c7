#include <fmt/format.h>

#include "v8/builtins.h"
#include "v8/collections.h"
#include "v8/errors.h"
#include "v8/primitives.h"
#include "v8/views.h"

namespace nodeheap::v8 {
namespace {

constexpr uint32_t kCellValue = 8;

std::string_view Name(Yields yields) {
  switch (yields) {
    case Yields::kKeys:
      return "keys";
    case Yields::kValues:
      return "values";
    default:
      return "entries";
  }
}

std::string LengthText(const ViewInput& input, Tagged length) {
  const auto number = NumberOf(input.runtime, length);
  return number ? "length=" + NumberText(*number) : std::string();
}

}  // namespace

void ArrayLine(const ViewInput& input, Description& description) {
  const auto length = input.runtime.Field(input.word, input.runtime.layout().object.array_length);
  if (length) description.detail = LengthText(input, *length);
}

void ArgumentsLine(const ViewInput& input, Description& description) {
  description.name.clear();  // their class is Object
  const auto length = FindProperty(input.runtime, input.word, "length");
  if (length) description.detail = LengthText(input, *length);
}

void CollectionLine(const ViewInput& input, Description& description) {
  if (const auto size = CollectionSize(input.runtime, input.word))
    description.detail = fmt::format("size={}", *size);
}

void CollectionMembers(const ViewInput& input, MemberSink& sink) {
  const bool has_values = input.map.kind == Kind::kJSMap || input.map.kind == Kind::kJSWeakMap;
  uint64_t index = 0;
  sink.Skip(ForEachEntry(input.runtime, input.word, [&](const CollectionEntry& entry) {
    const auto give = [&](const char* suffix, Tagged word) {
      if (!sink.Wants()) return;
      sink.Give({.kind = MemberKind::kElement,
                 .name = std::to_string(index),
                 .suffix = suffix,
                 .value = sink.Described(word)});
    };
    give(has_values ? ".key" : "", entry.key);
    if (has_values) give(".value", entry.value);
    ++index;
    return true;
  }));
  ObjectMembers(input, sink);
}

void CollectionIteratorLine(const ViewInput& input, Description& description) {
  const auto iterator = ReadCollectionIterator(input.runtime, input.word);
  description.name.clear();  // V8's name for its class, not the language's
  if (iterator)
    description.detail = fmt::format("{} index={}", Name(iterator->yields), iterator->index);
}

void CollectionIteratorMembers(const ViewInput& input, MemberSink& sink) {
  if (const auto iterator = ReadCollectionIterator(input.runtime, input.word))
    sink.Internal("table", iterator->table);
  ObjectMembers(input, sink);
}

void IndexedIteratorLine(const ViewInput& input, Description& description) {
  const auto iterator = IndexedIterator::Load(input.runtime, input.word);
  description.name.clear();
  if (!iterator) return;
  const std::string yields = iterator->yields && *iterator->yields >= 0 && *iterator->yields <= 2
                                 ? fmt::format("{} ", Name(Yields(*iterator->yields)))
                                 : "";
  description.detail = fmt::format("{}index={}", yields, NumberText(iterator->index));
}

void IndexedIteratorMembers(const ViewInput& input, MemberSink& sink) {
  if (const auto iterator = IndexedIterator::Load(input.runtime, input.word))
    sink.Internal("iterated", iterator->iterated);
  ObjectMembers(input, sink);
}

void WeakRefMembers(const ViewInput& input, MemberSink& sink) {
  if (const auto reference = WeakReference::Load(input.runtime, input.word))
    sink.Internal("target", reference->target);
  ObjectMembers(input, sink);
}

void FinalizationRegistryMembers(const ViewInput& input, MemberSink& sink) {
  if (const auto registry = FinalizationRegistry::Load(input.runtime, input.word))
    sink.Internal("cleanup", registry->cleanup);
  ObjectMembers(input, sink);
}

void DateLine(const ViewInput& input, Description& description) {
  if (const auto date = Date::Load(input.runtime, input.word))
    description.detail = IsoTime(date->milliseconds);
}

void DateMembers(const ViewInput& input, MemberSink& sink) {
  if (const auto date = Date::Load(input.runtime, input.word))
    sink.Internal("milliseconds", DescribeNumber(date->milliseconds));
  ObjectMembers(input, sink);
}

void RegExpLine(const ViewInput& input, Description& description) {
  const auto regexp = RegExp::Load(input.runtime, input.word);
  if (regexp)
    description.detail = fmt::format("/{}/{}", ShownText(input, regexp->source), regexp->flags);
}

void RegExpMembers(const ViewInput& input, MemberSink& sink) {
  if (const auto regexp = RegExp::Load(input.runtime, input.word)) {
    sink.Internal("source", regexp->source);
    sink.Internal("flags", TextDescription(regexp->flags));
  }
  ObjectMembers(input, sink);
}

void ErrorLine(const ViewInput& input, Description& description) {
  const auto error = CapturedError::Load(input.runtime, input.word);
  if (error && !error->message.empty()) description.detail = '"' + error->message + '"';
}

void ErrorMembers(const ViewInput& input, MemberSink& sink) {
  if (const auto error = CapturedError::Load(input.runtime, input.word))
    sink.Internal("stack", TextDescription(error->StackText()));
  ObjectMembers(input, sink);
}

void ProxyLine(const ViewInput& input, Description& description) {
  const auto proxy = Proxy::Load(input.runtime, input.word);
  description.name.clear();
  if (proxy && OddballOf(input.runtime, proxy->handler) == Oddball::kNull)
    description.detail = "revoked";
}

void ProxyMembers(const ViewInput& input, MemberSink& sink) {
  const auto proxy = Proxy::Load(input.runtime, input.word);
  if (!proxy) return;
  sink.Internal("target", proxy->target);
  sink.Internal("handler", proxy->handler);
}

void WrapperLine(const ViewInput& input, Description& description) {
  const auto wrapper = PrimitiveWrapper::Load(input.runtime, input.word);
  if (!wrapper) return;
  description.type = "boxed value";
  const Description value = Describe(input.runtime, wrapper->value, input.options);
  description.detail = value.type == "String" ? '"' + value.name + '"' : value.name;
}

void WrapperMembers(const ViewInput& input, MemberSink& sink) {
  if (const auto wrapper = PrimitiveWrapper::Load(input.runtime, input.word))
    sink.Internal("value", wrapper->value);
  ObjectMembers(input, sink);
}

void ModuleMembers(const ViewInput& input, MemberSink& sink) {
  if (const auto module = ModuleNamespace::Load(input.runtime, input.word)) {
    const auto export_of = [&](const CollectionEntry& entry) {
      const bool is_cell = input.runtime.Is(entry.value, Kind::kCell);
      const auto value =
          is_cell ? input.runtime.Field(entry.value, kCellValue) : std::optional(entry.value);
      bool is_symbol = false;
      sink.Add(MemberKind::kProperty, KeyText(input.runtime, entry.key, is_symbol),
               value.value_or(0));
      return true;
    };
    sink.Skip(ForEachHashTableEntry(input.runtime, module->exports, export_of));
  }
  ObjectMembers(input, sink);
}

}  // namespace nodeheap::v8
