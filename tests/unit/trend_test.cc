// The course of a series, told from its values alone.
#include "analysis/trend.h"

#include <gtest/gtest.h>

#include <numeric>
#include <vector>

namespace nodeheap {
namespace {

Trend TrendOf(const std::vector<double>& values) {
  std::vector<double> times(values.size());
  std::iota(times.begin(), times.end(), 0.0);
  return FindTrend(values, times);
}

TEST(TrendTest, SteadyRisesGrow) {
  const Trend trend = TrendOf({100, 200, 300, 400, 500});
  EXPECT_EQ(trend.course, Course::kGrowing);
  EXPECT_DOUBLE_EQ(trend.slope, 100);
  EXPECT_EQ(trend.rising, 5U);
}

TEST(TrendTest, OneOddValueChangesNeitherCourseNorSlopeMuch) {
  const Trend trend = TrendOf({100, 200, 300, 290, 500, 600});
  EXPECT_EQ(trend.course, Course::kGrowing);
  EXPECT_NEAR(trend.slope, 100, 5);
  EXPECT_EQ(trend.rising, 3U);
}

TEST(TrendTest, RisesThatSlowDownSaturate) {
  EXPECT_EQ(TrendOf({100, 400, 480, 495, 500}).course, Course::kSaturating);
  EXPECT_EQ(TrendOf({100, 300, 300}).course, Course::kSaturating);
}

TEST(TrendTest, SmallChangesAreStable) {
  const Trend trend = TrendOf({1000, 1001, 1002, 1003, 1020});
  EXPECT_EQ(trend.course, Course::kStable);
  EXPECT_EQ(TrendOf({0, 0, 0}).course, Course::kStable);
}

TEST(TrendTest, FallsShrink) {
  const Trend trend = TrendOf({500, 400, 300});
  EXPECT_EQ(trend.course, Course::kShrinking);
  EXPECT_EQ(trend.rising, 1U);
}

TEST(TrendTest, UpAndDownIsNoise) {
  EXPECT_EQ(TrendOf({100, 300, 50, 280, 120}).course, Course::kNoisy);
}

TEST(TrendTest, SlopesArePerUnitOfTime) {
  const std::vector<double> values = {10, 20, 50};
  const std::vector<double> times = {0, 1, 4};
  EXPECT_DOUBLE_EQ(FindTrend(values, times).slope, 10);
  // The same values, evenly spaced, rise faster in the end.
  EXPECT_EQ(FindTrend(values, times).course, Course::kGrowing);
}

}  // namespace
}  // namespace nodeheap
