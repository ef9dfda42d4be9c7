#include "v8/pages.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "v8/page_headers.h"

namespace nodeheap::v8 {
namespace {

// A page inside another is no page: bytes of a large object that look like a header. Nor is a page
// of many objects larger than the distance from one to the next.
std::vector<Page> WithoutNonsense(std::vector<Page> pages) {
  std::erase_if(
      pages, [](const Page& page) { return page.size > kPageAlignment && !IsLarge(page.space); });
  std::ranges::sort(pages, {}, &Page::address);
  std::vector<Page> kept;
  for (const Page& page : pages)
    if (kept.empty() || page.address - kept.back().address >= kept.back().size)
      kept.push_back(page);
  return kept;
}

constexpr uint64_t kSystemPage = 4096;

// Calls visit(offset, bytes) for each part of the page that is present, in pieces.
template <typename Visit>
void ForEachPresent(const MemorySource& memory, const Page& page, const Visit& visit) {
  for (uint64_t done = 0; done < page.size;) {
    const auto part = memory.View(page.address + done, page.size - done);
    if (!part.empty()) visit(done, part);
    const uint64_t to_next = kSystemPage - (page.address + done) % kSystemPage;
    done += part.empty() ? to_next : part.size();
  }
}

uint64_t CountPresent(const MemorySource& memory, const Page& page) {
  uint64_t present = 0;
  ForEachPresent(memory, page,
                 [&](uint64_t, std::span<const std::byte> part) { present += part.size(); });
  return present;
}

// The parts of a page that are present in one zero-filled block.
std::unique_ptr<std::byte[]> Assemble(const MemorySource& memory, Page& page) {
  auto copy = std::make_unique<std::byte[]>(page.size);
  page.absent_bytes = page.area_end - page.area_start;
  ForEachPresent(memory, page, [&](uint64_t at, std::span<const std::byte> part) {
    std::memcpy(copy.get() + at, part.data(), part.size());
    const Address start = std::max(page.address + at, page.area_start);
    const Address end = std::min(page.address + at + part.size(), page.area_end);
    if (start < end) page.absent_bytes -= end - start;
  });
  return copy;
}

// The page ends where its memory does.
void CutTo(std::span<const std::byte> present, Page& page) {
  const Address end = page.address + present.size() / kWord * kWord;
  page.absent_bytes = page.area_end - std::max(end, page.area_start);
  page.size = end - page.address;
  page.area_end = std::max(std::min(page.area_end, end), page.area_start);
  page.bytes = present.data();
}

}  // namespace

Pages Pages::Discover(const MemorySource& memory, const Version& version) {
  Pages result;
  result.pages_ = WithoutNonsense(ReadPageHeaders(memory, version));
  for (Page& page : result.pages_) {
    const auto whole = memory.View(page.address, page.size);
    if (whole.size() == page.size) {
      page.bytes = whole.data();
      continue;
    }
    // A header's word is not enough to allocate what it says.
    const uint64_t present = page.size <= kPageAlignment ? CountPresent(memory, page) : 0;
    if (present < page.size / 4) {
      CutTo(whole, page);
      continue;
    }
    result.copies_.push_back(Assemble(memory, page));
    page.bytes = result.copies_.back().get();
  }
  result.BuildTable();
  return result;
}

void Pages::BuildTable() {
  table_.assign(std::bit_ceil(pages_.size() * 2 + 1), kNone);
  const size_t mask = table_.size() - 1;
  for (uint32_t index = 0; index < pages_.size(); ++index) {
    size_t i = Hash(pages_[index].address / kPageAlignment) & mask;
    while (table_[i] != kNone) i = (i + 1) & mask;
    table_[i] = index;
  }
}

const Page* Pages::Below(Address at) const {
  const auto after = std::ranges::upper_bound(pages_, at, {}, &Page::address);
  return after == pages_.begin() ? nullptr : &*(after - 1);
}

const Page* Pages::FindContaining(Address at) const {
  const Page* const page = Below(at);
  return page != nullptr && page->Contains(at) ? page : nullptr;
}

bool Pages::IsInPage(Address at) const {
  const Page* const page = Below(at);
  return page != nullptr && at - page->address < page->size;
}

}  // namespace nodeheap::v8
