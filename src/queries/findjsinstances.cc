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
};

constexpr Example kExamples[] = {
    {"app.heapsnapshot LeakingClass", "the largest instances"},
    {"app.heapsnapshot LeakingClass --offset 20", "the next page"},
    {"app.heapsnapshot Socket --sort distance", "those nearest to a root first"},
};

constexpr SortOption kSorts[] = {
    {"retained_size", true}, {"self_size", true}, {"distance", false}, {"id", false}};

std::vector<uint32_t> Instances(const Session& session, const std::vector<uint32_t>& classes) {
  const Analysis& analysis = session.analysis();
  std::vector<uint32_t> nodes;
  for (uint32_t i = 0; i < session.graph().node_count(); ++i) {
    const bool member = std::ranges::find(classes, analysis.classes.of_node[i]) != classes.end();
    if (member && analysis.shallow_sizes[i] != 0) nodes.push_back(i);
  }
  return nodes;
}

std::weak_ordering CompareNodes(const Session& session, std::string_view key, uint32_t a,
                                uint32_t b) {
  const Analysis& analysis = session.analysis();
  const auto by = [a, b](const auto& column) { return column[a] <=> column[b]; };
  if (key == "self_size") return by(analysis.shallow_sizes);
  if (key == "id") return by(session.graph().columns().node_ids);
  if (key == "distance")
    return OrderedDistance(analysis.distances[a]) <=> OrderedDistance(analysis.distances[b]);
  return by(analysis.retained_sizes);
}

Result<Report> Run(const QueryInput& input) {
  Session& session = input.session;
  NH_CHECK(session.Prepare(Need::kClasses, input.progress));
  NH_TRY(const auto classes, session.FindClass(*input.arguments.Text("type")));
  std::vector<uint32_t> nodes = Instances(session, classes);
  const Paging& paging = input.arguments.paging();
  const NodeColumns columns(session);
  Table table{.name = "instances", .fields = columns.Fields()};
  SetPage(table, paging, nodes.size());
  const auto compare = [&](uint32_t a, uint32_t b) {
    return CompareNodes(session, paging.sort, a, b);
  };
  const auto shown = SelectPage(std::move(nodes), paging, compare);
  for (const uint32_t node : shown) table.rows.push_back(columns.Cells(NodeId{node}));
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
