// What grows over a series of dumps, and how: class by class, and the heap as a whole.
#include "analysis/trend.h"

#include <fmt/format.h>

#include <cmath>
#include <numeric>
#include <unordered_map>
#include <vector>

#include "queries/dump_times.h"
#include "queries/name_filter.h"
#include "queries/nodes.h"
#include "queries/paging.h"
#include "queries/queries.h"

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

struct Sums {
  uint64_t instances = 0;
  uint64_t self_size = 0;
  uint64_t retained_size = 0;
};

// A class, or all of them, in each dump.
struct Series {
  std::string name;
  std::vector<Sums> sums;
  Trend trend = {};

  int64_t Delta() const { return Difference(&Sums::instances); }
  int64_t SizeDelta() const { return Difference(&Sums::self_size); }
  int64_t RetainedDelta() const { return Difference(&Sums::retained_size); }

 private:
  int64_t Difference(uint64_t Sums::* part) const {
    return static_cast<int64_t>(sums.back().*part - sums.front().*part);
  }
};

// Classes are joined by name: the ids of scripts and objects differ from process to process.
class Collector {
 public:
  explicit Collector(size_t dumps) : dumps_(dumps) { heap_.sums.resize(dumps); }

  void Add(const Session& session) {
    for (const ClassInfo& info : session.analysis().classes.infos) {
      if (info.instances == 0) continue;
      Sums& sums = SeriesOf(info.name).sums[next_];
      sums.instances += info.instances;
      sums.self_size += info.self_size;
      sums.retained_size += info.retained_size;
    }
    const uint64_t total = HeapTotal(session);
    heap_.sums[next_++] = {session.graph().node_count(), total, total};
  }

  Series& heap() { return heap_; }
  std::vector<Series> TakeClasses() { return std::move(classes_); }

 private:
  Series& SeriesOf(const std::string& name) {
    const auto [at, added] = indexes_.try_emplace(name, classes_.size());
    if (added) classes_.push_back({.name = name, .sums = std::vector<Sums>(dumps_)});
    return classes_[at->second];
  }

  size_t dumps_;
  size_t next_ = 0;
  Series heap_{.name = "(whole heap)", .sums = {}};
  std::vector<Series> classes_;
  std::unordered_map<std::string, size_t> indexes_;
};

void FindTrendOf(Series& series, const DumpTimes& times) {
  std::vector<double> sizes;
  for (const Sums& sums : series.sums) sizes.push_back(static_cast<double>(sums.self_size));
  series.trend = FindTrend(sizes, times.times);
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
      const Sums& sums = classes[i].sums[dump];
      table.rows.push_back(
          {classes[i].name, uint64_t{dump}, sums.instances, sums.self_size, sums.retained_size});
    }
  }
  table.total = table.rows.size();
  return table;
}

Result<void> Add(Session& session, Progress& progress, Collector& collector) {
  NH_CHECK(session.LoadGraph(progress));
  NH_CHECK(session.Prepare(Need::kClasses, progress));
  collector.Add(session);
  return {};
}

// All but the first dump; with what each could not tell.
Result<void> AddLater(const QueryInput& input, Collector& collector, Report& report) {
  for (const std::string& path : input.later) {
    NH_TRY(Session session, input.open(path));
    NH_CHECK(Add(session, input.progress, collector));
    report.sources.push_back(session.source());
    const Health health = session.health();
    for (HealthEntry entry : health.entries()) {
      entry.detail = fmt::format("{}: {}", path, entry.detail);
      report.health.Add(std::move(entry));
    }
  }
  return {};
}

Result<Report> Run(const QueryInput& input) {
  std::vector<std::string> paths = {input.session.source().path};
  paths.insert(paths.end(), input.later.begin(), input.later.end());
  NH_TRY(const DumpTimes times, FindDumpTimes(paths, input.arguments.Text("every")));
  Report report;
  Collector collector(paths.size());
  NH_CHECK(Add(input.session, input.progress, collector));
  NH_CHECK(AddLater(input, collector, report));
  FindTrendOf(collector.heap(), times);
  std::vector<Series> classes = collector.TakeClasses();
  for (Series& series : classes) FindTrendOf(series, times);

  Table table{.name = "classes", .fields = FieldsOf(times)};
  NH_TRY(const std::vector<uint32_t> shown, AddClasses(table, classes, input));
  report.tables.push_back(std::move(table));
  report.tables.push_back(HeapTable(collector.heap(), paths, times));
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
        "classes are matched by name.",
    .params = kParams,
    .examples = kExamples,
    .sorts = kSorts,
    .dumps = static_cast<int>(kMinSeries),
    .series = true,
    .run = &Run,
};

}  // namespace nodeheap
