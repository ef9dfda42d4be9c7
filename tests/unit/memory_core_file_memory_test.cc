// Which memory a core makes readable: segments, their borders and their order.
#include <gtest/gtest.h>

#include <limits>

#include "support/elf_builder.h"

namespace nodeheap::test {
namespace {

std::vector<std::string> Regions(const CoreFile& core) {
  std::vector<std::string> regions;
  for (const MemoryRegion& region : core.regions()) {
    regions.push_back(std::to_string(region.start) + "-" + std::to_string(region.end) +
                      (region.writable ? "w" : "") + (region.executable ? "x" : ""));
  }
  return regions;
}

using Texts = std::vector<std::string>;

// memory:     100 aaaa 104 bbbb 108        200 cccc 204
// file:           aaaabbbb                     cccc
TEST(CoreFile, ReadsMemoryAtItsAddress) {
  const auto core = OpenCore(ElfBuilder(ET_CORE)
                                 .Add({.address = 100, .contents = "aaaa"})
                                 .Add({.address = 104, .contents = "bbbb"})
                                 .Add({.address = 200, .contents = "cccc"})
                                 .Build());
  EXPECT_EQ(Regions(*core), (Texts{"100-108w", "200-204w"}));
  EXPECT_EQ(TextAt(*core, 100, 8), "aaaabbbb");
  EXPECT_EQ(TextAt(*core, 103, 2), "ab");
  EXPECT_EQ(TextAt(*core, 106, 100), "bb");
  EXPECT_EQ(TextAt(*core, 203, 1), "c");
  for (const uint64_t unknown : {0U, 99U, 108U, 150U, 199U, 204U}) {
    EXPECT_EQ(TextAt(*core, unknown, 8), "") << unknown;
    EXPECT_EQ(core->Read<char>(unknown), std::nullopt);
  }
  EXPECT_EQ(core->Read<char>(203), 'c');
  EXPECT_EQ(core->Read<uint32_t>(100), 0x61616161U);
  EXPECT_EQ(core->Read<uint32_t>(105), std::nullopt);
  EXPECT_EQ(core->missing_bytes(), 0U);
}

TEST(CoreFile, ReadsNothingBeyondTheLastAddress) {
  const auto core = OpenCore(ElfBuilder(ET_CORE).Add({.address = 100, .contents = "aaaa"}).Build());
  constexpr uint64_t kLast = std::numeric_limits<uint64_t>::max();
  EXPECT_EQ(TextAt(*core, kLast, 8), "");
  EXPECT_EQ(TextAt(*core, 101, kLast), "aaa");
  EXPECT_EQ(TextAt(*core, 101, 0), "");
}

TEST(CoreFile, ReadsTheSameAfterEviction) {
  constexpr uint64_t kLast = std::numeric_limits<uint64_t>::max();
  const std::string pages(3 * 4096, 'a');
  const auto core = OpenCore(ElfBuilder(ET_CORE)
                                 .Add({.address = 4096, .contents = pages})
                                 .Add({.address = 65536, .contents = "bbbb"})
                                 .Build());
  core->Evict(0, 100);
  core->Evict(8192, 4096);
  core->Evict(9000, kLast - 9000);
  core->Evict(0, kLast);
  core->Evict(kLast, kLast);
  EXPECT_EQ(TextAt(*core, 4096, kLast), pages);
  EXPECT_EQ(TextAt(*core, 65536, 8), "bbbb");
}

TEST(CoreFile, KeepsPermissionsApartButReadsAcross) {
  const auto core = OpenCore(ElfBuilder(ET_CORE)
                                 .Add({.flags = PF_R | PF_W, .address = 100, .contents = "aaaa"})
                                 .Add({.flags = PF_R | PF_X, .address = 104, .contents = "bbbb"})
                                 .Add({.flags = PF_R, .address = 108, .contents = "cccc"})
                                 .Build());
  EXPECT_EQ(Regions(*core), (Texts{"100-104w", "104-108x", "108-112"}));
  EXPECT_EQ(TextAt(*core, 102, 8), "aabbbbcc");
}

// What follows in memory need not follow in the file.
TEST(CoreFile, EndsAViewWhereTheFileGoesOnElsewhere) {
  const auto core = OpenCore(ElfBuilder(ET_CORE)
                                 .Add({.address = 100, .contents = "aaaa"})
                                 .Add({.address = 104, .contents = "bbbb", .gap_bytes = 3})
                                 .Build());
  EXPECT_EQ(Regions(*core), (Texts{"100-104w", "104-108w"}));
  EXPECT_EQ(TextAt(*core, 100, 8), "aaaa");
  EXPECT_EQ(TextAt(*core, 104, 8), "bbbb");
  EXPECT_EQ(core->Read<uint32_t>(102), std::nullopt);
}

TEST(CoreFile, SortsSegments) {
  const auto core = OpenCore(ElfBuilder(ET_CORE)
                                 .Add({.address = 200, .contents = "cccc"})
                                 .Add({.address = 100, .contents = "aaaa"})
                                 .Build());
  EXPECT_EQ(Regions(*core), (Texts{"100-104w", "200-204w"}));
  EXPECT_EQ(TextAt(*core, 100, 4) + TextAt(*core, 200, 4), "aaaacccc");
}

// Linux leaves out the pages that are in files anyway.
TEST(CoreFile, LacksMemoryWithoutBytes) {
  const auto core = OpenCore(ElfBuilder(ET_CORE)
                                 .Add({.address = 100, .memory_bytes = 50})
                                 .Add({.address = 200, .contents = "cccc", .memory_bytes = 50})
                                 .Build());
  EXPECT_EQ(Regions(*core), (Texts{"200-204w"}));
  EXPECT_EQ(TextAt(*core, 100, 4), "");
  EXPECT_EQ(TextAt(*core, 202, 4), "cc");
  EXPECT_EQ(core->missing_bytes(), 0U);
}

TEST(CoreFile, TellsMemoryThatIsOnlyReserved) {
  const auto core = OpenCore(ElfBuilder(ET_CORE)
                                 .Add({.flags = 0, .address = 100, .memory_bytes = 50})
                                 .Add({.flags = 0, .address = 200, .contents = "protected later"})
                                 .Add({.flags = PF_R, .address = 300, .memory_bytes = 50})
                                 .Build());
  ASSERT_EQ(core->mapped().size(), 3U);
  EXPECT_TRUE(core->mapped()[0].reserved);
  EXPECT_FALSE(core->mapped()[1].reserved);
  EXPECT_FALSE(core->mapped()[2].reserved);
}

//   100 aaaaaaaa 108
//       104 bbbbbbbb 112
//       104 cc 106
TEST(CoreFile, KeepsWhatComesFirstOfOverlappingSegments) {
  const auto core = OpenCore(ElfBuilder(ET_CORE)
                                 .Add({.address = 100, .contents = "aaaaaaaa"})
                                 .Add({.address = 104, .contents = "bbbbbbbb", .gap_bytes = 1})
                                 .Add({.address = 104, .contents = "cc"})
                                 .Build());
  EXPECT_EQ(Regions(*core), (Texts{"100-108w", "108-112w"}));
  EXPECT_EQ(TextAt(*core, 100, 8) + TextAt(*core, 108, 8), "aaaaaaaabbbb");
}

TEST(CoreFile, CutsSegmentsAtTheEndOfTheAddressSpace) {
  constexpr uint64_t kLast = std::numeric_limits<uint64_t>::max();
  const auto core =
      OpenCore(ElfBuilder(ET_CORE)
                   .Add({.address = kLast - 2, .contents = "aaaa", .memory_bytes = kLast})
                   .Build());
  EXPECT_EQ(TextAt(*core, kLast - 2, 8), "aa");
  EXPECT_EQ(TextAt(*core, 0, 1), "");
}

TEST(CoreFile, ReadsMoreSegmentsThanTheHeaderCanCount) {
  ElfBuilder builder(ET_CORE);
  builder.AddNotes(ThreadNote(1, 6, {}));
  constexpr uint64_t kSegments = 70'000;
  for (uint64_t i = 0; i < kSegments; ++i)
    builder.Add({.address = i * 16, .contents = std::to_string(10'000'000 + i)});
  std::string bytes = builder.Build();
  const auto expect_all = [=](const CoreFile& core) {
    ASSERT_EQ(core.regions().size(), kSegments);
    EXPECT_EQ(TextAt(core, (kSegments - 1) * 16, 8), "10069999");
    EXPECT_EQ(core.threads().size(), 1U);
  };
  expect_all(*OpenCore(bytes));

  // The number stands at the end of the file. Without it, the place of the notes tells.
  bytes.resize(bytes.size() - 64);
  expect_all(*OpenCore(bytes));
}

}  // namespace
}  // namespace nodeheap::test
