#include "queries/suspect_series.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <tuple>
#include <utility>

#include "analysis/trend.h"
#include "queries/suspects_table.h"

namespace nodeheap {
namespace {

Trend TrendOf(const std::vector<uint64_t>& sizes, const DumpTimes& times) {
  std::vector<double> values;
  for (const uint64_t size : sizes) values.push_back(static_cast<double>(size));
  return FindTrend(values, times.times);
}

}  // namespace

Result<void> SuspectSeries::Add(const Session& session, const Progress& progress) {
  NH_TRY(const std::vector<Suspect> suspects, FindSuspectsIn(session, progress));
  for (const Suspect& suspect : suspects) {
    Series& series = series_[suspect.fingerprint];
    series.sizes.resize(dumps_);
    series.sizes[next_] += suspect.retained_size;
    series.sentence = suspect.sentence;
  }
  ++next_;
  return {};
}

Table SuspectSeries::ToTable(const DumpTimes& times) const {
  Table table{.name = "suspects",
              .title = "Leak suspects, by fingerprint",
              .fields = {{"course", "Course"},
                         {"rising", "Rising", Unit::kCount},
                         {"retained_size", "Retained", Unit::kBytes},
                         {"retained_delta", "Retained delta", Unit::kSignedBytes},
                         times.known ? Field{"per_hour", "Per hour", Unit::kSignedBytes}
                                     : Field{"per_dump", "Per dump", Unit::kSignedBytes},
                         {.key = "sentence", .title = "Suspect", .whole = true},
                         {"fingerprint", "fingerprint", Unit::kText, Placement::kOwnLine}}};
  std::vector<std::pair<Trend, uint64_t>> order;  // with the fingerprint
  for (const auto& [fingerprint, series] : series_)
    order.emplace_back(TrendOf(series.sizes, times), fingerprint);
  std::ranges::sort(order, std::greater<>{}, [](const auto& entry) {
    return std::tuple(entry.first.course, entry.first.slope, entry.second);
  });
  for (const auto& [trend, fingerprint] : order) {
    const Series& series = series_.at(fingerprint);
    table.rows.push_back(
        {std::string(CourseName(trend.course)), uint64_t{trend.rising}, series.sizes.back(),
         static_cast<int64_t>(series.sizes.back() - series.sizes.front()),
         std::llround(trend.slope), series.sentence, FingerprintText(fingerprint)});
  }
  table.total = table.rows.size();
  table.machine_only = table.rows.empty();
  return table;
}

}  // namespace nodeheap
