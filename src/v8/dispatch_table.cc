#include "v8/dispatch_table.h"

#include <algorithm>
#include <map>

namespace nodeheap::v8 {
namespace {

constexpr Version kFirstVersion{13, 0, 0};
constexpr uint64_t kHandle = 24;      // of a JSFunction: u32
constexpr uint64_t kCellHandle = 16;  // of a FeedbackCell: u32
constexpr uint32_t kHandleShift = 8;  // handle to entry number
constexpr uint64_t kEntry = 16;       // {address of the instructions, Code << 16 | arguments}
constexpr uint32_t kCodeShift = 16;
constexpr uint64_t kSegment = 1 << 16;  // bytes; the first has no entries of functions
constexpr size_t kMaxVoters = 256;

}  // namespace

DispatchTables::DispatchTables(const Heap& heap) : runtime_(heap.runtime()) {
  if (heap.layout().version < kFirstVersion) return;
  // The votes of a few functions of each isolate, from all over its pages.
  std::map<Address, std::vector<uint32_t>> handles;
  MapCache maps(heap.pages(), heap.layout());
  constexpr uint32_t kVotersPerPage = 4;
  for (const Page& page : heap.pages().all()) {
    const PageUsage& usage = heap.usage()[heap.pages().IndexOf(page)];
    uint32_t found = 0;
    for (uint32_t i = 0; i < usage.object_count && found < kVotersPerPage; ++i) {
      const ObjectIndex object{usage.first_object + i};
      const Address at = heap.address(object);
      const MapInfo* const map = maps.Find(page.Word(at));
      if (map == nullptr || map->kind != Kind::kJSFunction) continue;
      if (heap.size(object) < kHandle + kWord) continue;
      auto& votes = handles[page.heap];
      if (votes.size() < kMaxVoters) votes.push_back(page.Load<uint32_t>(at + kHandle));
      ++found;
    }
  }
  for (const auto& [owner, votes] : handles) FindTable(owner, votes);
}

// The table is writable from its second segment on, which begins at any page.
void DispatchTables::FindTable(Address heap, const std::vector<uint32_t>& handles) {
  int64_t most = 0;
  Address best = 0;
  for (const MemoryRegion& region : runtime_.memory().regions()) {
    if (!region.writable || region.start < kSegment) continue;
    const Address base = region.start - kSegment;
    const auto votes = std::ranges::count_if(
        handles, [&](uint32_t handle) { return CodeAt(base, handle, heap) != 0; });
    if (votes <= most) continue;
    most = votes;
    best = base;
  }
  if (most * 2 > std::ssize(handles)) tables_.push_back({heap, best});
}

Tagged DispatchTables::CodeAt(Address base, uint32_t handle, Address heap) const {
  const Address entry = base + uint64_t{handle >> kHandleShift} * kEntry;
  const auto word = runtime_.memory().Read<uint64_t>(entry + kWord);
  if (!word) return 0;
  const Tagged code = Tag(*word >> kCodeShift);
  const Page* const page = runtime_.pages().Find(Untag(code));
  const bool is_own = page != nullptr && (page->heap == heap || page->heap == 0);
  return is_own && runtime_.Is(code, Kind::kCode) ? code : 0;
}

Tagged DispatchTables::CodeOf(Address object, Kind kind, uint64_t size) const {
  if (tables_.empty() || (kind != Kind::kJSFunction && kind != Kind::kFeedbackCell)) return 0;
  const uint64_t offset = kind == Kind::kJSFunction ? kHandle : kCellHandle;
  const Page* const page = runtime_.pages().Find(object);
  if (page == nullptr || size < offset + kWord) return 0;
  for (const Table& table : tables_)
    if (table.heap == page->heap)
      return CodeAt(table.base, page->Load<uint32_t>(object + offset), table.heap);
  return 0;
}

}  // namespace nodeheap::v8
