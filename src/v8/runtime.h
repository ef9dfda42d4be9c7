// Runtime: V8 inside a stopped process, as far as it is known without walking its heap: pages,
// isolates, and any object whose address one has. Every read is checked; a pointer is followed only
// if it leads to something with a proper map.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "nodeheap/memory.h"
#include "nodeheap/result.h"
#include "v8/isolates.h"
#include "v8/layout.h"
#include "v8/maps.h"
#include "v8/pages.h"

namespace nodeheap::v8 {

struct SourcePlace;

// Replaces a place in a script by the one in the source file that it was made of, where known.
using PlaceMapper = std::function<void(SourcePlace&)>;

class Runtime {
 public:
  // Fails if the memory has no V8 heap. `memory` must outlive the runtime.
  static Result<Runtime> Open(const MemorySource& memory, Layout layout);

  const MemorySource& memory() const { return *memory_; }
  const Layout& layout() const { return layout_; }
  const Pages& pages() const { return pages_; }
  std::span<const Isolate> isolates() const { return isolates_; }
  // The isolate that owns the page; nullptr for read-only pages that are shared.
  const Isolate* isolate_of(const Page& page) const;

  // Places are told as `mapper` says from now on. It need not be thread-safe.
  void set_place_mapper(PlaceMapper mapper) { place_mapper_ = std::move(mapper); }
  const PlaceMapper& place_mapper() const { return place_mapper_; }

  // The value at an address in or outside the heap; nullopt where the memory is absent.
  template <typename T>
  std::optional<T> Load(Address at) const {
    const Page* const page = pages_.FindContaining(at);
    if (page != nullptr && page->area_end - at >= sizeof(T)) return page->Load<T>(at);
    return memory_->Read<T>(at);
  }
  // The field of an object. REQUIRES: object is a tagged pointer.
  template <typename T = Tagged>
  std::optional<T> Field(Tagged object, uint64_t offset) const {
    return Load<T>(Untag(object) + offset);
  }
  // A field that must be a Smi.
  std::optional<int32_t> SmiField(Tagged object, uint64_t offset) const {
    const auto word = Field(object, offset);
    if (!word || !IsSmi(*word)) return std::nullopt;
    return SmiValue(*word);
  }
  // The same for a count: not negative, and with that many entries of `entry_size` bytes within the
  // object's page.
  std::optional<uint32_t> CountField(Tagged object, uint64_t offset, uint64_t entry_size) const;

  // The map of what a strong or weak pointer points to; nullopt if that is no object.
  std::optional<MapInfo> MapOf(Tagged object) const;
  // kUnknown if it is no object, too.
  Kind KindOf(Tagged object) const {
    const auto map = MapOf(object);
    return map ? map->kind : Kind::kUnknown;
  }
  bool Is(Tagged object, Kind kind) const { return KindOf(object) == kind; }

 private:
  const MemorySource* memory_ = nullptr;
  Layout layout_;
  Pages pages_;
  std::vector<Isolate> isolates_;
  PlaceMapper place_mapper_;
};

}  // namespace nodeheap::v8
