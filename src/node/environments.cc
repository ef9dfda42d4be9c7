#include "node/environments.h"

#include <algorithm>
#include <cstring>
#include <ranges>

#include "v8/class_names.h"
#include "v8/context_variables.h"
#include "v8/properties.h"
#include "v8/strings.h"

namespace nodeheap::node {
namespace {

using v8::Address;
using v8::Kind;
using v8::kWord;
using v8::Runtime;
using v8::Tagged;

constexpr uint64_t kMaxHeapObject = 0x3000;  // bytes of v8::internal::Heap that are looked at
constexpr uint64_t kSlots = 16;              // bytes before the first slot of a context or array
// NativeContext: {scope info, previous, extension, …}; its extension is the global object.
constexpr uint64_t kGlobalSlot = 2;
constexpr uint64_t kPreviousSlot = 1;
constexpr uint64_t kEmbedderData = 48;  // NativeContext, by v8dbg of all versions
// ContextEmbedderIndex::kEnvironment (node/src/node_context_data.h).
constexpr uint32_t kEnvironmentIndex = 32;
constexpr int kMaxScopes = 64;
constexpr int kMaxContexts = 10'000;
constexpr uint64_t kMaxTextUnits = 1 << 16;
// AccessorPair: {getter, setter}
constexpr uint64_t kGetter = 8;

// Heap::native_contexts_list_, the newest context; each leads to the one made before it, by a slot
// that no other context is in.
std::vector<Tagged> ContextsOf(const Runtime& runtime, const v8::Isolate& isolate) {
  std::vector<Tagged> contexts;
  const auto words = runtime.memory().View(isolate.heap, kMaxHeapObject);
  for (size_t at = 0; at + kWord <= words.size() && contexts.empty(); at += kWord) {
    Tagged word = 0;
    std::memcpy(&word, words.data() + at, kWord);
    if (runtime.Is(word, Kind::kNativeContext)) contexts.push_back(word);
  }
  while (!contexts.empty() && contexts.size() < kMaxContexts) {
    const Tagged context = contexts.back();
    const uint32_t count = runtime.CountField(context, kWord, kWord).value_or(0);
    Tagged next = 0;
    for (uint64_t slot = 0; slot <= count && next == 0; ++slot) {
      const Tagged word = runtime.Field(context, kSlots + slot * kWord).value_or(0);
      if (word != context && runtime.Is(word, Kind::kNativeContext))
        next = v8::Tag(v8::Untag(word));
    }
    if (next == 0 || std::ranges::find(contexts, next) != contexts.end()) break;
    contexts.push_back(next);
  }
  return contexts;
}

// Each context of Node has a pointer to its environment, in a slot of its embedder data.
Address EnvironmentOf(const Runtime& runtime, Tagged context) {
  const Tagged data = runtime.Field(context, kEmbedderData).value_or(0);
  const uint32_t count = runtime.CountField(data, kWord, kWord).value_or(0);
  if (!runtime.Is(data, Kind::kEmbedderDataArray) || count <= kEnvironmentIndex) return 0;
  const Address address = runtime.Field(data, kSlots + kEnvironmentIndex * kWord).value_or(0);
  if (address % kWord != 0 || !runtime.memory().Read<uint64_t>(address)) return 0;
  return address;
}

bool IsReceiver(const Runtime& runtime, Tagged value) {
  const auto map = runtime.MapOf(value);
  return map && runtime.layout().types.IsReceiver(map->instance_type);
}

template <typename Matches>
Tagged FindProperty(const Runtime& runtime, Tagged object, const Matches& matches) {
  const auto map = runtime.MapOf(object);
  if (!map || !runtime.layout().types.IsReceiver(map->instance_type)) return 0;
  Tagged found = 0;
  v8::ForEachNamedProperty(runtime, object, *map, [&](const v8::Property& property) {
    if (property.unboxed || !matches(property.key)) return true;
    found = property.value;
    if (property.is_accessor && runtime.Is(found, Kind::kAccessorPair))
      found = runtime.Field(found, kGetter).value_or(0);
    return false;
  });
  return found;
}

}  // namespace

std::vector<Environment> FindEnvironments(const Runtime& runtime) {
  std::vector<Environment> environments;
  for (const v8::Isolate& isolate : runtime.isolates()) {
    // The program's context was made first; those of the vm module share its environment.
    const std::vector<Tagged> contexts = ContextsOf(runtime, isolate);
    for (const Tagged context : std::views::reverse(contexts)) {
      const Environment environment{
          .isolate = &isolate,
          .address = EnvironmentOf(runtime, context),
          .context = context,
          .global = runtime.Field(context, kSlots + kGlobalSlot * kWord).value_or(0)};
      if (environment.address == 0 || !runtime.Is(environment.global, Kind::kJSGlobalObject))
        continue;
      environments.push_back(environment);
      break;
    }
  }
  return environments;
}

Tagged FindVariable(const Runtime& runtime, Tagged function, std::string_view name) {
  if (!runtime.Is(function, Kind::kJSFunction)) return 0;
  Tagged context = runtime.Field(function, runtime.layout().function.context).value_or(0);
  for (int i = 0; i < kMaxScopes && runtime.Is(context, Kind::kContext); ++i) {
    Tagged found = 0;
    v8::ForEachContextVariable(runtime, context, [&](const v8::ContextVariable& variable) {
      if (found == 0 && TextOf(runtime, variable.name) == name) found = variable.value;
    });
    if (found != 0) return found;
    context = runtime.Field(context, kSlots + kPreviousSlot * kWord).value_or(0);
  }
  return 0;
}

Tagged FindValue(const Runtime& runtime, Tagged object, std::string_view name) {
  return FindProperty(runtime, object, [&](Tagged key) {
    return runtime.Is(key, Kind::kString) && TextOf(runtime, key) == name;
  });
}

Tagged FindSymbolValue(const Runtime& runtime, Tagged object, std::string_view description) {
  return FindProperty(runtime, object, [&](Tagged key) {
    if (!runtime.Is(key, Kind::kSymbol)) return false;
    const Tagged text = runtime.Field(key, runtime.layout().symbol_name).value_or(0);
    return TextOf(runtime, text) == description;
  });
}

bool IsCallback(const Runtime& runtime, Tagged value) {
  const Kind kind = runtime.KindOf(value);
  return kind == Kind::kJSFunction || kind == Kind::kJSBoundFunction;
}

std::string TextOf(const Runtime& runtime, Tagged value) {
  const auto text = v8::ReadString(runtime, value, kMaxTextUnits);
  return text ? text->text : std::string();
}

std::string ClassOf(const Runtime& runtime, Tagged value) {
  const auto map = runtime.MapOf(value);
  return map && IsReceiver(runtime, value) ? v8::ConstructorName(runtime, value, *map)
                                           : std::string();
}

}  // namespace nodeheap::node
