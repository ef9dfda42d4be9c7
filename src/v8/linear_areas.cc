#include "v8/linear_areas.h"

#include <algorithm>
#include <cstring>
#include <mutex>
#include <tuple>

#include "base/parallel.h"
#include "v8/isolates.h"
#include "v8/stacks.h"

namespace nodeheap::v8 {
namespace {

constexpr uint64_t kStep = kPageAlignment;  // bytes of memory that one thread takes at a time
constexpr uint64_t kAnchorWords = 64;       // how far before an area its heap is named
constexpr Address kLowestHeap = 1 << 20;
constexpr unsigned kAddressBits = 48;  // of a process: 47 on x64, 48 on arm64

struct Range {
  Address start;
  Address end;
  bool is_stack;
};

bool SamePage(Address a, Address b) { return a / kPageAlignment == b / kPageAlignment; }

// Where areas may be. Code is in executable memory, often half a gigabyte that nobody has touched;
// below a stack pointer is nothing, and above it copies of areas that are long forgotten.
std::vector<Range> RangesToScan(const MemorySource& memory) {
  std::vector<Range> ranges;
  for (const MemoryRegion& region : memory.regions()) {
    if (!region.writable || region.executable) continue;
    Range rest{region.start, region.end, false};
    for (const ThreadState& thread : memory.threads()) {
      const StackRange stack = StackIn({rest.start, rest.end}, thread);
      if (stack.start == stack.end) continue;
      ranges.push_back({stack.start, stack.end, true});
      rest.start = stack.end;
    }
    ranges.push_back(rest);
  }
  return ranges;
}

// V8's registry of code objects and the like are ascending lists of addresses.
bool IsPartOfList(const MemorySource& memory, Address at, const LinearArea& area) {
  const auto before = memory.Read<uint64_t>(at - kWord);
  const auto after = memory.Read<uint64_t>(at + 3 * kWord);
  return (before && SamePage(*before, area.start)) ||
         (after && SamePage(*after, area.start) && *after > area.limit);
}

// A Space begins with its vtable, its heap and its number. The page's owner may be another one of
// the same number: the new space has semispaces.
bool IsSpaceOfPage(const MemorySource& memory, Address space, const Page& page) {
  const auto number = memory.Read<uint8_t>(space + 2 * kWord);
  return number && number == memory.Read<uint8_t>(page.owner + 2 * kWord) &&
         memory.Read<Address>(space + kWord) == page.heap;
}

// Whether the area is part of what V8 keeps areas in: a LocalAllocationBuffer, which begins with
// the heap; a Space, up to V8 11; or a MainAllocator, which names the heap and then the space.
// The heap alone proves nothing: much names it, and has fields that V8 never initializes. In an
// Evacuator of V8 11 there may be three pointers to objects, left by the marking that used the
// memory before, with `false` written over their tags.
bool HasAnchor(const MemorySource& memory, Address at, const Page& page) {
  for (uint64_t word = 1; word <= kAnchorWords; ++word) {
    const Address before = at - word * kWord;
    const auto value = memory.Read<Address>(before);
    if (!value) return false;
    if (*value != page.heap) continue;
    if (word == 1 || IsSpaceOfPage(memory, before - kWord, page)) return true;
    const auto next = memory.Read<Address>(before + kWord);
    if (next && IsSpaceOfPage(memory, *next, page)) return true;
  }
  return false;
}

class Scanner {
 public:
  Scanner(const MemorySource& memory, const Pages& pages) : memory_(memory), pages_(pages) {}

  // Areas that start in the range, whole steps of which are left out if they are V8's pages.
  void Scan(const Range& range) {
    const auto bytes = memory_.View(range.start, range.end - range.start + 2 * kWord);
    for (size_t i = 0; i + 3 * kWord <= bytes.size(); i += kWord) {
      uint64_t start = 0;
      std::memcpy(&start, bytes.data() + i, kWord);
      // Nearly all words fail here.
      if (start < kLowestHeap || start % kWord != 0 || start >> kAddressBits != 0) continue;
      uint64_t rest[2];
      std::memcpy(rest, bytes.data() + i + kWord, sizeof(rest));
      const LinearArea area{.start = start, .top = rest[0], .limit = rest[1]};
      if (LooksLikeArea(area)) Add(range.start + i, area, range.is_stack);
    }
  }

  std::vector<LinearArea> found;

 private:
  static bool LooksLikeArea(const LinearArea& area) {
    return area.start <= area.top && area.top < area.limit &&
           (area.top | area.limit) % kWord == 0 && SamePage(area.start, area.limit - 1);
  }

  void Add(Address at, LinearArea area, bool on_stack) {
    const Page* const page = pages_.Find(area.start);
    if (page == nullptr || page->heap == 0 || area.limit > page->area_end) return;
    if (IsPartOfList(memory_, at, area)) return;
    area.in_isolate = at < page->heap && page->heap - at < kMaxHeapOffset;
    area.certain = area.in_isolate || (!on_stack && HasAnchor(memory_, at, *page));
    found.push_back(area);
  }

  const MemorySource& memory_;
  const Pages& pages_;
};

std::vector<Range> SplitBetweenPages(const std::vector<Range>& ranges, const MemorySource& memory,
                                     const Pages& pages) {
  std::vector<Range> steps;
  for (const Range& range : ranges) {
    for (Address at = range.start; at < range.end;) {
      const Address end = std::min(range.end, (at / kStep + 1) * kStep);
      if (!pages.IsInPage(at) && memory.MayHaveData(at, end - at))
        steps.push_back({at, end, range.is_stack});
      at = end;
    }
  }
  return steps;
}

}  // namespace

std::vector<LinearArea> FindLinearAreas(const MemorySource& memory, const Pages& pages,
                                        unsigned threads) {
  const std::vector<Range> steps = SplitBetweenPages(RangesToScan(memory), memory, pages);
  std::vector<LinearArea> all;
  std::mutex mutex;
  RunParallel(threads, [&](unsigned index) {
    Scanner scanner(memory, pages);
    for (size_t i = index; i < steps.size(); i += threads) scanner.Scan(steps[i]);
    const std::scoped_lock lock(mutex);
    all.insert(all.end(), scanner.found.begin(), scanner.found.end());
  });
  const auto key = [](const LinearArea& area) {
    return std::tuple(area.top, !area.certain, !area.in_isolate, area.limit);
  };
  std::ranges::sort(all, {}, key);
  const auto [first, last] = std::ranges::unique(all, {}, key);
  all.erase(first, last);
  return all;
}

}  // namespace nodeheap::v8
