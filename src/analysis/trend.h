// How a quantity develops over a series of measurements, without being misled by one odd value.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace nodeheap {

enum class Course {
  kStable,      // all values within kStableRange of the largest
  kShrinking,   // falls nearly always
  kNoisy,       // up and down
  kSaturating,  // rises nearly always, ever more slowly
  kGrowing,     // rises nearly always
};
std::string_view CourseName(Course course);

inline constexpr size_t kMinSeries = 3;       // values, below which nothing can be said
inline constexpr double kStableRange = 0.02;  // of the largest value
inline constexpr double kSteadiness = 0.8;  // Kendall's tau, from which on a series has a direction
inline constexpr double kSaturation =
    1.0 / 4;  // of the slope of the first half, that is left in the second

struct Trend {
  Course course = Course::kStable;
  // Units of value per unit of time: the median of the slopes between any two measurements (Theil
  // 1950, Sen 1968), which up to 29 % of odd values do not disturb.
  double slope = 0;
  // Measurements at the end of the series each of which exceeds the one before, counting the one
  // that they start from; 1 if the last is no rise. memwatch calls 5 a leak.
  uint32_t rising = 1;
};

// The direction is judged by Kendall's rank correlation of value and time (the Mann-Kendall test).
// REQUIRES: as many times as values, at least kMinSeries; times ascend strictly.
Trend FindTrend(std::span<const double> values, std::span<const double> times);

}  // namespace nodeheap
