#include "v8/semispaces.h"

#include <algorithm>
#include <map>
#include <set>

namespace nodeheap::v8 {
namespace {

// From V8 11 on, unused memory is filled with objects that say so.
constexpr Version kFillsUnused{11, 0, 0};
// Before V8 10, the area that the program allocates in is not in the isolate.
constexpr Version kAreaInIsolate{10, 0, 0};

const Page* PageAt(const Pages& pages, Address address) {
  const auto all = pages.all();
  const auto found = std::ranges::lower_bound(all, address, {}, &Page::address);
  return found != all.end() && found->address == address ? &*found : nullptr;
}

// The page that a semispace allocates on. The SemiSpace object has three pointers to pages of its
// own: the first and the last of its list, and this one.
const Page* CurrentPage(const MemorySource& memory, const Pages& pages, Address semispace) {
  constexpr uint64_t kSemiSpaceWords = 36;
  int seen = 0;
  for (uint64_t word = 0; word < kSemiSpaceWords; ++word) {
    const auto value = memory.Read<uint64_t>(semispace + word * kWord);
    if (!value) return nullptr;
    const Page* const page = PageAt(pages, *value);
    if (page != nullptr && page->owner == semispace && ++seen == 3) return page;
  }
  return nullptr;
}

void MarkPagesBehind(const Page& current, const Pages& pages, std::vector<bool>& stale) {
  const Page* page = PageAt(pages, current.next_page);
  while (page != nullptr && page->owner == current.owner && !stale[pages.IndexOf(*page)]) {
    stale[pages.IndexOf(*page)] = true;
    page = PageAt(pages, page->next_page);
  }
}

// What is behind the last area of the page in use belongs to it: its limit is only where V8 stops
// to look around.
void ExtendLastArea(const Page& current, std::vector<LinearArea>& areas) {
  LinearArea* last = nullptr;
  for (LinearArea& area : areas)
    if (area.certain && current.Contains(area.top)) last = &area;
  if (last != nullptr) last->limit = current.area_end;
}

std::vector<Address> FindMovingHeaps(const Pages& pages, const Version& version,
                                     const std::vector<LinearArea>& areas) {
  // The collector's threads have areas of their own.
  std::map<Address, uint32_t> areas_of_collector;
  for (const LinearArea& area : areas) {
    const Page* const page = pages.Find(area.start);
    if (area.certain && !area.in_isolate && page->space == Space::kNew && page->is_to_page())
      ++areas_of_collector[page->heap];
  }
  std::vector<Address> moving;
  for (const auto& [heap, count] : areas_of_collector)
    if (count > (version < kAreaInIsolate ? 1U : 0U)) moving.push_back(heap);
  return moving;
}

}  // namespace

YoungGeneration ExamineYoungGeneration(const MemorySource& memory, const Pages& pages,
                                       const Version& version, std::vector<LinearArea>& areas) {
  const std::span<const Page> all = pages.all();
  YoungGeneration young;
  young.moving = FindMovingHeaps(pages, version, areas);
  young.stale.resize(all.size());
  std::set<Address> semispaces;
  for (size_t i = 0; i < all.size(); ++i) {
    const Page& page = all[i];
    if (page.heap == 0) continue;
    const bool to_walk =
        version >= kFillsUnused && std::ranges::binary_search(young.moving, page.heap);
    young.stale[i] = page.is_from_page() && !to_walk;
    if (page.space == Space::kNew && page.is_to_page()) semispaces.insert(page.owner);
  }
  if (version >= kFillsUnused) return young;
  for (const Address semispace : semispaces) {
    const Page* const current = CurrentPage(memory, pages, semispace);
    if (current == nullptr) continue;
    MarkPagesBehind(*current, pages, young.stale);
    ExtendLastArea(*current, areas);
  }
  return young;
}

}  // namespace nodeheap::v8
