#include "queries/dump_times.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cmath>
#include <functional>

namespace nodeheap {
namespace {

constexpr double kSecondsPerHour = 3600;

// The number that `digits` are; nullopt if they are anything else.
std::optional<unsigned> Number(std::string_view digits) {
  unsigned number = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (error != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
  return number;
}

std::string_view FileName(std::string_view path) {
  return path.substr(path.find_last_of('/') + 1);  // npos + 1 is 0
}

}  // namespace

std::optional<int64_t> SecondsInName(std::string_view path) {
  constexpr std::string_view kPrefix = "Heap.";
  constexpr size_t kLength = std::string_view("20260131.235959").size();
  const std::string_view name = FileName(path);
  if (!name.starts_with(kPrefix) || name.size() < kPrefix.size() + kLength) return std::nullopt;
  const std::string_view stamp = name.substr(kPrefix.size(), kLength);
  const auto date = Number(stamp.substr(0, 8));
  const auto time = Number(stamp.substr(9));
  if (!date || !time || stamp[8] != '.') return std::nullopt;
  const std::chrono::year_month_day day(std::chrono::year(static_cast<int>(*date / 10'000)),
                                        std::chrono::month(*date / 100 % 100),
                                        std::chrono::day(*date % 100));
  const unsigned hour = *time / 10'000;
  const unsigned minute = *time / 100 % 100;
  const unsigned second = *time % 100;
  if (!day.ok() || hour > 23 || minute > 59 || second > 60) return std::nullopt;
  const auto days = std::chrono::sys_days(day).time_since_epoch().count();
  return ((int64_t{days} * 24 + hour) * 60 + minute) * 60 + second;
}

Result<double> ParseHours(std::string_view text) {
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const std::string_view unit(end, static_cast<size_t>(text.data() + text.size() - end));
  const double hours = unit == "s"   ? number / kSecondsPerHour
                       : unit == "m" ? number / 60
                       : unit == "h" ? number
                       : unit == "d" ? number * 24
                                     : 0;
  if (error == std::errc() && std::isfinite(hours) && hours > 0) return hours;
  return std::unexpected(Error{.code = ErrorCode::kInvalidArgument,
                               .message = fmt::format("\"{}\" is no time", text),
                               .hint = "such as 90s, 10m, 1.5h or 2d"});
}

Result<DumpTimes> FindDumpTimes(const std::vector<std::string>& paths,
                                const std::optional<std::string>& every) {
  DumpTimes result;
  double step = 1;
  if (every) {
    NH_TRY(step, ParseHours(*every));
    result.known = true;
  }
  for (size_t i = 0; i < paths.size(); ++i) result.times.push_back(static_cast<double>(i) * step);
  if (every) return result;
  std::vector<int64_t> seconds;
  for (const std::string& path : paths)
    if (const auto time = SecondsInName(path)) seconds.push_back(*time);
  const bool ordered = std::ranges::adjacent_find(seconds, std::greater_equal<>()) == seconds.end();
  if (seconds.size() != paths.size() || !ordered) return result;
  result.known = true;
  for (size_t i = 0; i < paths.size(); ++i)
    result.times[i] = static_cast<double>(seconds[i] - seconds.front()) / kSecondsPerHour;
  return result;
}

}  // namespace nodeheap
