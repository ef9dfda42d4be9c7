// What the roots hold, step by step: DevTools' Containment.
#include <fmt/format.h>

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
     .default_value = "2"},
    {.name = "length",
     .short_name = 'l',
     .kind = ParamKind::kInteger,
     .placeholder = "N",
     .help = "show at most N references of each object, the largest first, or as --sort says; 0: "
             "all",
     .default_value = "10"},
    kTreeLimitParam,
};

constexpr Example kExamples[] = {
    {"app.heapsnapshot", "from the roots"},
    {"app.heapsnapshot @1234 --depth 3", "from one object"},
};

constexpr SortOption kSorts[] = {
    {"retained_size", true}, {"self_size", true}, {"distance", false}, {"id", false}};

Result<Report> Run(const QueryInput& input) {
  Session& session = input.session;
  const HeapGraph& graph = session.graph();
  NodeId start = graph.root();
  if (const auto text = input.arguments.Text("node")) {
    NH_TRY(start, session.FindNode(*text));
  }
  NH_CHECK(session.Prepare(Need::kDominators | Need::kDistances, input.progress));
  const NodeColumns columns(session, "Object");
  const TreeBuilder builder(input, columns, input.arguments.paging());
  const auto children = [&](NodeId node) {
    std::vector<TreeItem> items;
    for (uint32_t e = graph.first_edge(node); e < graph.end_edge(node); ++e)
      items.push_back({.node = graph.target(EdgeId{e}), .edge = EdgeId{e}});
    return items;
  };
  const auto row = [&](const TreeItem& item) {
    std::string name = ShortName(session, item.node);
    if (!item.edge) return columns.Cells(item.node, {}, std::move(name));
    return columns.Cells(item.node, EdgeLabel(graph, *item.edge),
                         fmt::format("{} = {}", ShownEdge(graph, *item.edge), name));
  };
  NH_TRY(Table tree, builder.Build("containment", start, children, row));
  Report report;
  report.tables.push_back(std::move(tree));
  return report;
}

}  // namespace

constinit const QueryInfo kContainment = {
    .name = "containment",
    .summary = "show what the roots, or an object, refer to",
    .description =
        "Shows the references from the root or from an object as a tree, those that "
        "retain most first. An object that was shown above is not opened again.",
    .params = kParams,
    .examples = kExamples,
    .sorts = kSorts,
    .run = &Run,
};

}  // namespace nodeheap
