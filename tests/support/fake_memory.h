// Memory of a process that never ran, to be written word by word. Header only, since the fuzz
// targets use it.
#pragma once

#include <algorithm>
#include <memory>
#include <stdexcept>
#include <vector>

#include "nodeheap/memory.h"

namespace nodeheap::test {

class FakeMemory final : public MemorySource {
 public:
  // Adds zero-filled memory. REQUIRES: start after all that was mapped before.
  void Map(uint64_t start, uint64_t size, bool writable = true) {
    blocks_.push_back(std::make_unique<std::byte[]>(size));
    regions_.push_back({.start = start, .end = start + size, .writable = writable});
  }

  void Write(uint64_t address, std::span<const std::byte> bytes) {
    const auto present = View(address, bytes.size());
    if (present.size() != bytes.size()) throw std::out_of_range("not mapped");
    std::ranges::copy(bytes, const_cast<std::byte*>(present.data()));
  }
  template <typename T>
  void Set(uint64_t address, T value) {
    Write(address, std::as_bytes(std::span(&value, 1)));
  }

  Architecture architecture() const override { return Architecture::kX64; }
  std::span<const MemoryRegion> regions() const override { return regions_; }
  std::span<const std::byte> View(uint64_t address, uint64_t size) const override {
    const auto region = std::ranges::upper_bound(regions_, address, {}, &MemoryRegion::end);
    if (region == regions_.end() || region->start > address) return {};
    const std::byte* const block = blocks_[static_cast<size_t>(region - regions_.begin())].get();
    return {block + (address - region->start), std::min(size, region->end - address)};
  }
  std::span<const ThreadState> threads() const override { return thread_list; }
  std::span<const MappedFile> files() const override { return {}; }
  const SignalInfo& signal() const override { return signal_; }
  uint32_t process_id() const override { return 1; }
  const Health& health() const override { return health_; }

  std::vector<ThreadState> thread_list;

 private:
  std::vector<MemoryRegion> regions_;
  std::vector<std::unique_ptr<std::byte[]>> blocks_;  // by region
  SignalInfo signal_;
  Health health_;
};

}  // namespace nodeheap::test
