// Heap: all objects of all isolates of a process, found by walking V8's pages. It answers whether
// an address is the start of an object, exactly, which makes conservative roots and references
// exact too. Objects are numbered by address.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "base/pop_count.h"
#include "nodeheap/column.h"
#include "nodeheap/health.h"
#include "nodeheap/progress.h"
#include "nodeheap/result.h"
#include "v8/linear_areas.h"
#include "v8/runtime.h"

namespace nodeheap::v8 {

struct PageObjects;
struct WalkContext;

enum class ObjectIndex : uint32_t {};
constexpr uint32_t Index(ObjectIndex object) { return static_cast<uint32_t>(object); }

// What a page holds, in bytes.
struct PageUsage {
  uint64_t used = 0;
  uint64_t free = 0;      // fillers, free lists, linear allocation areas
  uint64_t moved = 0;     // old copies of evacuated objects
  uint64_t unparsed = 0;  // no object was found there
  uint32_t first_object = 0;
  uint32_t object_count = 0;
  uint32_t guessed_objects = 0;  // whose size only the next object tells
  bool stale = false;            // a part of the semispace that holds nothing now; not walked
};

class Heap {
 public:
  // Fails if there is not a single object. `runtime` must outlive the heap.
  static Result<Heap> Walk(const Runtime& runtime, Progress& progress, unsigned threads = 0);

  const Runtime& runtime() const { return *runtime_; }
  const Layout& layout() const { return runtime_->layout(); }
  const Pages& pages() const { return runtime_->pages(); }
  std::span<const PageUsage> usage() const { return usage_; }  // by page
  std::span<const LinearArea> linear_areas() const { return areas_; }
  const Health& health() const { return health_; }
  uint32_t object_count() const { return static_cast<uint32_t>(offsets_.size()); }
  const Page& page_of(ObjectIndex object) const;
  Address address(ObjectIndex object) const { return address(page_of(object), object); }
  // The same for a page that is known.
  Address address(const Page& page, ObjectIndex object) const {
    return page.address + uint64_t{offsets_[Index(object)]} * kWord;
  }
  uint64_t size(ObjectIndex object) const { return uint64_t{sizes_[Index(object)]} * kWord; }

  // The object that starts at the address.
  std::optional<ObjectIndex> Find(Address at) const {
    const Page* const page = pages().Find(at);
    if (page == nullptr || at % kWord != 0) return std::nullopt;
    return Find(*page, at);
  }
  // The same for a page that is known. REQUIRES: page.Contains(at), at % kWord == 0.
  std::optional<ObjectIndex> Find(const Page& page, Address at) const {
    const BlockRange range = block_ranges_[pages().IndexOf(page)];
    const uint64_t word = (at - page.address) / kWord;
    if (word / 64 >= range.count) return std::nullopt;
    const Block& block = blocks_[range.first + word / 64];
    if ((block.starts >> (word % 64) & 1) == 0) return std::nullopt;
    const uint64_t before = block.starts & ((uint64_t{1} << (word % 64)) - 1);
    return ObjectIndex{block.first_object + PopCount(before)};
  }
  // The object whose bytes include the address.
  std::optional<ObjectIndex> FindContaining(Address at) const;

 private:
  // 64 words of a page. Together, since looking up an object is bound by cache misses.
  struct Block {
    uint64_t starts;        // one bit a word, set where an object starts
    uint32_t first_object;  // the first that starts here or later
  };
  // The blocks of a page; of a large page only as far as needed.
  struct BlockRange {
    uint32_t first = 0;
    uint32_t count = 0;
  };

  Result<void> WalkPages(Progress& progress, unsigned threads);
  std::vector<PageObjects> WalkAll(const WalkContext& context, Progress& progress,
                                   unsigned threads) const;
  void AddRows(size_t page, const PageObjects& objects);
  void WalkAbandonedPages(const WalkContext& context, std::vector<PageObjects>& found);
  void ReportHealth(bool moving);

  const Runtime* runtime_ = nullptr;
  std::vector<LinearArea> areas_;
  std::vector<PageUsage> usage_;
  std::vector<BlockRange> block_ranges_;  // by page
  Column<Block> blocks_;
  Column<uint32_t> offsets_;  // words from the page's address
  Column<uint32_t> sizes_;    // words
  uint64_t abandoned_bytes_ = 0;
  Health health_;
};

// Heap::page_of() for a thread that goes through the objects: neighbours share a page, so the last
// one is remembered.
class PageCursor {
 public:
  explicit PageCursor(const Heap& heap) : heap_(heap) {}

  const Page& Of(ObjectIndex object) {
    if (page_ == nullptr || Index(object) - usage_->first_object >= usage_->object_count) {
      page_ = &heap_.page_of(object);
      usage_ = &heap_.usage()[heap_.pages().IndexOf(*page_)];
    }
    return *page_;
  }

 private:
  const Heap& heap_;
  const Page* page_ = nullptr;
  const PageUsage* usage_ = nullptr;
};

}  // namespace nodeheap::v8
