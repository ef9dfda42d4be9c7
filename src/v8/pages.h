// V8's heap is made of pages, 256 KiB aligned (v8/src/heap/*-page*.h, memory-chunk*.h). They are
// found by their headers alone: no symbol, and no scan of the memory between them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "nodeheap/memory.h"
#include "v8/metadata.h"
#include "v8/spaces.h"
#include "v8/tagged.h"

namespace nodeheap::v8 {

inline constexpr uint64_t kPageAlignment = uint64_t{256} << 10;  // bytes

struct Page {
  Address address = 0;
  uint64_t size = 0;       // bytes, header included
  Address area_start = 0;  // objects lie in [area_start, area_end)
  Address area_end = 0;
  uint64_t flags = 0;
  Address heap = 0;   // V8's Heap object; 0 for read-only pages that all isolates share
  Address owner = 0;  // V8's Space object
  Space space = Space::kUnknown;
  Address next_page = 0;             // in the space's list, up to V8 11; 0 if unknown or the last
  const std::byte* bytes = nullptr;  // of [address, address + size); absent ones read as zero
  uint64_t absent_bytes = 0;         // of the area

  bool Contains(Address at) const { return at - area_start < area_end - area_start; }
  // A semispace that is being or was evacuated: what is in it is stale.
  bool is_from_page() const { return (flags & 0x18) == 0x8; }
  bool is_to_page() const { return (flags & 0x10) != 0; }
  // REQUIRES: at is in the page with the size of T after it.
  template <typename T>
  T Load(Address at) const {
    T value;
    __builtin_memcpy(&value, bytes + (at - address), sizeof(T));
    return value;
  }
  Tagged Word(Address at) const { return Load<Tagged>(at); }
};

// The pages of all heaps of the process, by address.
class Pages {
 public:
  static Pages Discover(const MemorySource& memory, const Version& version);

  std::span<const Page> all() const { return pages_; }
  // The page whose objects include the address; nullptr if none. Only the first 256 KiB of a large
  // page are found this way, where its object starts.
  const Page* Find(Address at) const {
    const uint32_t index = Slot(at / kPageAlignment);
    if (index == kNone) return nullptr;
    const Page& page = pages_[index];
    return page.Contains(at) ? &page : nullptr;
  }
  // Also finds the page of an address deep in a large object.
  const Page* FindContaining(Address at) const;
  // True for a page's header too.
  bool IsInPage(Address at) const;
  uint32_t IndexOf(const Page& page) const { return static_cast<uint32_t>(&page - pages_.data()); }

 private:
  static constexpr uint32_t kNone = ~uint32_t{0};

  uint32_t Slot(uint64_t number) const {
    if (table_.empty()) return kNone;
    const size_t mask = table_.size() - 1;
    for (size_t i = Hash(number) & mask;; i = (i + 1) & mask) {
      const uint32_t index = table_[i];
      if (index == kNone || pages_[index].address / kPageAlignment == number) return index;
    }
  }
  static size_t Hash(uint64_t number) { return (number * 0x9E3779B97F4A7C15U) >> 32; }
  void BuildTable();
  const Page* Below(Address at) const;  // the last page that starts at or before the address

  std::vector<Page> pages_;
  std::vector<uint32_t> table_;                       // open addressing, at most half full
  std::vector<std::unique_ptr<std::byte[]>> copies_;  // of pages that the memory has in pieces
};

}  // namespace nodeheap::v8
