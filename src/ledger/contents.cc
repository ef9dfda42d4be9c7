#include "ledger/contents.h"

#include <algorithm>
#include <cstring>
#include <span>

namespace nodeheap::ledger {
namespace {

bool IsZero(std::span<const std::byte> bytes) {
  // If each byte equals the next, all equal the first.
  return bytes.empty() || (bytes[0] == std::byte{0} &&
                           std::memcmp(bytes.data(), bytes.data() + 1, bytes.size() - 1) == 0);
}

// The memory itself may be readable from elsewhere.
bool IsDumped(const MemorySource& memory, uint64_t address) {
  const auto after = std::ranges::upper_bound(memory.regions(), address, {}, &MemoryRegion::start);
  return after != memory.regions().begin() && address < std::prev(after)->end;
}

}  // namespace

const Contents::PageState& Contents::StateOf(uint64_t page) {
  if (last_.address == page) return last_;
  last_ = {.address = page, .is_dumped = IsDumped(memory_, page), .is_written = false};
  if (!last_.is_dumped) return last_;
  const auto bytes = memory_.View(page, kPage);
  last_.is_written = memory_.MayHaveData(page, bytes.size()) && !IsZero(bytes);
  return last_;
}

Amounts Contents::Of(const Range& range) {
  Amounts amounts;
  for (uint64_t at = range.start; at < range.end;) {
    const uint64_t page = at / kPage * kPage;
    const uint64_t size = std::min(range.end - at, kPage - (at - page));
    const PageState& state = StateOf(page);
    if (state.is_dumped) amounts.dumped += size;
    if (state.is_written) amounts.written += size;
    at += size;
  }
  return amounts;
}

}  // namespace nodeheap::ledger
