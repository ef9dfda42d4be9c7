#include "v8/heap.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <bit>
#include <map>
#include <utility>

#include "base/parallel.h"
#include "base/text.h"
#include "v8/page_walker.h"
#include "v8/semispaces.h"
#include "v8/size_variants.h"

namespace nodeheap::v8 {

Result<Heap> Heap::Walk(const Runtime& runtime, Progress& progress, unsigned threads) {
  Heap heap;
  heap.runtime_ = &runtime;
  const unsigned count = ThreadCount(threads);
  heap.areas_ = FindLinearAreas(runtime.memory(), runtime.pages(), count);
  const YoungGeneration young = ExamineYoungGeneration(runtime.memory(), runtime.pages(),
                                                       runtime.layout().version, heap.areas_);
  heap.usage_.resize(runtime.pages().all().size());
  for (size_t i = 0; i < heap.usage_.size(); ++i) heap.usage_[i].stale = young.stale[i];
  NH_CHECK(heap.WalkPages(progress, count));
  if (heap.object_count() == 0)
    return std::unexpected(Error{.code = ErrorCode::kBadData,
                                 .message = "no object can be read on any page of the heap",
                                 .hint = "nodeheap doctor tells what is wrong with this core"});
  heap.ReportHealth(!young.moving.empty());
  return heap;
}

Result<void> Heap::WalkPages(Progress& progress, unsigned threads) {
  const std::vector<SizeVariants> variants = AllVariants(layout());
  WalkContext context{pages(), layout(), areas_, variants.front()};
  std::vector<PageObjects> found = WalkAll(context, progress, threads);
  context.variants = FindBetterVariants(context, found, variants);
  if (!(context.variants == variants.front())) found = WalkAll(context, progress, threads);
  if (progress.cancelled())
    return std::unexpected(Error{.code = ErrorCode::kCancelled, .message = "cancelled"});
  WalkAbandonedPages(context, found);

  uint64_t total = 0;
  uint32_t blocks = 0;
  block_ranges_.resize(found.size());
  for (size_t i = 0; i < found.size(); ++i) {
    block_ranges_[i] = {blocks, static_cast<uint32_t>(found[i].starts.size())};
    blocks += block_ranges_[i].count;
    PageUsage& usage = usage_[i];
    usage.first_object = static_cast<uint32_t>(total);
    usage.object_count = found[i].count;
    usage.used = found[i].used_bytes;
    usage.free = found[i].free_bytes;
    usage.moved = found[i].moved_bytes;
    usage.unparsed = found[i].unparsed_bytes;
    usage.guessed_objects = found[i].guessed_objects;
    total += usage.object_count;
  }
  if (total >= uint64_t{1} << 31)
    return std::unexpected(Error{.code = ErrorCode::kUnsupported,
                                 .message = "more than 2^31 - 1 objects in one process"});
  offsets_ = Column<uint32_t>(total);
  sizes_ = Column<uint32_t>(total);
  blocks_ = Column<Block>(blocks);
  ParallelRanges(threads, found.size(), [&](uint64_t begin, uint64_t end) {
    for (uint64_t i = begin; i < end; ++i) AddRows(i, found[i]);
  });
  return {};
}

std::vector<PageObjects> Heap::WalkAll(const WalkContext& context, Progress& progress,
                                       unsigned threads) const {
  const std::span<const Page> all = pages().all();
  std::vector<PageObjects> found(all.size());
  std::atomic<size_t> next = 0;
  RunParallel(threads, [&](unsigned) {
    MapCache maps(pages(), layout());
    for (size_t i = next++; i < all.size() && !progress.cancelled(); i = next++) {
      if (!usage_[i].stale) found[i] = WalkPage(all[i], context, maps);
      progress.Report("walking the heap", i, all.size());
    }
  });
  return found;
}

// Turns the bits of a page into rows.
void Heap::AddRows(size_t page, const PageObjects& objects) {
  Block* const blocks = blocks_.begin() + block_ranges_[page].first;
  uint32_t row = usage_[page].first_object;  // the next to be written
  bool is_open = false;                      // whether the size of the last one is missing
  for (size_t i = 0; i < objects.starts.size(); ++i) {
    blocks[i] = {objects.starts[i], row};
    for (uint64_t left = objects.starts[i] | objects.ends[i]; left != 0; left &= left - 1) {
      const auto bit = static_cast<uint32_t>(std::countr_zero(left));
      const uint32_t word = static_cast<uint32_t>(i) * 64 + bit;
      if (is_open) sizes_[row - 1] = word - offsets_[row - 1];
      is_open = (objects.starts[i] >> bit & 1) != 0;
      if (is_open) offsets_[row++] = word;
    }
  }
  if (is_open)
    sizes_[row - 1] = static_cast<uint32_t>(objects.last_end / kWord) - offsets_[row - 1];
}

// A collection that has just begun has made the semispace in use the one that objects come from,
// and moved none of them yet: then nothing is where young objects should be. After one that has
// just ended that is so, too, and what is found here is garbage.
void Heap::WalkAbandonedPages(const WalkContext& context, std::vector<PageObjects>& found) {
  std::map<Address, uint64_t> used;  // in the new semispace, by heap
  for (size_t i = 0; i < found.size(); ++i) {
    const Page& page = pages().all()[i];
    if (page.space == Space::kNew && page.is_to_page()) used[page.heap] += found[i].used_bytes;
  }
  MapCache maps(pages(), layout());
  for (size_t i = 0; i < found.size(); ++i) {
    const Page& page = pages().all()[i];
    const auto heap = used.find(page.heap);
    if (!usage_[i].stale || !page.is_from_page() || heap == used.end() || heap->second != 0)
      continue;
    usage_[i].stale = false;
    found[i] = WalkPage(page, context, maps);
    // What was not used yet may hold anything.
    found[i].free_bytes += std::exchange(found[i].unparsed_bytes, 0);
    abandoned_bytes_ += found[i].used_bytes;
  }
}

void Heap::ReportHealth(bool moving) {
  uint64_t absent = 0;
  uint64_t unparsed = 0;
  uint64_t pages_unparsed = 0;
  uint64_t moved = 0;
  for (size_t i = 0; i < usage_.size(); ++i) {
    // Read-only pages have holes on purpose: see Kind::kHole.
    if (pages().all()[i].heap != 0) absent += pages().all()[i].absent_bytes;
    unparsed += usage_[i].unparsed;
    if (usage_[i].unparsed != 0) ++pages_unparsed;
    moved += usage_[i].moved;
  }
  if (absent != 0)
    health_.Add({Severity::kDataLoss, "absent_heap_bytes",
                 fmt::format("{} of V8's pages are not in this memory", HumanSize(absent)),
                 absent});
  if (unparsed != 0)
    health_.Add({Severity::kDataLoss, "unparsed_heap_bytes",
                 fmt::format("{} on {} of {} heap pages could not be read as objects",
                             HumanSize(unparsed), pages_unparsed, usage_.size()),
                 unparsed});
  if (abandoned_bytes_ != 0)
    health_.Add({Severity::kInfo, "abandoned_objects",
                 fmt::format("{} of young objects are where a garbage collection was about to move "
                             "them from, or had just done so: then they are garbage",
                             HumanSize(abandoned_bytes_)),
                 abandoned_bytes_});
  if (moved != 0 || moving)
    health_.Add({Severity::kInfo, "moved_objects",
                 fmt::format("the garbage collector was moving objects: old copies of {} are left "
                             "out, and references to them may lead nowhere",
                             HumanSize(moved)),
                 moved});
}

const Page& Heap::page_of(ObjectIndex object) const {
  const auto after = std::ranges::upper_bound(usage_, Index(object), {}, &PageUsage::first_object);
  return pages().all()[static_cast<size_t>(after - usage_.begin()) - 1];
}

std::optional<ObjectIndex> Heap::FindContaining(Address at) const {
  const Page* const page = pages().FindContaining(at);
  if (page == nullptr) return std::nullopt;
  const PageUsage& usage = usage_[pages().IndexOf(*page)];
  const uint32_t* const first = offsets_.begin() + usage.first_object;
  const uint32_t* const last = first + usage.object_count;
  const auto after =
      std::upper_bound(first, last, static_cast<uint32_t>((at - page->address) / kWord));
  if (after == first) return std::nullopt;
  const ObjectIndex object{usage.first_object + static_cast<uint32_t>(after - first) - 1};
  if (at - address(object) >= size(object)) return std::nullopt;
  return object;
}

}  // namespace nodeheap::v8
