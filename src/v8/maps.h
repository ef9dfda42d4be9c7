// Maps: V8's hidden classes. The first word of every object points to one.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "v8/layout.h"
#include "v8/pages.h"

namespace nodeheap::v8 {

// The part of a map that tells how to read its objects.
struct MapInfo {
  Address address = 0;
  uint16_t instance_type = 0;
  Kind kind = Kind::kUnknown;
  uint32_t instance_size = 0;   // bytes; 0: differs from object to object
  uint32_t inobject_start = 0;  // bytes; of JSObjects: where in-object properties begin
  uint8_t bit_field = 0;
  uint8_t bit_field2 = 0;
  uint32_t bit_field3 = 0;
};

// The map that an object's first word names; nullopt if it names none.
std::optional<MapInfo> ReadMap(const Pages& pages, const Layout& layout, Tagged word);

// The same, remembered. Not thread-safe: each thread has its own.
class MapCache {
 public:
  MapCache(const Pages& pages, const Layout& layout)
      : pages_(pages), layout_(layout), entries_(size_t{1} << kBits) {}

  // nullptr if the word names no map. Valid until the next call.
  const MapInfo* Find(Tagged word) {
    Entry& entry = entries_[(word >> 3) * 0x9E3779B97F4A7C15U >> (64 - kBits)];
    if (entry.word != word) [[unlikely]] {
      entry.word = word;
      entry.map = ReadMap(pages_, layout_, word);
    }
    return entry.map ? &*entry.map : nullptr;
  }

 private:
  static constexpr unsigned kBits = 12;
  struct Entry {
    Tagged word = 0;
    std::optional<MapInfo> map;
  };

  const Pages& pages_;
  const Layout& layout_;
  std::vector<Entry> entries_;  // direct mapped
};

}  // namespace nodeheap::v8
