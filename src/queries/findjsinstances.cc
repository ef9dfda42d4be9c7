// The instances of one class.
#include <fmt/format.h>

#include <algorithm>

#include "queries/inspect_core.h"
#include "queries/nodes.h"
#include "queries/object_properties.h"
#include "queries/paging.h"
#include "queries/params.h"
#include "queries/queries.h"
#include "session/process.h"
#include "v8/describe.h"

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
    {.name = "verbose",
     .short_name = 'v',
     .kind = ParamKind::kFlag,
     .help = "also show the objects with their properties, as inspect does (cores)"},
    kLengthParam,
    kFullStringParam,
    kPrintMapParam,
    {.name = "where",
     .short_name = 'w',
     .placeholder = "KEY=VALUE",
     .help = "only objects whose property KEY has this value, as print shows it"},
    kUnreachableParam,
};

constexpr Example kExamples[] = {
    {"app.heapsnapshot LeakingClass", "the largest instances"},
    {"app.heapsnapshot LeakingClass --offset 20", "the next page"},
    {"app.heapsnapshot Socket --sort distance", "those nearest to a root first"},
    {"core LeakingClass -v -n 3", "three instances with their properties"},
    {"core Request --where url=/login", "requests of this url"},
    {"core Request --unreachable", "those that nothing refers to any more"},
};

constexpr SortOption kSorts[] = {
    {"retained_size", true}, {"self_size", true}, {"distance", false}, {"id", false}};

constexpr v8::DescribeOptions kValue = {.max_string_units = 200};

Result<std::vector<uint32_t>> Instances(const Session& session,
                                        const std::vector<uint32_t>& classes,
                                        const Progress& progress) {
  const Analysis& analysis = session.analysis();
  std::vector<uint32_t> nodes;
  NH_CHECK(ForEachBelow(session.graph().node_count(), progress, [&](uint32_t i) {
    const bool member = std::ranges::find(classes, analysis.classes.of_node[i]) != classes.end();
    if (member && analysis.shallow_sizes[i] != 0) nodes.push_back(i);
  }));
  return nodes;
}

// Adds what inspect says of the objects of a core in one line, and, if asked, the objects in full.
Result<void> AddObjects(const QueryInput& input, const Session& session,
                        std::span<const uint32_t> nodes, Report& report) {
  NH_TRY(const v8::Heap* const heap, input.session.process()->WalkedHeap(input.progress));
  Table& table = report.tables.front();
  table.fields.push_back({"value", "Value", Unit::kText, Placement::kMachineOnly});
  std::vector<v8::Tagged> words;
  for (size_t i = 0; i < nodes.size(); ++i) {
    Cell& value = table.rows[i].emplace_back();
    const auto address = session.graph().address(NodeId{nodes[i]});
    if (!address) continue;  // V8 keeps it elsewhere
    words.push_back(v8::Tag(*address));
    value = v8::OneLine(v8::Describe(heap->runtime(), words.back(), kValue));
  }
  if (input.arguments.Flag("verbose"))
    report.tables.push_back(InspectAllInCore(*heap, words, input.arguments));
  return {};
}

Result<void> KeepMatching(const Session& session, const Process* process, const std::string& where,
                          const Progress& progress, std::vector<uint32_t>& nodes) {
  NH_TRY(const PropertyCondition condition, ParseCondition(where));
  NH_TRY(PropertyFinder finder, PropertyFinder::Create(session, process, condition.name, progress));
  std::vector<uint32_t> matching;
  NH_CHECK(ForEachBelow(nodes.size(), progress, [&](uint32_t i) {
    if (finder.Equals(NodeId{nodes[i]}, condition.value)) matching.push_back(nodes[i]);
  }));
  nodes = std::move(matching);
  return {};
}

// Of the session's objects; `process` has their values.
Result<Report> List(const QueryInput& input, Session& session, const Process* process) {
  NH_CHECK(session.Prepare(Need::kClasses, input.progress));
  NH_TRY(const auto classes, session.FindClass(*input.arguments.Text("type")));
  NH_TRY(std::vector<uint32_t> nodes, Instances(session, classes, input.progress));
  if (const auto where = input.arguments.Text("where"))
    NH_CHECK(KeepMatching(session, process, *where, input.progress, nodes));
  const Paging& paging = input.arguments.paging();
  const NodeColumns columns(session);
  Table table{.name = "instances", .fields = columns.Fields()};
  const auto compare = [&](uint32_t a, uint32_t b) {
    return CompareNodes(session, paging.sort, NodeId{a}, NodeId{b});
  };
  const auto row = [&](uint32_t node) { return columns.Cells(NodeId{node}); };
  NH_TRY(const auto shown, AddPage(table, std::move(nodes), paging, input.progress, compare, row));
  if (input.arguments.Flag("unreachable")) table.note = kUnreachableNote;
  Report report;
  if (!shown.empty()) {
    const std::string first = IdText(session.graph(), NodeId{shown.front()});
    report.next = {CommandFor(session, "inspect", first)};
    if (!input.arguments.Flag("unreachable"))
      report.next.push_back(CommandFor(session, "path", first));
  }
  report.tables.push_back(std::move(table));
  if (process != nullptr) NH_CHECK(AddObjects(input, session, shown, report));
  return report;
}

Result<Report> Run(const QueryInput& input) {
  const Process* const process = input.session.process();
  if (!input.arguments.Flag("unreachable")) return List(input, input.session, process);
  NH_TRY(Session garbage, input.session.Unreachable(input.progress));
  return List(input, garbage, process);
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
