// The ledger of the committed cores: all that was mapped, once.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "ledger/ledger.h"
#include "support/cores.h"
#include "support/fake_memory.h"

namespace nodeheap::ledger {
namespace {

class LedgerFixtures : public testing::TestWithParam<std::string> {
 protected:
  LedgerFixtures()
      : core_(CoreFile::Open(test::CorePath(GetParam()), progress_).value()),
        runtime_(v8::Runtime::Open(*core_, test::LayoutOf(*core_)).value()),
        heap_(v8::Heap::Walk(runtime_, progress_, 1).value()),
        ledger_(Account(heap_, core_->modules())) {
    for (const Part& part : ledger_.parts) sizes_[part.kind] += part.size;
  }

  Progress progress_;
  std::unique_ptr<CoreFile> core_;
  v8::Runtime runtime_;
  v8::Heap heap_;
  Ledger ledger_;
  std::map<Kind, uint64_t> sizes_;
};

TEST_P(LedgerFixtures, PartsAddUpToAllThatWasMapped) {
  // The kernel tells each mapping once, and files are among them.
  uint64_t mapped = 0;
  for (const MemoryRegion& region : core_->mapped()) mapped += region.end - region.start;
  EXPECT_EQ(ledger_.mapped, mapped);
  uint64_t sum = 0;
  for (const Part& part : ledger_.parts) {
    EXPECT_GT(part.size, 0U);
    EXPECT_LE(part.written, part.dumped);
    EXPECT_LE(part.dumped, part.size);
    sum += part.size;
  }
  EXPECT_EQ(sum, mapped);
}

TEST_P(LedgerFixtures, AllButWhatIsReservedMayHaveBeenInMemory) {
  uint64_t dumped = 0;
  for (const Part& part : ledger_.parts) dumped += part.dumped;
  uint64_t reserved = 0;
  for (const MemoryRegion& region : core_->mapped())
    if (region.reserved) reserved += region.end - region.start;
  EXPECT_GT(reserved, 0U);
  EXPECT_GE(ledger_.most_resident, dumped);
  // Parts of files may be without access, as gaps in libraries are.
  EXPECT_GE(ledger_.most_resident, ledger_.mapped - reserved);
  EXPECT_LE(ledger_.most_resident, ledger_.mapped - reserved + sizes_[Kind::kFiles]);
}

TEST_P(LedgerFixtures, ObjectsTakeWhatTheWalkFound) {
  uint64_t used = 0;
  for (const v8::PageUsage& usage : heap_.usage()) used += usage.used;
  EXPECT_EQ(sizes_[Kind::kHeapObjects], used);
}

TEST_P(LedgerFixtures, MallocAgreesWithItself) {
  EXPECT_EQ(ledger_.malloc.problem, "");
  EXPECT_EQ(ledger_.malloc.mapped_problem, "");
  EXPECT_GT(ledger_.malloc.arenas.size(), 1U);
  for (const MallocArena& arena : ledger_.malloc.arenas) {
    EXPECT_EQ(arena.problem, "") << arena.address;
    EXPECT_EQ(arena.used + arena.free, arena.system_bytes);
  }
}

TEST_P(LedgerFixtures, EveryThreadHasItsStack) {
  size_t stacks = 0;
  for (const Part& part : ledger_.parts)
    if (part.kind == Kind::kStacks) ++stacks;
  EXPECT_EQ(stacks, core_->threads().size());
}

TEST_P(LedgerFixtures, LittleIsUnknown) { EXPECT_LT(sizes_[Kind::kUnknown], 6U << 20); }

std::vector<std::string> Names() {
  std::vector<std::string> names;
  for (const auto& path : test::CorePaths()) names.push_back(path.stem().stem().string());
  return names;
}

INSTANTIATE_TEST_SUITE_P(Cores, LedgerFixtures, testing::ValuesIn(Names()), [](const auto& test) {
  std::string name = test.param;
  std::ranges::replace(name, '-', '_');
  return name;
});

TEST(ThreadStacks, AreFoundByTheBlockThatNamesThem) {
  test::FakeMemory memory;
  memory.Map(0x10000, 0x9000);  // guard, stack, and struct pthread at the end
  memory.thread_list = {{.id = 7, .sp = 0x16000, .tls = 0x18000, .registers = {}}};
  memory.Set(0x18690, uint64_t{0x10000});
  memory.Set(0x18698, uint64_t{0x9000});
  memory.Set(0x186A0, uint64_t{0x1000});
  const auto stacks = FindThreadStacks(memory);
  ASSERT_EQ(stacks.size(), 1U);
  EXPECT_EQ(stacks[0].memory.start, 0x11000U);
  EXPECT_EQ(stacks[0].memory.end, 0x19000U);
  EXPECT_EQ(stacks[0].guard.start, 0x10000U);
}

}  // namespace
}  // namespace nodeheap::ledger
