// The instances of one class.
#include <fmt/format.h>

#include <algorithm>

#include "queries/nodes.h"
#include "queries/paging.h"
#include "queries/queries.h"

namespace nodeheap {
namespace {

constexpr Param kParams[] = {
    {.name = "type",
     .positional = true,
     .required = true,
     .placeholder = "TYPE",
     .help = "a class as findjsobjects names it, such as LeakingClass or (string)"},
    {.name = "limit",
     .short_name = 'n',
     .kind = ParamKind::kInteger,
     .placeholder = "N",
     .help = "show at most N rows, 20 without this option; 0: all"},
};

constexpr Example kExamples[] = {
    {"app.heapsnapshot LeakingClass", "the largest instances"},
    {"app.heapsnapshot LeakingClass --offset 20", "the next page"},
    {"app.heapsnapshot Socket --sort distance", "those nearest to a root first"},
};

constexpr SortOption kSorts[] = {
    {"retained_size", true}, {"self_size", true}, {"distance", false}, {"id", false}};

Result<std::vector<uint32_t>> Instances(const QueryInput& input,
                                        const std::vector<uint32_t>& classes) {
  const Analysis& analysis = input.session.analysis();
  std::vector<uint32_t> nodes;
  NH_CHECK(ForEachBelow(input.session.graph().node_count(), input.progress, [&](uint32_t i) {
    const bool member = std::ranges::find(classes, analysis.classes.of_node[i]) != classes.end();
    if (member && analysis.shallow_sizes[i] != 0) nodes.push_back(i);
  }));
  return nodes;
}

Result<Report> Run(const QueryInput& input) {
  Session& session = input.session;
  NH_CHECK(session.Prepare(Need::kClasses, input.progress));
  NH_TRY(const auto classes, session.FindClass(*input.arguments.Text("type")));
  NH_TRY(std::vector<uint32_t> nodes, Instances(input, classes));
  const Paging& paging = input.arguments.paging();
  const NodeColumns columns(session);
  Table table{.name = "instances", .fields = columns.Fields()};
  const auto compare = [&](uint32_t a, uint32_t b) {
    return CompareNodes(session, paging.sort, NodeId{a}, NodeId{b});
  };
  const auto row = [&](uint32_t node) { return columns.Cells(NodeId{node}); };
  NH_TRY(const auto shown, AddPage(table, std::move(nodes), paging, input.progress, compare, row));
  Report report;
  if (!shown.empty()) {
    const std::string first = IdText(session.graph(), NodeId{shown.front()});
    report.next = {CommandFor(session, "inspect", first), CommandFor(session, "path", first)};
  }
  report.tables.push_back(std::move(table));
  return report;
}

}  // namespace

constinit const QueryInfo kFindJsInstances = {
    .name = "findjsinstances",
    .summary = "list the objects of one class",
    .description =
        "Lists the instances of a class with their sizes and ids, a page at a time. The "
        "ids are those that DevTools shows; inspect, findrefs and path take them.",
    .params = kParams,
    .examples = kExamples,
    .sorts = kSorts,
    .run = &Run,
};

}  // namespace nodeheap
