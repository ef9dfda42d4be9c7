// The main job: one screen that says what a dump is, where its memory is, and where to look next.
#include "queries/analyze.h"

#include <fmt/format.h>

#include <algorithm>

#include "queries/memory.h"
#include "queries/nodes.h"
#include "queries/paging.h"
#include "queries/queries.h"
#include "queries/statistics.h"
#include "queries/suspects_table.h"

namespace nodeheap {
namespace {

constexpr Example kExamples[] = {
    {"app.heapsnapshot", "where to look first"},
    {"app.heapsnapshot --format json", "the same for programs"},
    {"app.heapsnapshot.zst", "compressed dumps are read as they are"},
};

constexpr Param kParams[] = {
    {.name = "limit",
     .kind = ParamKind::kInteger,
     .placeholder = "N",
     .help = "show at most N rows of each part, 3 or 5 without this option; 0: all"},
    {.name = "offset",
     .kind = ParamKind::kInteger,
     .placeholder = "N",
     .help = "leave out the first N rows of each part",
     .default_value = "0"},
};

constexpr SortOption kSorts[] = {
    {"retained_size", true, "and no other; each part has its own order", true}};

// Rows of each part that fit on a screen.
constexpr uint64_t kTopSuspects = 3;
constexpr uint64_t kTopDominators = 5;
constexpr uint64_t kTopClasses = 5;
constexpr uint64_t kTopStrings = 3;
constexpr uint64_t kMemoryKinds = 5;
constexpr double kWorthShowing = 0.01;  // of the heap, wasted by duplicate strings

// Names that V8 gives its own: "(system)", "system / Context".
bool IsBuiltIn(const ClassInfo& info) {
  return info.name.starts_with('(') || info.name.starts_with("system /") ||
         !std::holds_alternative<uint64_t>(DistanceCell(info.distance));
}

// The rows of a part: as many as its `few`, unless --limit says otherwise.
Paging PagingOfPart(const Arguments& arguments, uint64_t few) {
  Paging paging = arguments.paging();
  if (!arguments.Has("limit")) paging.limit = few;
  return paging;
}

Result<Table> TopClassesTable(const QueryInput& input, bool by_retained) {
  const std::vector<ClassInfo>& infos = input.session.analysis().classes.infos;
  std::vector<uint32_t> classes;
  for (uint32_t i = 0; i < infos.size(); ++i)
    if (infos[i].instances != 0 && !(by_retained && IsBuiltIn(infos[i]))) classes.push_back(i);
  Table table{
      .name = by_retained ? "classes_by_retained_size" : "classes_by_self_size",
      .title = by_retained ? "Classes of the program by retained size" : "All classes by self size",
      .fields = {{"instances", "Instances", Unit::kCount},
                 {"self_size", "Self size", Unit::kBytes},
                 {"retained_size", "Retained size", Unit::kBytes},
                 {"name", "Name"}}};
  const auto compare = [&](uint32_t a, uint32_t b) {
    return by_retained ? infos[a].retained_size <=> infos[b].retained_size
                       : infos[a].self_size <=> infos[b].self_size;
  };
  const auto row = [&](uint32_t i) {
    return Row{infos[i].instances, infos[i].self_size, infos[i].retained_size, infos[i].name};
  };
  NH_CHECK(AddPage(table, std::move(classes), PagingOfPart(input.arguments, kTopClasses),
                   input.progress, compare, row));
  return table;
}

Result<Table> DuplicatesTable(const QueryInput& input,
                              const std::vector<DuplicateString>& strings) {
  const Session& session = input.session;
  uint64_t wasted = 0;
  for (const DuplicateString& string : strings) wasted += Wasted(string);
  const uint64_t total = HeapTotal(session);
  Table table{.name = "duplicate_strings",
              .fields = {{"wasted_size", "Wasted", Unit::kBytes},
                         {"instances", "Copies", Unit::kCount},
                         {"id", "Sample", Unit::kObjectId},
                         {"name", "String"}}};
  const double share = total == 0 ? 0 : static_cast<double>(wasted) / static_cast<double>(total);
  table.title = fmt::format("Duplicate strings waste {:.1f} % of the heap", 100 * share);
  table.machine_only = share < kWorthShowing;
  const auto compare = [&](uint32_t a, uint32_t b) {
    return Wasted(strings[a]) <=> Wasted(strings[b]);
  };
  const auto row = [&](uint32_t i) {
    const NodeId sample = strings[i].nodes.front();
    return Row{Wasted(strings[i]), uint64_t{strings[i].nodes.size()},
               IdText(session.graph(), sample), NodeName(session, sample)};
  };
  NH_CHECK(AddPage(table, strings.size(), PagingOfPart(input.arguments, kTopStrings),
                   input.progress, compare, row));
  return table;
}

std::vector<std::string> NextCommands(const Session& session, const std::vector<Suspect>& suspects,
                                      const std::vector<NodeId>& dominators) {
  std::vector<std::string> next;
  if (!suspects.empty()) {
    const Suspect& first = suspects.front();
    next.push_back(CommandFor(session, "path", IdText(session.graph(), first.holder) + " -n 3"));
    next.push_back(CommandFor(session, "inspect", IdText(session.graph(), first.sample)));
  } else if (!dominators.empty()) {
    const std::string id = IdText(session.graph(), dominators.front());
    next.push_back(CommandFor(session, "inspect", id));
    next.push_back(CommandFor(session, "path", id + " -n 3"));
  }
  next.push_back(CommandFor(session, "findjsobjects", "-d"));
  return next;
}

Result<Report> Run(const QueryInput& input) {
  Session& session = input.session;
  NH_CHECK(session.Prepare(Need::kAll, input.progress));
  NH_TRY(const RootPaths paths, RootPaths::Compute(session.graph(), input.progress));
  const Paging few = PagingOfPart(input.arguments, kTopDominators);
  NH_CHECK(CheckCancelled(input.progress));
  NH_TRY(const std::vector<DuplicateString> strings,
         FindDuplicateStrings(session.graph(), session.analysis(), input.progress));
  NH_TRY(const std::vector<Suspect> suspects, FindSuspectsIn(session, input.progress, &strings));
  NH_CHECK(CheckCancelled(input.progress));
  const auto dominators = FindBigDominators(session, paths, few);
  NH_TRY(Table by_retained, TopClassesTable(input, true));
  NH_TRY(Table by_self, TopClassesTable(input, false));
  NH_TRY(Table duplicates, DuplicatesTable(input, strings));
  Report report;
  report.tables.push_back(DumpTable(session));
  if (const Process* const process = session.process())
    for (Table& table : ProcessTables(*process)) report.tables.push_back(std::move(table));
  report.tables.push_back(
      SuspectsTable(session, suspects, PagingOfPart(input.arguments, kTopSuspects)));
  report.tables.push_back(BigDominatorsTable(session, paths, dominators, few));
  report.tables.push_back(std::move(by_retained));
  report.tables.push_back(std::move(by_self));
  if (Process* const process = session.process()) {
    NH_TRY(Table memory, ProcessMemoryTable(*process, input.progress));
    CutRows(memory, PagingOfPart(input.arguments, kMemoryKinds));
    report.tables.push_back(std::move(memory));
  }
  report.tables.push_back(std::move(duplicates));
  report.tables.push_back(StatisticsTable(session));
  report.tables.back().machine_only = true;
  report.next = NextCommands(session, suspects, dominators);
  return report;
}

}  // namespace

constinit const QueryInfo kAnalyze = {
    .name = "analyze",
    .summary = "say on one screen where the memory is and where to look",
    .description =
        "Says what the dump is, what looks like a leak (see suspects), which objects keep most "
        "memory alive and by which path, which classes are largest, and what to run next.",
    .params = kParams,
    .examples = kExamples,
    .sorts = kSorts,
    .run = &Run,
};

}  // namespace nodeheap
