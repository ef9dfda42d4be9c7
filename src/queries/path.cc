// Why an object is alive: paths to it from the root.
#include <fmt/format.h>

#include <algorithm>

#include "queries/nodes.h"
#include "queries/paging.h"
#include "queries/params.h"
#include "queries/queries.h"
#include "queries/root_paths.h"
#include "queries/root_reasons.h"

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
    {.name = "limit",
     .kind = ParamKind::kInteger,
     .placeholder = "N",
     .help = "show at most N steps; without this option and --offset, of a path of more than 50 "
             "steps the first 25 and the last 25; 0: all"},
};

constexpr Example kExamples[] = {
    {"app.heapsnapshot @1234", "the shortest path from a root"},
    {"app.heapsnapshot @1234 -n 4", "and the four next"},
};

constexpr SortOption kSorts[] = {{"length", false, "of the paths"}};

constexpr uint64_t kMaxPaths = 1000;
constexpr uint64_t kShownEnd = 25;  // steps at each end of a long path

Row StepRow(const Session& session, const NodeColumns& columns, uint64_t path, EdgeId edge) {
  const HeapGraph& graph = session.graph();
  const NodeId node = graph.target(edge);
  std::string text = ShortName(session, node);
  if (graph.type(graph.source(edge)) != NodeType::kSynthetic)
    text = fmt::format("{} = {}", ShownEdge(graph, edge), text);
  Row row = columns.Cells(node, EdgeLabel(graph, edge), std::move(text));
  row.insert(row.begin(), path);
  return row;
}

// The steps that were asked for; else both ends of each path.
Result<Table> PathsTable(const QueryInput& input, const std::vector<EdgePath>& paths) {
  const Paging& paging = input.arguments.paging();
  const bool paged = input.arguments.Has("limit") || paging.offset != 0;
  const NodeColumns columns(input.session, "Held by");
  Table table{.name = "paths", .fields = columns.Fields()};
  table.fields.insert(table.fields.begin(), Field{"path", "Path", Unit::kCount});
  for (size_t number = 0; number < paths.size(); ++number) {
    const EdgePath& path = paths[number];
    const uint64_t middle = path.size() > 2 * kShownEnd ? path.size() - 2 * kShownEnd : 0;
    NH_CHECK(ForEachBelow(path.size(), input.progress, [&](uint32_t step) {
      const uint64_t position = table.total++;
      const bool in_middle = step >= kShownEnd && step - kShownEnd < middle;
      if (paged ? IsOnPage(paging, position) : !in_middle) {
        table.rows.push_back(StepRow(input.session, columns, number + 1, path[step]));
        table.depths.push_back(step);
      } else if (!paged && step == kShownEnd) {
        table.remarks.push_back({table.rows.size(), step, middle, MoreText(middle) + " …"});
      }
    }));
  }
  table.offset = std::min(paging.offset, table.total);
  // Nothing held it, and a note says so.
  table.machine_only = table.total == 0;
  return table;
}

// Why there are fewer paths than were asked for.
std::string NoteOnFewer(const Session& session, NodeId node, const PathList& list) {
  const bool complete = session.graph().health().complete();
  if (node == session.graph().root()) return "This is the root itself: nothing has to hold it.";
  if (!list.paths.empty()) {
    return fmt::format("{} found{}{}.",
                       list.paths.size() == 1 ? "No further path was" : "No more paths were",
                       list.stopped ? " within the bounds of the search" : "",
                       complete ? "" : "; the dump is incomplete, and others may be missing");
  }
  const std::string id = IdText(session.graph(), node);
  if (!complete) {
    return fmt::format(
        "Nothing was found that holds {} from a root, but the dump is incomplete: a reference on "
        "the way may be among what is missing. This does not mean that the object was garbage.",
        id);
  }
  return fmt::format(
      "Nothing holds {} from a root, save perhaps weak references: it was garbage, or about to be, "
      "when the dump was taken.",
      id);
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
  if (input.arguments.paging().descending) std::ranges::reverse(list.paths);
  NH_TRY(Table table, PathsTable(input, list.paths));
  Report report;
  if (table.total == 0 || list.paths.size() <= further)
    report.notes.push_back(NoteOnFewer(session, node, list));
  report.tables.push_back(std::move(table));
  if (session.process() != nullptr) {
    NH_TRY(Table roots, RootReasons(session, node, list.paths, input.progress));
    roots.machine_only = roots.rows.empty();
    report.tables.push_back(std::move(roots));
  }
  return report;
}

}  // namespace

constinit const QueryInfo kPath = {
    .name = "path",
    .summary = "show why an object is alive: the shortest path from a root",
    .description =
        "Shows the shortest path from the root to an object; with -n also the next shortest ones "
        "that pass other objects. Weak references keep nothing alive and are left out.\n\n"
        "Of a core, it also says why each root is one: which handle of native code, or which frame "
        "of which thread's stack, holds it; and which weak handles lead to the object.",
    .params = kParams,
    .examples = kExamples,
    .sorts = kSorts,
    .run = &Run,
};

}  // namespace nodeheap
