// DevTools' Comparison: what a later dump of the same process has more and less.
#include <algorithm>
#include <functional>
#include <vector>

#include "base/parallel.h"
#include "queries/match_dumps.h"
#include "queries/name_filter.h"
#include "queries/nodes.h"
#include "queries/paging.h"
#include "queries/placed_names.h"
#include "queries/queries.h"
#include "queries/root_paths.h"
#include "queries/suspects_table.h"
#include "suspects/root_path.h"

namespace nodeheap {
namespace {

constexpr Param kParams[] = {
    kClassNameParam,
};

constexpr Example kExamples[] = {
    {"before.heapsnapshot after.heapsnapshot", "the classes that grew most"},
    {"before.heapsnapshot after.heapsnapshot --sort delta", "by the number of objects"},
    {"before.heapsnapshot after.heapsnapshot --format memwatch", "as memwatch's HeapDiff"},
};

constexpr SortOption kSorts[] = {{"size_delta", true}, {"delta", true},      {"added", true},
                                 {"removed", true},    {"added_size", true}, {"removed_size", true},
                                 {"name", false}};

int64_t Difference(uint64_t a, uint64_t b) { return static_cast<int64_t>(a - b); }

int64_t Delta(const ClassDiff& diff) { return Difference(diff.added.size(), diff.removed.size()); }
int64_t SizeDelta(const ClassDiff& diff) { return Difference(diff.added_size, diff.removed_size); }

std::weak_ordering CompareBy(const ClassDiff& a, const ClassDiff& b, std::string_view key) {
  if (key == "delta") return Delta(a) <=> Delta(b);
  if (key == "added") return a.added.size() <=> b.added.size();
  if (key == "removed") return a.removed.size() <=> b.removed.size();
  if (key == "added_size") return a.added_size <=> b.added_size;
  if (key == "removed_size") return a.removed_size <=> b.removed_size;
  if (key == "name") return a.name <=> b.name;
  return SizeDelta(a) <=> SizeDelta(b);
}

Result<Table> ClassesTable(const std::vector<ClassDiff>& diffs, const QueryInput& input) {
  const Session& after = *input.second;
  const Paging& paging = input.arguments.paging();
  const NameFilter filter(input.arguments, "name");
  std::vector<uint32_t> matching;
  PlacedNames names(after);
  for (uint32_t i = 0; i < diffs.size(); ++i) {
    if (!filter.Matches(diffs[i].name)) continue;
    matching.push_back(i);
    names.Add(diffs[i].name, diffs[i].location);
  }
  Table table{.name = "classes",
              .fields = {{"added", "New", Unit::kCount},
                         {"removed", "Deleted", Unit::kCount},
                         {"delta", "Delta", Unit::kSignedCount},
                         {"added_size", "Alloc. size", Unit::kBytes},
                         {"removed_size", "Freed size", Unit::kBytes},
                         {"size_delta", "Size delta", Unit::kSignedBytes},
                         {"location", "Location", Unit::kText, Placement::kMachineOnly},
                         {"name", "Name", Unit::kText, Placement::kMachineOnly},
                         {"label", "Name", Unit::kText, Placement::kTextOnly}}};
  const auto compare = [&](uint32_t a, uint32_t b) {
    return CompareBy(diffs[a], diffs[b], paging.sort);
  };
  const auto row = [&](uint32_t i) {
    const ClassDiff& diff = diffs[i];
    return Row{uint64_t{diff.added.size()},
               uint64_t{diff.removed.size()},
               Delta(diff),
               diff.added_size,
               diff.removed_size,
               SizeDelta(diff),
               LocationCell(after, diff.location),
               diff.name,
               names.Label(diff.name, diff.location)};
  };
  NH_CHECK(AddPage(table, std::move(matching), paging, input.progress, compare, row));
  return table;
}

std::string_view Name(MatchBy match) {
  switch (match) {
    case MatchBy::kId:
      return "id";
    case MatchBy::kAddress:
      return "address";
    case MatchBy::kSize:
      break;
  }
  return "class and size";
}

Table TotalsTable(const Session& before, const Session& after, MatchBy match,
                  const std::vector<ClassDiff>& diffs) {
  uint64_t added = 0;
  uint64_t removed = 0;
  for (const ClassDiff& diff : diffs) {
    added += diff.added.size();
    removed += diff.removed.size();
  }
  Table table{.name = "totals",
              .title = "Totals",
              .layout = Layout::kDetails,
              .fields = {{"before_nodes", "Nodes before", Unit::kCount},
                         {"before_size", "Size before", Unit::kBytes},
                         {"after_nodes", "Nodes after", Unit::kCount},
                         {"after_size", "Size after", Unit::kBytes},
                         {"added", "Objects new", Unit::kCount},
                         {"removed", "Objects deleted", Unit::kCount},
                         {"size_delta", "Growth", Unit::kSignedBytes},
                         {"matched_by", "Matched by"}},
              .total = 1};
  table.rows.push_back({uint64_t{before.graph().node_count()}, HeapTotal(before),
                        uint64_t{after.graph().node_count()}, HeapTotal(after), added, removed,
                        Difference(HeapTotal(after), HeapTotal(before)), std::string(Name(match))});
  return table;
}

// The program's classes that grew most, all with what `--name` asks for.
std::vector<const ClassDiff*> GrownClasses(const HeapGraph& after,
                                           const std::vector<ClassDiff>& diffs,
                                           const QueryInput& input) {
  constexpr size_t kClasses = 5;
  const NameFilter filter(input.arguments, "name");
  const bool is_named = input.arguments.Has("name");
  std::vector<const ClassDiff*> grown;
  for (const ClassDiff& diff : diffs)
    if (SizeDelta(diff) > 0 && filter.Matches(diff.name) &&
        (is_named || IsOfProgram(after.type(diff.added.front()))))
      grown.push_back(&diff);
  std::ranges::stable_sort(grown, std::greater<>{},
                           [](const ClassDiff* diff) { return SizeDelta(*diff); });
  if (grown.size() > kClasses) grown.resize(kClasses);
  return grown;
}

// What holds one of the new objects of each: neither the first nor the last, which are special more
// often.
Table GrowthTable(const std::vector<ClassDiff>& diffs, const QueryInput& input) {
  const Session& after = *input.second;
  const HeapGraph& graph = after.graph();
  Table table{.name = "growth",
              .title = "What grew most, and what holds one of the new objects",
              .fields = {{"delta", "Delta", Unit::kSignedCount},
                         {"size_delta", "Size delta", Unit::kSignedBytes},
                         {"id", "Sample", Unit::kObjectId},
                         {"name", "Name"},
                         {"path", "held by", Unit::kText, Placement::kOwnLine}}};
  for (const ClassDiff* diff : GrownClasses(graph, diffs, input)) {
    const NodeId sample = diff->added[diff->added.size() / 2];
    const auto path = suspects::FindNamedPath(graph, after.analysis(), sample);
    table.rows.push_back({Delta(*diff), SizeDelta(*diff), IdText(graph, sample), diff->name,
                          PathText(after, path.edges)});
  }
  table.total = table.rows.size();
  table.machine_only = table.rows.empty();
  return table;
}

// Asks both at the same time: each alone leaves one of two threads idle for a third of the time.
template <typename Dump, typename Question>
auto OfBoth(Dump& before, Dump& after, const Question& question) {
  return RunBoth(
      ThreadCount(after.options().threads), [&] { return question(before); },
      [&] { return question(after); });
}

// What looks like a leak in the later dump, and did not in the earlier.
Result<Table> NewSuspectsTable(const Session& before, const Session& after,
                               const Progress& progress) {
  auto [before_suspects, after_suspects] =
      OfBoth(before, after, [&](const Session& dump) { return FindSuspectsIn(dump, progress); });
  NH_TRY(const std::vector<Suspect> known, std::move(before_suspects));
  NH_TRY(std::vector<Suspect> found, std::move(after_suspects));
  std::erase_if(found, [&](const Suspect& suspect) {
    return std::ranges::find(known, suspect.fingerprint, &Suspect::fingerprint) != known.end();
  });
  Table table = SuspectsTable(after, found, {.limit = 0});
  table.name = "new_suspects";
  table.title = "New leak suspects: none before has their fingerprint";
  table.machine_only = found.empty();
  return table;
}

Result<Report> Run(const QueryInput& input) {
  Session& before = input.session;
  Session& after = *input.second;
  const auto [first, second] = OfBoth(
      before, after, [&](Session& dump) { return dump.Prepare(Need::kAll, input.progress); });
  NH_CHECK(first);
  NH_CHECK(second);
  const MatchBy match = HowToMatch(before, after);
  NH_TRY(const std::vector<ClassDiff> diffs,
         Compare(before.graph(), before.analysis(), after.graph(), after.analysis(), match,
                 input.progress, after.options().threads));
  NH_TRY(Table classes, ClassesTable(diffs, input));
  Report report;
  report.tables.push_back(std::move(classes));
  NH_TRY(Table suspects, NewSuspectsTable(before, after, input.progress));
  report.tables.push_back(TotalsTable(before, after, match, diffs));
  report.tables.push_back(GrowthTable(diffs, input));
  report.tables.push_back(std::move(suspects));
  if (match == MatchBy::kSize)
    report.notes.emplace_back(
        "These seem to be dumps of different processes, or of a core whose objects V8 had not "
        "numbered: of each class, as many objects were taken for the same as have the same size.");
  if (match == MatchBy::kAddress)
    report.notes.emplace_back(
        "Objects were matched by address: what the garbage collector moved between the two cores "
        "counts as deleted and new.");
  return report;
}

}  // namespace

constinit const QueryInfo kDiff = {
    .name = "diff",
    .summary = "compare two dumps of one process",
    .description =
        "Shows which objects the later dump has that the earlier had not, and the reverse, "
        "by class, as DevTools' Comparison does. Objects are told apart by their ids, "
        "which stay the same within one process only; in two cores of one process by their "
        "addresses. Where neither tells, as between two processes, objects of one class and size "
        "are taken for the same.",
    .params = kParams,
    .examples = kExamples,
    .sorts = kSorts,
    .dumps = 2,
    .run = &Run,
};

}  // namespace nodeheap
