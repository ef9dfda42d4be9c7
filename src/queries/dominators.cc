// The dominator tree: who alone keeps how much alive.
#include <fmt/format.h>

#include "base/text.h"
#include "queries/nodes.h"
#include "queries/params.h"
#include "queries/queries.h"
#include "queries/tree.h"

namespace nodeheap {
namespace {

constexpr Param kParams[] = {
    kStartParam,
    {.name = "depth",
     .short_name = 'd',
     .kind = ParamKind::kInteger,
     .placeholder = "N",
     .help = "how many levels to show",
     .default_value = "5"},
    {.name = "min-share",
     .kind = ParamKind::kShare,
     .placeholder = "SHARE",
     .help = "leave out what retains less than this share of the heap",
     .default_value = "1%"},
    {.name = "length",
     .short_name = 'l',
     .kind = ParamKind::kInteger,
     .placeholder = "N",
     .help = "show at most N children of each object, the largest first, or as --sort says; 0: all",
     .default_value = "10"},
    kTreeLimitParam,
};

constexpr Example kExamples[] = {
    {"app.heapsnapshot", "the largest, from the root"},
    {"app.heapsnapshot --depth 20 --min-share 10%", "only what holds a tenth of the heap"},
    {"app.heapsnapshot @1234 --depth 2 --min-share 0", "what one object keeps alive"},
};

constexpr SortOption kSorts[] = {{"retained_size", true}, {"self_size", true}, {"id", false}};

std::string DescribeRest(std::span<const TreeItem> rest, const RetainedSizeColumn& retained) {
  uint64_t bytes = 0;
  for (const TreeItem& item : rest) bytes += retained[Index(item.node)];
  return fmt::format("{}, together {}", MoreText(rest.size()), HumanSize(bytes));
}

// Puts a share of the heap in front of each row.
void AddShares(Table& table, uint64_t total) {
  size_t retained = 0;
  while (table.fields[retained].key != "retained_size") ++retained;
  table.fields.insert(table.fields.begin(), Field{"share", "Share", Unit::kShare});
  for (Row& row : table.rows) {
    Cell share;
    if (const auto* bytes = std::get_if<uint64_t>(&row[retained])) share = ShareOf(*bytes, total);
    row.insert(row.begin(), share);
  }
}

Result<Report> Run(const QueryInput& input) {
  Session& session = input.session;
  NodeId start = session.graph().root();
  if (const auto text = input.arguments.Text("node")) {
    NH_TRY(start, session.FindNode(*text));
  }
  NH_CHECK(session.Prepare(Need::kDominators, input.progress));
  const RetainedSizeColumn& retained = session.analysis().retained_sizes;
  const uint64_t total = HeapTotal(session);
  const auto least =
      static_cast<uint64_t>(input.arguments.Share("min-share") * static_cast<double>(total));
  const NodeColumns columns(session, "Object");
  const DominatorTree dominators(session.graph(), session.analysis());
  TreeBuilder builder(input, columns, input.arguments.paging());
  builder.worth_showing = [&](NodeId node) { return retained[Index(node)] >= least; };
  builder.describe_rest = [&](auto rest) { return DescribeRest(rest, retained); };
  const auto children = [&](NodeId node) {
    std::vector<TreeItem> items;
    for (const uint32_t child : dominators.Children(node)) items.push_back({.node = NodeId{child}});
    return items;
  };
  const auto row = [&](const TreeItem& item) {
    return columns.Cells(item.node, {}, ShortName(session, item.node));
  };
  NH_TRY(Table tree, builder.Build("dominators", start, children, row));
  AddShares(tree, total);
  Report report;
  report.tables.push_back(std::move(tree));
  return report;
}

}  // namespace

constinit const QueryInfo kDominators = {
    .name = "dominators",
    .summary = "show which objects keep the most memory alive",
    .description =
        "Shows the dominator tree: below each object stands what would be freed with it, "
        "because every path from a root leads through it. Retained size is all that hangs "
        "below an object, with itself.",
    .params = kParams,
    .examples = kExamples,
    .sorts = kSorts,
    .run = &Run,
};

}  // namespace nodeheap
