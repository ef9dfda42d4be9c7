#include "explorer/native_memory.h"

#include <algorithm>

namespace nodeheap::explorer {

NativeMemories::NativeMemories(const v8::Heap& heap, std::span<const uint32_t> buffers) {
  const auto& layout = heap.layout().buffer;
  for (const uint32_t buffer : buffers) {
    const v8::Page& page = heap.page_of(v8::ObjectIndex{buffer});
    const v8::Address at = heap.address(page, v8::ObjectIndex{buffer});
    const v8::Address data = page.Word(at + layout.backing_store);
    if (data != 0) all_.push_back({data, page.Word(at + layout.byte_length)});
  }
  // Of several sizes the largest counts.
  std::ranges::sort(all_, [](const NativeMemory& a, const NativeMemory& b) {
    return std::pair(a.address, b.size) < std::pair(b.address, a.size);
  });
  const auto [first, last] = std::ranges::unique(all_, {}, &NativeMemory::address);
  all_.erase(first, last);
}

std::optional<uint32_t> NativeMemories::NodeOf(v8::Address address) const {
  const auto found = std::ranges::lower_bound(all_, address, {}, &NativeMemory::address);
  if (found == all_.end() || found->address != address) return std::nullopt;
  return first_node_ + static_cast<uint32_t>(found - all_.begin());
}

}  // namespace nodeheap::explorer
