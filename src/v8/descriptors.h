// The properties that a map describes: where its objects keep them, and what they are called
// (DescriptorArray and PropertyDetails in v8/src/objects).
#pragma once

#include <cstdint>
#include <vector>

#include "v8/runtime.h"

namespace nodeheap::v8 {

struct Descriptor {
  enum class Place : uint8_t { kObject, kPropertyArray, kDescriptor };

  Tagged key = 0;  // a string or symbol
  // Of a property that all objects of the map share.
  Tagged constant = 0;
  Place place = Place::kDescriptor;
  uint32_t offset = 0;  // bytes into the object or its property array
  bool is_accessor = false;
  bool is_smi = false;     // always a small integer
  bool is_double = false;  // always a number; its heap number belongs to this field alone
};

// In the order in which the properties were added. None for a map of dictionaries.
std::vector<Descriptor> ReadDescriptors(const Runtime& runtime, const MapInfo& map);

}  // namespace nodeheap::v8
