// Strings: the largest, or those that are stored more than once.

#include "queries/nodes.h"
#include "queries/paging.h"
#include "queries/queries.h"

namespace nodeheap {
namespace {

constexpr Param kParams[] = {
    {.name = "duplicates",
     .short_name = 'd',
     .kind = ParamKind::kFlag,
     .help = "equal strings that are stored more than once, with what the copies waste"},
};

constexpr Example kExamples[] = {
    {"app.heapsnapshot", "the largest strings"},
    {"app.heapsnapshot --duplicates", "the most wasteful duplicates"},
    {"app.heapsnapshot --duplicates --sort instances", "those with most copies"},
};

constexpr SortOption kSorts[] = {
    {"retained_size", true},
    {"self_size", true},
    {"instances", true, "only with --duplicates"},
    {"wasted_size", true, "only with --duplicates, and the default there"}};

Result<Table> Largest(const QueryInput& input) {
  const Session& session = input.session;
  const Paging& paging = input.arguments.paging();
  std::vector<uint32_t> nodes;
  NH_CHECK(ForEachBelow(session.graph().node_count(), input.progress, [&](uint32_t i) {
    if (IsString(session.graph().type(NodeId{i}))) nodes.push_back(i);
  }));
  const NodeColumns columns(session);
  Table table{.name = "strings", .fields = columns.Fields()};
  const auto compare = [&](uint32_t a, uint32_t b) {
    return CompareNodes(session, paging.sort, NodeId{a}, NodeId{b});
  };
  const auto row = [&](uint32_t node) { return columns.Cells(NodeId{node}); };
  NH_CHECK(AddPage(table, std::move(nodes), paging, input.progress, compare, row));
  return table;
}

std::weak_ordering Compare(const DuplicateString& a, const DuplicateString& b,
                           std::string_view key) {
  if (key == "instances") return a.nodes.size() <=> b.nodes.size();
  if (key == "self_size") return a.self_size <=> b.self_size;
  if (key == "retained_size") return a.retained_size <=> b.retained_size;
  return Wasted(a) <=> Wasted(b);
}

Result<Table> Duplicates(const QueryInput& input) {
  const Session& session = input.session;
  Paging paging = input.arguments.paging();
  if (!input.arguments.Text("sort")) paging.sort = "wasted_size";
  NH_TRY(const auto strings,
         FindDuplicateStrings(session.graph(), session.analysis(), input.progress));
  Table table{.name = "duplicate_strings",
              .fields = {{"instances", "Copies", Unit::kCount},
                         {"self_size", "Self size", Unit::kBytes},
                         {"wasted_size", "Wasted", Unit::kBytes},
                         {"retained_size", "Retained size", Unit::kBytes},
                         {"id", "Sample", Unit::kObjectId},
                         {"name", "String"}}};
  const auto compare = [&](uint32_t a, uint32_t b) {
    return Compare(strings[a], strings[b], paging.sort);
  };
  const auto row = [&](uint32_t i) {
    const DuplicateString& string = strings[i];
    return Row{uint64_t{string.nodes.size()},
               string.self_size,
               Wasted(string),
               string.retained_size,
               IdText(session.graph(), string.nodes.front()),
               NodeName(session, string.nodes.front())};
  };
  NH_CHECK(AddPage(table, strings.size(), paging, input.progress, compare, row));
  return table;
}

Result<Report> Run(const QueryInput& input) {
  const bool duplicates = input.arguments.Flag("duplicates");
  const std::string& key = input.arguments.paging().sort;
  if (!duplicates && (key == "instances" || key == "wasted_size")) {
    return std::unexpected(Error{.code = ErrorCode::kInvalidArgument,
                                 .message = "strings cannot be sorted by \"" + key + "\"",
                                 .hint = "add --duplicates, or use retained_size or self_size"});
  }
  NH_CHECK(input.session.Prepare(Need::kDominators, input.progress));
  NH_TRY(Table table, duplicates ? Duplicates(input) : Largest(input));
  Report report;
  report.tables.push_back(std::move(table));
  return report;
}

}  // namespace

constinit const QueryInfo kStrings = {
    .name = "strings",
    .summary = "list the largest strings, or those stored more than once",
    .description =
        "Lists strings, those first that retain most; with --duplicates, those first whose copies "
        "waste most. V8 cuts what it writes of a string, as a rule after 1024 "
        "characters; sizes are those of the whole string. Strings of which only the beginning is "
        "known count as equal if their sizes are equal, too.",
    .params = kParams,
    .examples = kExamples,
    .sorts = kSorts,
    .run = &Run,
};

}  // namespace nodeheap
