#include "v8/maps.h"

namespace nodeheap::v8 {
namespace {

constexpr uint64_t kMapBytes = 72;  // enough for every field that is read
constexpr uint16_t kMaxType = 4096;

// The page of a map or of a meta map.
const Page* PageOfMap(const Pages& pages, Tagged word) {
  if (word % kWord != 1) return nullptr;
  const Page* const page = pages.Find(Untag(word));
  return page != nullptr && page->area_end - Untag(word) >= kMapBytes ? page : nullptr;
}

// The map's map, if its type is MAP_TYPE.
std::optional<Tagged> MetaMapOf(const Pages& pages, const Layout& layout, Tagged map) {
  const Page* const page = PageOfMap(pages, map);
  if (page == nullptr) return std::nullopt;
  const Tagged meta = page->Word(Untag(map));
  const Page* const meta_page = PageOfMap(pages, meta);
  if (meta_page == nullptr) return std::nullopt;
  const auto type = meta_page->Load<uint16_t>(Untag(meta) + layout.map.instance_type);
  if (type != layout.types.map_type()) return std::nullopt;
  return meta;
}

}  // namespace

// A map's map is a meta map, of type MAP_TYPE like its own map. V8 12 and later have one meta map
// per native context, each of them its own map.
std::optional<MapInfo> ReadMap(const Pages& pages, const Layout& layout, Tagged word) {
  const auto meta = MetaMapOf(pages, layout, word);
  if (!meta || !MetaMapOf(pages, layout, *meta)) return std::nullopt;
  const Address at = Untag(word);
  const Page& page = *pages.Find(at);
  MapInfo info;
  info.address = at;
  info.instance_type = page.Load<uint16_t>(at + layout.map.instance_type);
  if (info.instance_type >= kMaxType) return std::nullopt;
  info.kind = layout.types.kind(info.instance_type);
  info.instance_size = page.Load<uint8_t>(at + layout.map.instance_size_in_words) * uint32_t{kWord};
  info.inobject_start =
      page.Load<uint8_t>(at + layout.map.inobject_properties_start) * uint32_t{kWord};
  info.bit_field = page.Load<uint8_t>(at + layout.map.bit_field);
  info.bit_field2 = page.Load<uint8_t>(at + layout.map.bit_field2);
  info.bit_field3 = page.Load<uint32_t>(at + layout.map.bit_field3);
  return info;
}

}  // namespace nodeheap::v8
