#include "explorer/inessential.h"

#include <algorithm>
#include <set>
#include <utility>

namespace nodeheap::explorer {
namespace {

using v8::Address;
using v8::Kind;
using v8::Version;

// Oddballs, holes, the empty arrays, and a few maps of V8's own: the first of their type.
class Finder {
 public:
  explicit Finder(const v8::Heap& heap) : heap_(heap), maps_(heap.pages(), heap.layout()) {}

  boost::unordered_flat_set<Address> Run() {
    the_hole_ = FindTheHole();
    for (const v8::Page& page : heap_.pages().all()) {
      if (page.space != v8::Space::kReadOnly) continue;
      const v8::PageUsage& usage = heap_.usage()[heap_.pages().IndexOf(page)];
      for (uint32_t i = 0; i < usage.object_count; ++i) {
        const Address at = heap_.address(v8::ObjectIndex{usage.first_object + i});
        const v8::MapInfo* const map = maps_.Find(page.Word(at));
        if (map != nullptr && IsInessential(page, at, *map)) found_.insert(at);
      }
    }
    return std::move(found_);
  }

 private:
  bool IsInessential(const v8::Page& page, Address at, const v8::MapInfo& map) {
    switch (map.kind) {
      case Kind::kOddball:
        return true;
      case Kind::kHole:
        return heap_.layout().version >= Version{14, 0, 0} || at == the_hole_;
      case Kind::kFixedArray:
      case Kind::kByteArray:
      case Kind::kWeakFixedArray:
        return page.Word(at + v8::kWord) == 0;
      case Kind::kDescriptorArray:
        return page.Load<uint16_t>(at + v8::kWord) == 0;
      case Kind::kMap:
        return IsInessentialMap(page, at);
      default:
        return false;
    }
  }
  // In V8 12 and 13 only one of several: what functions have instead of a prototype until somebody
  // asks for it. Before, holes are oddballs.
  Address FindTheHole() {
    const v8::Layout& layout = heap_.layout();
    const uint64_t prototype = layout.function.prototype_or_initial_map;
    if (layout.version < Version{12, 0, 0} || layout.version >= Version{14, 0, 0}) return 0;
    for (const v8::Page& page : heap_.pages().all()) {
      const v8::PageUsage& usage = heap_.usage()[heap_.pages().IndexOf(page)];
      for (uint32_t i = 0; i < usage.object_count; ++i) {
        const v8::ObjectIndex object{usage.first_object + i};
        const Address at = heap_.address(object);
        const v8::MapInfo* const map = maps_.Find(page.Word(at));
        if (map == nullptr || map->kind != Kind::kJSFunction) continue;
        if (prototype + v8::kWord > std::min<uint64_t>(map->instance_size, heap_.size(object)))
          continue;
        const v8::Tagged word = page.Word(at + prototype);
        if (heap_.runtime().Is(word, Kind::kHole)) return v8::Untag(word);
      }
    }
    return 0;
  }
  bool IsInessentialMap(const v8::Page& page, Address at) {
    const auto type = page.Load<uint16_t>(at + heap_.layout().map.instance_type);
    switch (heap_.layout().types.kind(type)) {
      case Kind::kFiller:
      case Kind::kFreeSpace:
        return true;
      case Kind::kFixedArray:
      case Kind::kCell:
      case Kind::kPropertyCell:
      case Kind::kSharedFunctionInfo:
        // Before V8 10 each isolate has a read-only space of its own.
        return seen_.insert({page.heap, type}).second;
      default:
        return false;
    }
  }

  const v8::Heap& heap_;
  v8::MapCache maps_;
  Address the_hole_ = 0;
  std::set<std::pair<Address, uint16_t>> seen_;
  boost::unordered_flat_set<Address> found_;
};

}  // namespace

Inessential::Inessential(const v8::Heap& heap) : objects_(Finder(heap).Run()) {
  if (objects_.empty()) return;
  const auto [lowest, highest] = std::ranges::minmax(objects_);
  lowest_ = lowest;
  extent_ = highest - lowest;
}

}  // namespace nodeheap::explorer
