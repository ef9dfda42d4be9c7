// Source position tables, byte by byte.
#include <gtest/gtest.h>

#include <initializer_list>
#include <vector>

#include "v8/code_positions.h"

namespace nodeheap::v8 {
namespace {

std::vector<std::byte> Bytes(std::initializer_list<unsigned> values) {
  std::vector<std::byte> bytes;
  for (const unsigned value : values) bytes.push_back(static_cast<std::byte>(value));
  return bytes;
}

TEST(VlqReader, ReadsSevenBitsAByte) {
  const auto bytes = Bytes({0x05, 0x81, 0x01, 0xFF, 0xFF, 0x7F});
  VlqReader reader(bytes);
  EXPECT_EQ(reader.TakeUnsigned(), 5U);
  EXPECT_EQ(reader.TakeUnsigned(), 129U);
  EXPECT_EQ(reader.TakeUnsigned(), 0x1FFFFFU);
  EXPECT_EQ(reader.TakeUnsigned(), std::nullopt);
}

TEST(VlqReader, TheLowestBitIsTheSign) {
  const auto bytes = Bytes({0x04, 0x03, 0x00, 0x01});
  VlqReader reader(bytes);
  EXPECT_EQ(reader.TakeSigned(), 2);
  EXPECT_EQ(reader.TakeSigned(), -2);
  EXPECT_EQ(reader.TakeSigned(), 0);
  EXPECT_EQ(reader.TakeSigned(), -1);
}

TEST(VlqReader, RefusesWhatDoesNotEndOrDoesNotFit) {
  const auto cut = Bytes({0x80, 0x80});
  EXPECT_EQ(VlqReader(cut).TakeUnsigned(), std::nullopt);
  const std::vector<std::byte> endless(64, std::byte{0xFF});
  EXPECT_EQ(VlqReader(endless).TakeUnsigned(), std::nullopt);
}

TEST(DecodePosition, HasTwoNumbersPlusOne) {
  const int64_t raw = (int64_t{8} << 31) | (int64_t{43} << 1);
  EXPECT_EQ(DecodePosition(raw), (CodePosition{.script_offset = 42, .inlining_id = 7}));
  EXPECT_EQ(DecodePosition(0), CodePosition());
}

constexpr Version kOld{12, 4, 0};
constexpr Version kNew{14, 1, 146};  // Node 25, the first that has it

// The expression at the function's entry for script offset 10, and one at 7 for 20; a statement at
// 11 for 15. Raw positions are twice the offset plus one, deltas are zigzag.
const auto kOldTable = Bytes({1, 22 << 1, 0x11, 20 << 1, 4 << 1, (10 << 1) - 1});
const auto kNewTable = Bytes({1, 22 << 1, 8 << 2 | 1, 20 << 1, 4 << 2, (10 << 1) - 1});

TEST(FindPosition, TakesTheLastEntryBefore) {
  EXPECT_EQ(FindPosition(kOldTable, 0, kOld)->script_offset, 10);
  EXPECT_EQ(FindPosition(kOldTable, 6, kOld)->script_offset, 10);
  EXPECT_EQ(FindPosition(kOldTable, 7, kOld)->script_offset, 20);
  EXPECT_EQ(FindPosition(kOldTable, 11, kOld)->script_offset, 15);
  EXPECT_EQ(FindPosition(kOldTable, 1'000'000, kOld)->script_offset, 15);
}

TEST(FindPosition, KnowsTheNewerFormat) {
  EXPECT_EQ(FindPosition(kNewTable, 0, kNew)->script_offset, 10);
  EXPECT_EQ(FindPosition(kNewTable, 7, kNew)->script_offset, 20);
  EXPECT_EQ(FindPosition(kNewTable, 11, kNew)->script_offset, 15);
}

TEST(FindPosition, EndsWhereTheTableIsCut) {
  EXPECT_EQ(FindPosition({}, 5, kOld), std::nullopt);
  for (size_t size = 0; size < kOldTable.size(); ++size)
    FindPosition(std::span(kOldTable).first(size), 10, kOld);
  EXPECT_EQ(FindPosition(std::span(kOldTable).first(3), 10, kOld)->script_offset, 10);
}

TEST(FindPosition, SurvivesNumbersThatOverflow) {
  std::vector<std::byte> table;
  for (int i = 0; i < 40; ++i) {
    table.insert(table.end(), 8, std::byte{0xFE});
    table.push_back(std::byte{0x7E});
  }
  FindPosition(table, 10, kOld);
  FindPosition(table, 10, kNew);
}

}  // namespace
}  // namespace nodeheap::v8
