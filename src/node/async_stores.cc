#include "node/async_stores.h"

#include "node/environments.h"
#include "v8/async_stack.h"
#include "v8/collections.h"
#include "v8/primitives.h"
#include "v8/properties.h"

namespace nodeheap::node {
namespace {

using v8::Runtime;
using v8::Tagged;

constexpr size_t kMaxStores = 16;

void AddResourceStores(const Runtime& runtime, Tagged resource, std::vector<Tagged>& stores) {
  const auto map = runtime.MapOf(resource);
  if (!map || map->kind != v8::Kind::kJSPromise) return;
  v8::ForEachNamedProperty(runtime, resource, *map, [&](const v8::Property& property) {
    const auto symbol = v8::Symbol::Load(runtime, property.key);
    const bool is_store = symbol && !property.unboxed && !property.is_accessor &&
                          TextOf(runtime, symbol->description) == "kResourceStore" &&
                          !v8::IsUndefined(runtime, property.value);
    if (is_store) stores.push_back(property.value);
    return stores.size() < kMaxStores;
  });
}

}  // namespace

std::vector<Tagged> FindStores(const Runtime& runtime, Tagged generator,
                               const v8::PromiseReaction& reaction) {
  std::vector<Tagged> stores;
  if (runtime.Is(reaction.context, v8::Kind::kJSMap)) {
    v8::ForEachEntry(runtime, reaction.context, [&](const v8::CollectionEntry& entry) {
      if (!v8::IsUndefined(runtime, entry.value)) stores.push_back(entry.value);
      return stores.size() < kMaxStores;
    });
    return stores;
  }
  AddResourceStores(runtime, v8::PromiseOf(runtime, generator), stores);
  if (stores.empty()) AddResourceStores(runtime, reaction.promise, stores);
  return stores;
}

}  // namespace nodeheap::node
