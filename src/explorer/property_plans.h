// How to read the properties of all objects of a map, worked out once for each map.
#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <cstdint>
#include <span>
#include <vector>

#include "explorer/names.h"
#include "v8/descriptors.h"

namespace nodeheap::explorer {

struct PlannedProperty {
  v8::Descriptor::Place place = v8::Descriptor::Place::kDescriptor;
  bool is_accessor = false;
  uint32_t offset = 0;  // bytes into the object or its property array
  uint32_t name = 0;    // in the pool
  v8::Tagged key = 0;
  v8::Tagged constant = 0;
};

// Not thread-safe: each thread has its own.
class PropertyPlans {
 public:
  PropertyPlans(const v8::Runtime& runtime, Names& names) : runtime_(runtime), names_(names) {}

  // Without the fields that hold numbers: snapshots do not tell of them. Valid until the next call.
  std::span<const PlannedProperty> Of(const v8::MapInfo& map);

 private:
  const v8::Runtime& runtime_;
  Names& names_;
  boost::unordered_flat_map<v8::Address, std::vector<PlannedProperty>> plans_;  // by map
};

}  // namespace nodeheap::explorer
