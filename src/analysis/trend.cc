#include "analysis/trend.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace nodeheap {
namespace {

double Median(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<ptrdiff_t>(values.size() / 2);
  std::ranges::nth_element(values, middle);
  if (values.size() % 2 == 1) return *middle;
  return (*middle + *std::max_element(values.begin(), middle)) / 2;
}

double Slope(std::span<const double> values, std::span<const double> times) {
  std::vector<double> slopes;
  for (size_t j = 1; j < values.size(); ++j)
    for (size_t i = 0; i < j; ++i)
      slopes.push_back((values[j] - values[i]) / (times[j] - times[i]));
  return Median(std::move(slopes));
}

// Kendall's tau-b of values and their order. 1: each exceeds those before it, or equals them; -1:
// the reverse. REQUIRES: the values are not all equal.
double Kendall(std::span<const double> values) {
  int sum = 0;
  int pairs = 0;
  int ties = 0;
  for (size_t j = 1; j < values.size(); ++j) {
    for (size_t i = 0; i < j; ++i, ++pairs) {
      if (values[j] > values[i]) ++sum;
      if (values[j] < values[i]) --sum;
      if (values[j] == values[i]) ++ties;
    }
  }
  return sum / std::sqrt(static_cast<double>(pairs) * (pairs - ties));
}

// Both halves share the measurement in the middle.
bool Saturates(std::span<const double> values, std::span<const double> times) {
  const size_t middle = values.size() / 2;
  const double early = (values[middle] - values.front()) / (times[middle] - times.front());
  const double late = (values.back() - values[middle]) / (times.back() - times[middle]);
  return late < kSaturation * early;
}

Course FindCourse(std::span<const double> values, std::span<const double> times) {
  const auto [least, most] = std::ranges::minmax(values);
  if (most - least <= kStableRange * std::abs(most)) return Course::kStable;
  const double direction = Kendall(values);
  if (direction <= -kSteadiness) return Course::kShrinking;
  if (direction < kSteadiness) return Course::kNoisy;
  return Saturates(values, times) ? Course::kSaturating : Course::kGrowing;
}

uint32_t Rising(std::span<const double> values) {
  uint32_t rising = 1;
  for (size_t i = values.size() - 1; i > 0 && values[i] > values[i - 1]; --i) ++rising;
  return rising;
}

}  // namespace

std::string_view CourseName(Course course) {
  switch (course) {
    case Course::kStable:
      return "stable";
    case Course::kShrinking:
      return "shrinking";
    case Course::kNoisy:
      return "noisy";
    case Course::kSaturating:
      return "saturating";
    case Course::kGrowing:
      return "growing";
  }
  return {};
}

Trend FindTrend(std::span<const double> values, std::span<const double> times) {
  return {
      .course = FindCourse(values, times), .slope = Slope(values, times), .rising = Rising(values)};
}

}  // namespace nodeheap
