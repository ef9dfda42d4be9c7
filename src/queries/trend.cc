// What grows over a series of dumps, and how: class by class, and the heap as a whole.
#include "analysis/trend.h"

#include <fmt/format.h>

#include <cmath>
#include <vector>

#include "analysis/class_series.h"
#include "queries/dump_times.h"
#include "queries/name_filter.h"
#include "queries/nodes.h"
#include "queries/paging.h"
#include "queries/queries.h"
#include "queries/series.h"
#include "queries/survivors.h"
#include "queries/suspect_series.h"

namespace nodeheap {
namespace {

constexpr Param kParams[] = {
    kClassNameParam,
    {.name = "every",
     .kind = ParamKind::kText,
     .placeholder = "TIME",
     .help = "the time between two dumps, such as 90s, 10m, 1.5h; without it, the names that "
             "Node.js gives to heap snapshots tell"},
};

constexpr Example kExamples[] = {
    {"1.heapsnapshot 2.heapsnapshot 3.heapsnapshot", "the classes that keep growing"},
    {"Heap.*.heapsnapshot", "with the rate by the hour, as the names have the time"},
    {"core.1 core.2 core.3 --every 10m", "cores that were taken every ten minutes"},
};

constexpr SortOption kSorts[] = {{"course", true, "growing first, then by slope"},
                                 {"size_delta", true},
                                 {"delta", true},
                                 {"self_size", true},
                                 {"name", false}};

// A class, or all of them, in each dump.
struct Series : ClassSeries {
  Trend trend = {};

  int64_t Delta() const { return Difference(&ClassSums::instances); }
  int64_t SizeDelta() const { return Difference(&ClassSums::self_size); }
  int64_t RetainedDelta() const { return Difference(&ClassSums::retained_size); }

 private:
  int64_t Difference(uint64_t ClassSums::* part) const {
    return static_cast<int64_t>(sums.back().*part - sums.front().*part);
  }
};

Series Judged(ClassSeries series, const DumpTimes& times) {
  std::vector<double> sizes;
  for (const ClassSums& sums : series.sums) sizes.push_back(static_cast<double>(sums.self_size));
  return {std::move(series), FindTrend(sizes, times.times)};
}

std::weak_ordering CompareBy(const Series& a, const Series& b, std::string_view key) {
  if (key == "size_delta") return a.SizeDelta() <=> b.SizeDelta();
  if (key == "delta") return a.Delta() <=> b.Delta();
  if (key == "self_size") return a.sums.back().self_size <=> b.sums.back().self_size;
  if (key == "name") return a.name <=> b.name;
  if (a.trend.course != b.trend.course) return a.trend.course <=> b.trend.course;
  return std::weak_order(a.trend.slope, b.trend.slope);
}

std::vector<Field> FieldsOf(const DumpTimes& times) {
  return {{"course", "Course"},
          {"rising", "Rising", Unit::kCount},
          {"instances", "Instances", Unit::kCount},
          {"delta", "Delta", Unit::kSignedCount},
          {"self_size", "Self size", Unit::kBytes},
          {"size_delta", "Size delta", Unit::kSignedBytes},
          times.known ? Field{"per_hour", "Per hour", Unit::kSignedBytes}
                      : Field{"per_dump", "Per dump", Unit::kSignedBytes},
          {"retained_delta", "Retained delta", Unit::kSignedBytes},
          {"name", "Name"}};
}

Row RowOf(const Series& series) {
  return {std::string(CourseName(series.trend.course)),
          uint64_t{series.trend.rising},
          series.sums.back().instances,
          series.Delta(),
          series.sums.back().self_size,
          series.SizeDelta(),
          std::llround(series.trend.slope),
          series.RetainedDelta(),
          series.name};
}

Result<std::vector<uint32_t>> AddClasses(Table& table, const std::vector<Series>& classes,
                                         const QueryInput& input) {
  const Paging& paging = input.arguments.paging();
  const NameFilter filter(input.arguments, "name");
  std::vector<uint32_t> matching;
  for (uint32_t i = 0; i < classes.size(); ++i)
    if (filter.Matches(classes[i].name)) matching.push_back(i);
  return AddPage(
      table, std::move(matching), paging, input.progress,
      [&](uint32_t a, uint32_t b) { return CompareBy(classes[a], classes[b], paging.sort); },
      [&](uint32_t i) { return RowOf(classes[i]); });
}

// The measurements that the trends are of.
Table HeapTable(const Series& heap, const std::vector<std::string>& paths, const DumpTimes& times) {
  Table table{.name = "dumps",
              .title = fmt::format("The whole heap is {}", CourseName(heap.trend.course)),
              .fields = {{"hours", "Hours", Unit::kText},
                         {"nodes", "Nodes", Unit::kCount},
                         {"heap_size", "Heap size", Unit::kBytes},
                         {"dump", "Dump"}},
              .total = paths.size()};
  for (size_t i = 0; i < paths.size(); ++i)
    table.rows.push_back({times.known ? Cell{fmt::format("{:.2f}", times.times[i])} : Cell{},
                          heap.sums[i].instances, heap.sums[i].self_size, paths[i]});
  return table;
}

// Of the classes that are shown.
Table HistoryTable(const std::vector<Series>& classes, const std::vector<uint32_t>& shown) {
  Table table{.name = "history",
              .fields = {{"name", "Name"},
                         {"dump", "Dump", Unit::kCount},
                         {"instances", "Instances", Unit::kCount},
                         {"self_size", "Self size", Unit::kBytes},
                         {"retained_size", "Retained size", Unit::kBytes}},
              .machine_only = true};
  for (const uint32_t i : shown) {
    for (size_t dump = 0; dump < classes[i].sums.size(); ++dump) {
      const ClassSums& sums = classes[i].sums[dump];
      table.rows.push_back(
          {classes[i].name, uint64_t{dump}, sums.instances, sums.self_size, sums.retained_size});
    }
  }
  table.total = table.rows.size();
  return table;
}

Result<Report> Run(const QueryInput& input) {
  const std::vector<std::string> paths = DumpPaths(input);
  NH_TRY(const DumpTimes times, FindDumpTimes(paths, input.arguments.Text("every")));
  Report report;
  ClassSeriesCollector collector(paths.size());
  ClassSeries whole{.name = "(whole heap)", .sums = {}};
  SuspectSeries suspects(paths.size());
  Survivors survivors(input, paths.size() - 1);
  const auto measure = [&](Session& dump) -> Result<void> {
    NH_CHECK(dump.Prepare(Need::kAll, input.progress));
    collector.Add(dump.analysis().classes);
    NH_CHECK(suspects.Add(dump, input.progress));
    if (!whole.sums.empty()) NH_CHECK(survivors.Add(dump));
    const uint64_t total = HeapTotal(dump);
    whole.sums.push_back({dump.graph().node_count(), total, total});
    return {};
  };
  NH_CHECK(VisitSeries(input, report, measure));
  const Series heap = Judged(std::move(whole), times);
  std::vector<ClassSeries> measured = collector.Take();
  Table stayed = survivors.ToTable(measured);
  std::vector<Series> classes;
  for (ClassSeries& series : measured) classes.push_back(Judged(std::move(series), times));

  Table table{.name = "classes", .fields = FieldsOf(times)};
  NH_TRY(const std::vector<uint32_t> shown, AddClasses(table, classes, input));
  report.tables.push_back(std::move(table));
  report.tables.push_back(suspects.ToTable(times));
  report.tables.push_back(std::move(stayed));
  report.tables.push_back(HeapTable(heap, paths, times));
  report.tables.push_back(HistoryTable(classes, shown));
  if (!times.known)
    report.notes.emplace_back(
        "When the dumps were taken is not known, so they count as evenly spaced; --every tells.");
  return report;
}

}  // namespace

constinit const QueryInfo kTrend = {
    .name = "trend",
    .summary = "say which classes keep growing over three dumps or more",
    .description =
        "Judges each class by its self size in each dump: growing (it rises nearly always), "
        "saturating (ever more slowly), shrinking, noisy (up and down) or stable (within 2 %). The "
        "rate is the median of the slopes between any two dumps. Rising counts the dumps at the "
        "end of the series each larger than the one before; memwatch calls 5 a leak. The dumps "
        "are given in the order in which they were taken; they may be of different processes, as "
        "classes are matched by name. Leak suspects are matched by fingerprint, and judged by what "
        "they retain. What came after the first dump and was in the last two is told by ids, which "
        "snapshots of one process share, else by numbers of objects.",
    .params = kParams,
    .examples = kExamples,
    .sorts = kSorts,
    .dumps = static_cast<int>(kMinSeries),
    .series = true,
    .run = &Run,
};

}  // namespace nodeheap
