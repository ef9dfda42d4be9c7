// Why an object is alive: paths to it from the root.
#include <fmt/format.h>

#include <algorithm>

#include "queries/nodes.h"
#include "queries/params.h"
#include "queries/queries.h"
#include "queries/root_paths.h"

namespace nodeheap {
namespace {

constexpr Param kParams[] = {
    kNodeParam,
    {.name = "number",
     .short_name = 'n',
     .kind = ParamKind::kInteger,
     .placeholder = "N",
     .help = "how many further paths to show below the shortest; none without this option",
     .default_value = "0"},
};

constexpr Example kExamples[] = {
    {"app.heapsnapshot @1234", "the shortest path from a root"},
    {"app.heapsnapshot @1234 -n 4", "and the four next"},
};

constexpr uint64_t kMaxPaths = 1000;

Table PathsTable(const Session& session, const PathList& list) {
  const HeapGraph& graph = session.graph();
  const NodeColumns columns(session, "Held by");
  Table table{.name = "paths", .fields = columns.Fields()};
  table.fields.insert(table.fields.begin(), Field{"path", "Path", Unit::kCount});
  for (size_t number = 0; number < list.paths.size(); ++number) {
    uint32_t depth = 0;
    for (const EdgeId edge : list.paths[number]) {
      const NodeId node = graph.target(edge);
      std::string text = ShortName(session, node);
      if (graph.type(graph.source(edge)) != NodeType::kSynthetic)
        text = fmt::format("{} = {}", ShownEdge(graph, edge), text);
      Row row = columns.Cells(node, EdgeLabel(graph, edge), std::move(text));
      row.insert(row.begin(), uint64_t{number + 1});
      table.rows.push_back(std::move(row));
      table.depths.push_back(depth++);
    }
  }
  table.total = table.rows.size();
  return table;
}

// Why there are fewer paths than were asked for.
std::string NoteOnFewer(const Session& session, const PathList& list) {
  const bool complete = session.graph().health().complete();
  if (!list.paths.empty()) {
    return fmt::format("{} found{}{}.",
                       list.paths.size() == 1 ? "No further path was" : "No more paths were",
                       list.stopped ? " within the bounds of the search" : "",
                       complete ? "" : "; the dump is incomplete, and others may be missing");
  }
  if (!complete) {
    return "No path from the root to this object was found, but the dump is incomplete: a "
           "reference "
           "on the way may be among what is missing. This does not mean that the object was "
           "garbage.";
  }
  return "No path from the root leads to this object, save over weak references: it was garbage, "
         "or "
         "about to be, when the dump was taken.";
}

Result<Report> Run(const QueryInput& input) {
  Session& session = input.session;
  NH_TRY(const NodeId node, session.FindNode(*input.arguments.Text("node")));
  const uint64_t further = std::min(input.arguments.Integer("number"), kMaxPaths);
  const Need names = Need::kShallowSizes | Need::kNames;
  NH_CHECK(session.Prepare(further == 0 ? names : names | Need::kRetainers, input.progress));
  NH_TRY(const RootPaths shortest, RootPaths::Compute(session.graph(), input.progress));
  PathList list;
  if (further == 0) {
    if (shortest.Reaches(node)) list.paths.push_back(shortest.Shortest(session.graph(), node));
  } else {
    list = ShortestPaths(session, shortest, node, further + 1);
    // The search for further paths is bounded; the shortest is known in any case.
    if (list.paths.empty() && shortest.Reaches(node))
      list.paths.push_back(shortest.Shortest(session.graph(), node));
  }
  Report report;
  report.tables.push_back(PathsTable(session, list));
  if (list.paths.size() <= further) report.notes.push_back(NoteOnFewer(session, list));
  return report;
}

}  // namespace

constinit const QueryInfo kPath = {
    .name = "path",
    .summary = "show why an object is alive: the shortest path from a root",
    .description =
        "Shows the shortest path from the root to an object; with -n also the next shortest ones "
        "that pass other objects. Weak references keep nothing alive and are left out.",
    .params = kParams,
    .examples = kExamples,
    .run = &Run,
};

}  // namespace nodeheap
