#include "explorer/embedded_objects.h"

namespace nodeheap::explorer {

using v8::Kind;

bool EmbeddedObjects::IsOptimized(const v8::Runtime& runtime, v8::Tagged instructions) {
  const v8::CodeTier tier = v8::TierOfInstructions(runtime, instructions);
  return tier == v8::CodeTier::kMaglev || tier == v8::CodeTier::kTurbofan;
}

bool EmbeddedObjects::IsWeakInOptimizedCode(v8::Tagged object, v8::MapCache& maps) const {
  const v8::Address at = v8::Untag(object);
  const v8::Page* const page = at % v8::kWord == 0 ? heap_.pages().Find(at) : nullptr;
  const v8::MapInfo* const map = page == nullptr ? nullptr : maps.Find(page->Word(at));
  if (map == nullptr) return false;
  const v8::Layout& layout = heap_.layout();
  switch (map->kind) {
    case Kind::kPropertyCell:
    case Kind::kContext:
    case Kind::kNativeContext:
      return true;
    case Kind::kMap: {
      // Map::CanTransition(): those of JavaScript's objects.
      const auto type = heap_.runtime().Load<uint16_t>(at + layout.map.instance_type);
      return type && layout.types.IsReceiver(*type) && layout.types.kind(*type) != Kind::kJSProxy;
    }
    default:
      return layout.types.IsReceiver(map->instance_type);
  }
}

}  // namespace nodeheap::explorer
