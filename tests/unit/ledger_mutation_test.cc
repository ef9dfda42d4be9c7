// A real core with damage in malloc's memory and in V8's heap: the ledger stays exact, and nothing
// that follows pointers runs on.
#include <gtest/gtest.h>

#include <cstring>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "ledger/ledger.h"
#include "node/async_state.h"
#include "support/cores.h"

namespace nodeheap::test {
namespace {

// The memory of a core, of which copies of whole regions were changed.
class DamagedMemory final : public MemorySource {
 public:
  explicit DamagedMemory(const CoreFile& core) : core_(core) {}

  void Set(const MemoryRegion& region, uint64_t address, uint64_t word) {
    std::vector<std::byte>& copy = copies_[region.start];
    if (copy.empty()) {
      const auto bytes = core_.View(region.start, region.end - region.start);
      copy.assign(bytes.begin(), bytes.end());
    }
    if (address - region.start + sizeof(word) <= copy.size())
      std::memcpy(copy.data() + (address - region.start), &word, sizeof(word));
  }

  std::span<const std::byte> View(uint64_t address, uint64_t size) const override {
    const auto after = copies_.upper_bound(address);
    if (after != copies_.end()) size = std::min(size, after->first - address);
    if (after != copies_.begin()) {
      const auto& [start, copy] = *std::prev(after);
      if (address - start < copy.size())
        return std::span(copy).subspan(address - start,
                                       std::min<uint64_t>(size, copy.size() - (address - start)));
    }
    return core_.View(address, size);
  }
  Architecture architecture() const override { return core_.architecture(); }
  std::span<const MemoryRegion> regions() const override { return core_.regions(); }
  std::span<const MemoryRegion> mapped() const override { return core_.mapped(); }
  std::span<const ThreadState> threads() const override { return core_.threads(); }
  std::span<const MappedFile> files() const override { return core_.files(); }
  const SignalInfo& signal() const override { return core_.signal(); }
  uint32_t process_id() const override { return core_.process_id(); }
  const Health& health() const override { return core_.health(); }

 private:
  const CoreFile& core_;
  std::map<uint64_t, std::vector<std::byte>> copies_;  // by start
};

// False if there is no heap to walk any more.
bool ExpectExact(const MemorySource& memory, const v8::Layout& layout, const CoreFile& core) {
  Progress progress;
  const auto runtime = v8::Runtime::Open(memory, layout);
  if (!runtime) return false;
  const auto heap = v8::Heap::Walk(*runtime, progress, 1);
  if (!heap) return false;
  const ledger::Ledger ledger = ledger::Account(*heap, core.modules());
  uint64_t sum = 0;
  for (const ledger::Part& part : ledger.parts) {
    EXPECT_LE(part.written, part.size);
    sum += part.size;
  }
  uint64_t mapped = 0;
  for (const MemoryRegion& region : core.mapped()) mapped += region.end - region.start;
  EXPECT_EQ(sum, mapped);
  EXPECT_TRUE(node::FindAsyncState(*heap, progress));
  for (const v8::Isolate& isolate : runtime->isolates())
    v8::AwaitersOf(*runtime, v8::PromiseOfCurrentTask(*runtime, isolate));
  return true;
}

TEST(LedgerMutation, StaysExact) {
  constexpr int kTries = 15;
  constexpr int kWords = 3000;
  Progress progress;
  const auto core = CoreFile::Open(CorePath("async-native-node22"), progress).value();
  const v8::Layout layout = LayoutOf(*core);
  std::vector<MemoryRegion> writable;
  for (const MemoryRegion& region : core->regions())
    if (region.writable && region.end - region.start <= 4 << 20) writable.push_back(region);
  std::mt19937_64 random(22);
  const auto any = [&] { return writable[random() % writable.size()]; };
  const auto address_in = [&](const MemoryRegion& region) {
    return region.start + random() % ((region.end - region.start) / 8) * 8;
  };
  int walked = 0;
  for (int i = 0; i < kTries; ++i) {
    SCOPED_TRACE(i);
    DamagedMemory memory(*core);
    for (int word = 0; word < kWords; ++word) {
      const MemoryRegion region = any();
      // Addresses make cycles, small numbers make sizes.
      const uint64_t value =
          word % 2 == 0 ? address_in(any()) | (word % 4 == 0 ? 1 : 0) : random() >> (random() % 64);
      memory.Set(region, address_in(region), value);
    }
    if (ExpectExact(memory, layout, *core)) ++walked;
  }
  EXPECT_GT(walked, kTries / 3);
}

}  // namespace
}  // namespace nodeheap::test
