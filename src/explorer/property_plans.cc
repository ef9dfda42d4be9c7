#include "explorer/property_plans.h"

namespace nodeheap::explorer {

std::span<const PlannedProperty> PropertyPlans::Of(const v8::MapInfo& map) {
  const auto [found, is_new] = plans_.try_emplace(map.address);
  if (is_new) {
    for (const v8::Descriptor& descriptor : ReadDescriptors(runtime_, map)) {
      if (descriptor.is_smi || descriptor.is_double) continue;
      found->second.push_back({.place = descriptor.place,
                               .is_accessor = descriptor.is_accessor,
                               .offset = descriptor.offset,
                               .name = names_.Of(descriptor.key),
                               .key = descriptor.key,
                               .constant = descriptor.constant});
    }
  }
  return found->second;
}

}  // namespace nodeheap::explorer
