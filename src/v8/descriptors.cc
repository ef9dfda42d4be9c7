#include "v8/descriptors.h"

#include <algorithm>

namespace nodeheap::v8 {
namespace {

constexpr uint64_t kDescriptorBytes = 3 * kWord;  // key, details, value
constexpr uint32_t kArrayHeader = 16;             // PropertyArray: map, length
constexpr uint32_t kRepresentationSmi = 1;        // V8 9.0 to 14.6

bool IsName(const Runtime& runtime, Tagged key) {
  const Kind kind = runtime.KindOf(key);
  return kind == Kind::kString || kind == Kind::kSymbol;
}

// Fields come first in the object, then in its property array.
void SetPlace(Descriptor& descriptor, const MapInfo& map, uint32_t index) {
  const uint32_t in_object =
      map.instance_size > map.inobject_start
          ? static_cast<uint32_t>((map.instance_size - map.inobject_start) / kWord)
          : 0;
  const bool is_inside = index < in_object;
  descriptor.place = is_inside ? Descriptor::Place::kObject : Descriptor::Place::kPropertyArray;
  const uint32_t start = is_inside ? map.inobject_start : kArrayHeader;
  descriptor.offset = start + (is_inside ? index : index - in_object) * uint32_t{kWord};
}

}  // namespace

std::vector<Descriptor> ReadDescriptors(const Runtime& runtime, const MapInfo& map) {
  const Layout& layout = runtime.layout();
  if (layout.map.is_dictionary.Get(map.bit_field3) != 0) return {};
  const uint32_t own = layout.map.own_descriptors.Get(map.bit_field3);
  const auto array = runtime.Load<Tagged>(map.address + layout.map.instance_descriptors);
  if (own == 0 || !array || !runtime.Is(*array, Kind::kDescriptorArray)) return {};
  const uint32_t count =
      std::min<uint32_t>(own, runtime.Field<uint16_t>(*array, kWord).value_or(0));
  std::vector<Descriptor> descriptors;
  descriptors.reserve(count);
  for (uint32_t i = 0; i < count; ++i) {
    const uint64_t at = layout.property.header + i * kDescriptorBytes;
    const auto key = runtime.Field(*array, at);
    const auto details = runtime.SmiField(*array, at + kWord);
    const auto value = runtime.Field(*array, at + 2 * kWord);
    if (!key || !details || !value || !IsName(runtime, *key)) continue;
    const auto bits = static_cast<uint32_t>(*details);
    Descriptor descriptor;
    descriptor.key = *key;
    descriptor.is_accessor = layout.property.kind.Get(bits) != 0;
    if (layout.property.location.Get(bits) != 0) {
      descriptor.constant = *value;
    } else {
      const uint32_t representation = layout.property.representation.Get(bits);
      descriptor.is_smi = representation == kRepresentationSmi;
      descriptor.is_double = representation == layout.property.representation_double;
      SetPlace(descriptor, map, layout.property.field_index.Get(bits));
    }
    descriptors.push_back(descriptor);
  }
  return descriptors;
}

}  // namespace nodeheap::v8
