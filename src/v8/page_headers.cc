#include "v8/page_headers.h"

#include <algorithm>
#include <array>
#include <optional>
#include <span>
#include <unordered_set>

namespace nodeheap::v8 {
namespace {

constexpr uint64_t kMinPageSize = 4096;
constexpr uint64_t kMaxPageSize = uint64_t{1} << 34;  // objects hold less than 2^31 words
constexpr uint64_t kMaxHeaderSize = 0x8000;  // code pages start with up to 0x3030 bytes of header

// Where a page's header keeps what, in words. V8 12.8 and later keep all but the flags in malloc
// memory; the page's second word points there.
struct HeaderLayout {
  bool separate_metadata;
  bool has_list_node;  // {next, previous} page of the space, at a place that changes
  uint32_t flags, size, heap, area_start, area_end, owner;
};
constexpr HeaderLayout kHeaderLayouts[] = {
    {false, true, 1, 0, 2, 3, 4, 8},   // V8 9.0 to 11.3
    {false, false, 0, 2, 3, 4, 5, 9},  // 12.4
    {true, false, 0, 2, 8, 9, 7, 10},  // 12.9 and later
};
constexpr uint32_t kHeaderWords = 12;
constexpr uint64_t kMaxSealedHeader = 256;  // bytes
constexpr uint32_t kSealedAreaSize = 6;     // in the separate metadata of read-only pages

using Header = std::array<uint64_t, kHeaderWords>;

// A Space object begins with its vtable and its heap.
bool IsSpaceOf(const MemorySource& memory, Address owner, Address heap) {
  return owner % kWord == 0 && heap % kWord == 0 && memory.Read<Address>(owner + kWord) == heap &&
         memory.Read<Address>(heap).has_value();
}

bool AreaIsSane(const Page& page) {
  return page.size >= kMinPageSize && page.size <= kMaxPageSize && page.area_start > page.address &&
         page.area_start - page.address <= kMaxHeaderSize && page.area_end > page.area_start &&
         page.area_end - page.address <= page.size && page.area_start % kWord == 0 &&
         page.area_end % kWord == 0;
}

Page FromHeader(const HeaderLayout& layout, Address at, const Header& header) {
  return {.address = at,
          .size = header[layout.size],
          .area_start = header[layout.area_start],
          .area_end = header[layout.area_end],
          .flags = header[layout.flags],
          .heap = header[layout.heap],
          .owner = header[layout.owner]};
}

std::optional<Page> ReadInPage(const MemorySource& memory, const HeaderLayout& layout, Address at) {
  const auto header = memory.Read<Header>(at);
  if (!header) return std::nullopt;
  return FromHeader(layout, at, *header);
}

std::optional<Page> ReadSeparate(const MemorySource& memory, const HeaderLayout& layout,
                                 Address at) {
  const auto first = memory.Read<std::array<uint64_t, 2>>(at);
  if (!first) return std::nullopt;
  const auto& [flags, metadata] = *first;
  if (metadata == 0 || metadata % kWord != 0 || flags >> 32 != 0) return std::nullopt;
  const auto header = memory.Read<Header>(metadata);
  if (!header) return std::nullopt;
  Page page = FromHeader(layout, at, *header);
  page.flags = flags;
  if (page.heap != 0) {
    if ((*header)[1] != at) return std::nullopt;
    return page;
  }
  // The metadata of read-only pages is zeroed, but for the area, when they are sealed. In V8 12.9
  // it stands in the page.
  if (page.owner != 0 || page.area_start <= at || page.area_start - at > kMaxSealedHeader ||
      page.area_end <= page.area_start)
    return std::nullopt;
  page.size = std::max((*header)[kSealedAreaSize], page.area_end - at);
  return page;
}

std::optional<Page> ReadPage(const MemorySource& memory, const HeaderLayout& layout, Address at) {
  const auto page =
      layout.separate_metadata ? ReadSeparate(memory, layout, at) : ReadInPage(memory, layout, at);
  if (!page || !AreaIsSane(*page)) return std::nullopt;
  if (page->heap != 0 && !IsSpaceOf(memory, page->owner, page->heap)) return std::nullopt;
  return page;
}

std::vector<Page> FindPages(const MemorySource& memory, const HeaderLayout& layout) {
  std::vector<Page> pages;
  for (const MemoryRegion& region : memory.regions()) {
    const Address first = RoundUp(region.start, kPageAlignment);
    for (Address at = first; at >= first && at < region.end; at += kPageAlignment) {
      if (!memory.MayHaveData(at, kHeaderWords * kWord)) continue;
      if (const auto page = ReadPage(memory, layout, at)) pages.push_back(*page);
    }
  }
  return pages;
}

// Where most pages have {next, previous} such that the next one points back.
class PageLists {
 public:
  PageLists(const MemorySource& memory, std::span<Page> pages) : memory_(memory), pages_(pages) {
    for (const Page& page : pages) addresses_.insert(page.address);
  }

  void Link() {
    uint32_t node = 0;
    size_t most = 0;
    for (uint32_t word = kHeaderWords; word < kMaxNode; ++word) {
      const auto agrees = [&](const Page& page) { return NextAgrees(page, word); };
      const auto links = static_cast<size_t>(std::ranges::count_if(pages_, agrees));
      if (links <= most) continue;
      most = links;
      node = word;
    }
    if (most == 0) return;
    for (Page& page : pages_)
      if (NextAgrees(page, node)) page.next_page = WordOf(page.address, node);
  }

 private:
  static constexpr uint32_t kMaxNode = 64;  // words into the header

  Address WordOf(Address page, uint32_t word) const {
    return memory_.Read<uint64_t>(page + word * kWord).value_or(0);
  }
  bool NextAgrees(const Page& page, uint32_t word) const {
    const Address next = WordOf(page.address, word);
    return addresses_.contains(next) && WordOf(next, word + 1) == page.address;
  }

  const MemorySource& memory_;
  std::span<Page> pages_;
  std::unordered_set<Address> addresses_;
};

Space SpaceOfPage(const MemorySource& memory, const Page& page, const Version& version) {
  if (page.heap == 0 || page.owner == 0) return Space::kReadOnly;
  const auto id = memory.Read<uint32_t>(page.owner + 2 * kWord);
  return id ? SpaceOf(*id & 0xFF, version) : Space::kUnknown;
}

}  // namespace

std::vector<Page> ReadPageHeaders(const MemorySource& memory, const Version& version) {
  std::vector<Page> best;
  for (const HeaderLayout& layout : kHeaderLayouts) {
    std::vector<Page> pages = FindPages(memory, layout);
    if (layout.has_list_node) PageLists(memory, pages).Link();
    if (pages.size() > best.size()) best = std::move(pages);
  }
  for (Page& page : best) page.space = SpaceOfPage(memory, page, version);
  return best;
}

}  // namespace nodeheap::v8
