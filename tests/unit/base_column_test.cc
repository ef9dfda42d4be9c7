#include <gtest/gtest.h>

#include <algorithm>

#include "base/parallel.h"
#include "nodeheap/column.h"
#include "nodeheap/index_column.h"
#include "nodeheap/size_column.h"

namespace nodeheap::test {
namespace {

TEST(Column, IsZeroFilledInEverySize) {
  for (const size_t size : {size_t{1}, size_t{1000}, size_t{300'000}}) {  // the last is mapped
    const Column<uint32_t> column(size);
    EXPECT_EQ(column.size(), size);
    EXPECT_TRUE(std::ranges::all_of(column, [](uint32_t value) { return value == 0; }));
  }
}

TEST(Column, CanBeEmpty) {
  const Column<uint64_t> none;
  const Column<uint64_t> zero(0);
  EXPECT_TRUE(none.empty());
  EXPECT_TRUE(zero.empty());
  EXPECT_EQ(zero.begin(), zero.end());
}

TEST(Column, MovesItsContents) {
  Column<uint32_t> from(3);
  from[2] = 7;
  Column<uint32_t> to = std::move(from);
  EXPECT_EQ(to[2], 7U);
  Column<uint32_t> other(1);
  other = std::move(to);
  ASSERT_EQ(other.size(), 3U);
  EXPECT_EQ(other.span()[2], 7U);
}

TEST(Column, ShrinksWithoutLosingTheRest) {
  Column<uint8_t> column(4);
  column[1] = 9;
  column.Shrink(2);
  EXPECT_EQ(column.size(), 2U);
  EXPECT_EQ(column[1], 9);
}

template <typename SizesOf>
class SizeColumns : public testing::Test {};
using KindsOfSizes = testing::Types<SizeColumn, RetainedSizeColumn>;
TYPED_TEST_SUITE(SizeColumns, KindsOfSizes);

TYPED_TEST(SizeColumns, KeepSizesAroundTheirLimits) {
  constexpr uint64_t kValues[] = {
      0,           1,          0xFFFE,      0xFFFF,      0x10000,
      0xFFFFFFFE,  0xFFFFFFFF, 0x100000000, 0x100000001, (uint64_t{1} << 53) - 1,
      ~uint64_t{0}};
  TypeParam column(std::size(kValues));
  for (size_t i = 0; i < std::size(kValues); ++i) column.Set(i, kValues[i]);
  for (size_t i = 0; i < std::size(kValues); ++i) EXPECT_EQ(column[i], kValues[i]);
}

TEST(SizeColumn, ForgetsALargeSizeThatIsReplaced) {
  SizeColumn column(2);
  column.Set(0, uint64_t{1} << 40);
  column.Set(0, 5);
  EXPECT_EQ(column[0], 5U);
  column.Set(0, uint64_t{1} << 41);
  const SizeColumn moved = std::move(column);
  EXPECT_EQ(moved[0], uint64_t{1} << 41);
  EXPECT_EQ(moved[1], 0U);
}

TEST(SizeColumn, TakesLargeSizesFromSeveralThreads) {
  constexpr size_t kSize = 4000;
  SizeColumn column(kSize);
  ParallelRanges(4, kSize, [&column](uint64_t begin, uint64_t end) {
    for (uint64_t i = begin; i < end; ++i) column.Set(i, (uint64_t{1} << 33) + i);
  });
  for (size_t i = 0; i < kSize; ++i) ASSERT_EQ(column[i], (uint64_t{1} << 33) + i);
}

TEST(IndexColumn, WidensForLargeIndexes) {
  IndexColumn column(3);
  column.Set(0, 1);
  column.Set(1, 0xFFFF);
  EXPECT_EQ(column[1], 0xFFFFU);
  column.Set(2, 0x10000);
  EXPECT_EQ(column.size(), 3U);
  EXPECT_EQ(column[0], 1U);
  EXPECT_EQ(column[1], 0xFFFFU);
  EXPECT_EQ(column[2], 0x10000U);
  column.Set(0, 0);
  EXPECT_EQ(column[0], 0U);
}

TEST(ParallelRanges, CoversEverythingOnce) {
  for (const unsigned threads : {1U, 3U, 8U}) {
    std::vector<int> visits(5);  // fewer than threads, too
    ParallelRanges(threads, visits.size(), [&visits](uint64_t begin, uint64_t end) {
      for (uint64_t i = begin; i < end; ++i) ++visits[i];
    });
    EXPECT_EQ(visits, std::vector<int>(5, 1)) << threads;
  }
}

TEST(RunParallel, HandsOnAnException) {
  const auto work = [](unsigned index) {
    if (index == 2) throw std::bad_alloc();
  };
  EXPECT_THROW(RunParallel(3, work), std::bad_alloc);
}

}  // namespace
}  // namespace nodeheap::test
