// The own properties of JavaScript objects, in all their storages: in the object, in its property
// array, in dictionaries, in the global dictionary's cells, and as elements.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "v8/runtime.h"

namespace nodeheap::v8 {

struct Property {
  Tagged key = 0;      // a string or a symbol; 0 for elements
  uint32_t index = 0;  // of an element
  // The value: a tagged word, or a double that is stored without a box.
  Tagged value = 0;
  std::optional<double> unboxed;
  bool is_accessor = false;  // value is an AccessorPair or AccessorInfo
  bool is_constant = false;  // the value lies in the descriptor, not in the object
  bool enumerable = true;
  bool writable = true;
  bool configurable = true;
  // Where the value is stored: an offset into the object, or the property array, dictionary or cell
  // that holds it.
  Address slot = 0;  // 0 for elements of typed arrays and for constants
};

// Returning false stops.
using PropertyVisitor = std::function<bool(const Property&)>;

// Named properties, in V8's order (of creation; of dictionaries: by enumeration index). What cannot
// be read is skipped and counted: the result.
uint32_t ForEachNamedProperty(const Runtime& runtime, Tagged object, const MapInfo& map,
                              const PropertyVisitor& visit);

// Elements that are present (no holes), ascending by index. Not those of typed arrays.
uint32_t ForEachElement(const Runtime& runtime, Tagged object, const MapInfo& map,
                        const PropertyVisitor& visit);

// The own data property of that name; nullopt if there is none.
std::optional<Tagged> FindProperty(const Runtime& runtime, Tagged object, std::string_view name);

}  // namespace nodeheap::v8
