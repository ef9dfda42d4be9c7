// DevTools' Comparison: what a later dump of the same process has more and less.
#include <numeric>

#include "base/text.h"
#include "queries/paging.h"
#include "queries/queries.h"

namespace nodeheap {
namespace {

constexpr Param kParams[] = {
    {.name = "name",
     .short_name = 'n',
     .kind = ParamKind::kText,
     .placeholder = "TEXT",
     .help = "only classes whose name contains TEXT, in any case"},
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

Table ClassesTable(const std::vector<ClassDiff>& diffs, const Arguments& arguments) {
  const Paging& paging = arguments.paging();
  const std::string wanted = AsciiLower(arguments.Text("name").value_or(""));
  std::vector<uint32_t> matching;
  for (uint32_t i = 0; i < diffs.size(); ++i)
    if (AsciiLower(diffs[i].name).find(wanted) != std::string::npos) matching.push_back(i);
  Table table{.name = "classes",

              .fields = {{"added", "New", Unit::kCount},
                         {"removed", "Deleted", Unit::kCount},
                         {"delta", "Delta", Unit::kSignedCount},
                         {"added_size", "Alloc. size", Unit::kBytes},
                         {"removed_size", "Freed size", Unit::kBytes},
                         {"size_delta", "Size delta", Unit::kSignedBytes},
                         {"name", "Name"}}};
  SetPage(table, paging, matching.size());
  const auto compare = [&](uint32_t a, uint32_t b) {
    return CompareBy(diffs[a], diffs[b], paging.sort);
  };
  for (const uint32_t i : SelectPage(std::move(matching), paging, compare)) {
    const ClassDiff& diff = diffs[i];
    table.rows.push_back({uint64_t{diff.added.size()}, uint64_t{diff.removed.size()}, Delta(diff),
                          diff.added_size, diff.removed_size, SizeDelta(diff), diff.name});
  }
  return table;
}

Table TotalsTable(const Session& before, const Session& after,
                  const std::vector<ClassDiff>& diffs) {
  uint64_t added = 0;
  uint64_t removed = 0;
  for (const ClassDiff& diff : diffs) {
    added += diff.added.size();
    removed += diff.removed.size();
  }
  const auto size = [](const Session& session) {
    return session.analysis().retained_sizes[Index(session.graph().root())];
  };
  Table table{.name = "totals",
              .title = "Totals",
              .layout = Layout::kDetails,
              .fields = {{"before_nodes", "Nodes before", Unit::kCount},
                         {"before_size", "Size before", Unit::kBytes},
                         {"after_nodes", "Nodes after", Unit::kCount},
                         {"after_size", "Size after", Unit::kBytes},
                         {"added", "Objects new", Unit::kCount},
                         {"removed", "Objects deleted", Unit::kCount},
                         {"size_delta", "Growth", Unit::kSignedBytes}},
              .total = 1};
  table.rows.push_back({uint64_t{before.graph().node_count()}, size(before),
                        uint64_t{after.graph().node_count()}, size(after), added, removed,
                        Difference(size(after), size(before))});
  return table;
}

Result<Report> Run(const QueryInput& input) {
  Session& before = input.session;
  Session& after = *input.second;
  NH_CHECK(before.Prepare(Need::kClasses, input.progress));
  NH_CHECK(after.Prepare(Need::kClasses, input.progress));
  const std::vector<ClassDiff> diffs =
      Compare(before.graph(), before.analysis(), after.graph(), after.analysis());
  Report report;
  report.tables.push_back(ClassesTable(diffs, input.arguments));
  report.tables.push_back(TotalsTable(before, after, diffs));
  return report;
}

}  // namespace

constinit const QueryInfo kDiff = {
    .name = "diff",
    .summary = "compare two dumps of one process",
    .description =
        "Shows which objects the later dump has that the earlier had not, and the reverse, "
        "by class, as DevTools' Comparison does. Objects are told apart by their ids, "
        "which stay the same within one process only.",
    .params = kParams,
    .examples = kExamples,
    .sorts = kSorts,
    .dumps = 2,
    .run = &Run,
};

}  // namespace nodeheap
