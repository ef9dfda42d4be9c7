#include <gtest/gtest.h>

#include <bit>

#include "base/pop_count.h"

namespace nodeheap {
namespace {

TEST(PopCount, CountsBits) {
  EXPECT_EQ(PopCount(0), 0U);
  EXPECT_EQ(PopCount(~uint64_t{0}), 64U);
  uint64_t bits = 1;
  for (int i = 0; i < 1000; ++i) {
    bits = bits * 0x9E3779B97F4A7C15U + 1;
    ASSERT_EQ(PopCount(bits), static_cast<uint32_t>(std::popcount(bits))) << bits;
    ASSERT_EQ(PopCount(bits & bits << 7), static_cast<uint32_t>(std::popcount(bits & bits << 7)));
  }
}

}  // namespace
}  // namespace nodeheap
