// Who refers to a node, a property name or a string.
#include <fmt/format.h>

#include "base/text.h"
#include "queries/nodes.h"
#include "queries/paging.h"
#include "queries/queries.h"
#include "queries/references.h"
#include "queries/tree.h"

namespace nodeheap {
namespace {

constexpr Param kParams[] = {
    {.name = "node",
     .kind = ParamKind::kNode,
     .positional = true,
     .placeholder = "NODE",
     .help = "an id as DevTools shows it, such as @123"},
    {.name = "value",
     .short_name = 'v',
     .kind = ParamKind::kFlag,
     .help = "what refers to NODE, as without this option"},
    {.name = "name",
     .short_name = 'n',
     .placeholder = "NAME",
     .help = "properties and variables of this name instead"},
    {.name = "string",
     .short_name = 's',
     .placeholder = "TEXT",
     .help = "references to strings of exactly this text instead"},
    {.name = "recursive",
     .short_name = 'r',
     .kind = ParamKind::kFlag,
     .help = "what refers to NODE, what refers to that, and so on up to the roots"},
    {.name = "weak", .short_name = 'w', .kind = ParamKind::kFlag, .help = "weak references too"},
    {.name = "depth",
     .short_name = 'd',
     .kind = ParamKind::kInteger,
     .placeholder = "N",
     .help = "with -r: how many levels to show",
     .default_value = "30"},
    {.name = "length",
     .short_name = 'l',
     .kind = ParamKind::kInteger,
     .placeholder = "N",
     .help = "with -r: show at most N of what refers to each object, those nearest to a root "
             "first, or as --sort says; 0: all",
     .default_value = "3"},
    {.name = "limit",
     .kind = ParamKind::kInteger,
     .placeholder = "N",
     .help = "show at most N rows, without this option 20, with -r 100; 0: all"},
};

constexpr Example kExamples[] = {
    {"app.heapsnapshot @1234", "what refers to the object"},
    {"app.heapsnapshot -n leaks", "objects with a property or variable leaks"},
    {"app.heapsnapshot -s \"GET /\"", "what refers to this text"},
    {"app.heapsnapshot @1234 -r", "its retainers as a tree, up to the roots"},
};

constexpr std::string_view kAliases[] = {"jsfindrefs"};
constexpr SortOption kSorts[] = {{"distance", false}, {"self_size", true}, {"id", false}};

constexpr uint64_t kTreeRows = 100;  // shown without --limit

bool Counts(EdgeType type, bool weak) { return weak || Keeps(type); }

// Where the program starts: beyond, only V8's own objects follow.
bool IsProgramRoot(const Session& session, NodeId node) {
  const int32_t distance = session.analysis().distances[Index(node)];
  return distance == 0 || distance == 1;
}

// The retainers of a node as a tree.
Result<Table> RetainerTree(const QueryInput& input, NodeId start) {
  const Session& session = input.session;
  const HeapGraph& graph = session.graph();
  const bool weak = input.arguments.Flag("weak");
  Paging paging = input.arguments.paging();
  if (!input.arguments.Has("limit")) paging.limit = kTreeRows;
  const NodeColumns columns(session, "Object");
  const TreeBuilder tree(input, columns, std::move(paging));
  const auto children = [&](NodeId node) {
    std::vector<TreeItem> items;
    if (IsProgramRoot(session, node)) return items;
    for (const EdgeId edge : session.analysis().retainers.Edges(graph, node)) {
      const NodeId source = graph.source(edge);
      if (source == graph.root() || !Counts(graph.type(edge), weak)) continue;
      items.push_back({.node = source, .edge = edge});
    }
    return items;
  };
  const auto row = [&](const TreeItem& item) {
    std::string name = ShortName(session, item.node);
    if (!item.edge) return columns.Cells(item.node, {}, std::move(name));
    const std::string_view root = IsProgramRoot(session, item.node) ? ", a root" : "";
    return columns.Cells(item.node, EdgeLabel(graph, *item.edge),
                         fmt::format("{} in {}{}", ShownEdge(graph, *item.edge), name, root));
  };
  return tree.Build("retainers", start, children, row);
}

Result<Table> ReferencesTable(const QueryInput& input, std::vector<uint32_t> edges) {
  const Session& session = input.session;
  const HeapGraph& graph = session.graph();
  const Paging& paging = input.arguments.paging();
  const NodeColumns columns(session, "Reference");
  Table table{.name = "references", .fields = columns.Fields()};
  table.fields.push_back({"target_id", "Target", Unit::kObjectId, Placement::kMachineOnly});
  const auto compare = [&](uint32_t a, uint32_t b) {
    return CompareNodes(session, paging.sort, graph.source(EdgeId{a}), graph.source(EdgeId{b}));
  };
  const auto row = [&](uint32_t e) {
    const NodeId source = graph.source(EdgeId{e});
    const std::string target = IdText(graph, graph.target(EdgeId{e}));
    std::string label =
        fmt::format("{} {} = {} {}", ShortName(session, source), ShownEdge(graph, EdgeId{e}),
                    target, ShortName(session, graph.target(EdgeId{e})));
    Row cells = columns.Cells(source, EdgeLabel(graph, EdgeId{e}), std::move(label));
    cells.emplace_back(target);
    return cells;
  };
  NH_CHECK(AddPage(table, std::move(edges), paging, input.progress, compare, row));
  return table;
}

struct FoundEdges {
  std::vector<uint32_t> edges;
  uint64_t weak_left_out = 0;
};

// REQUIRES: the graph is loaded.
Result<FoundEdges> FindEdges(const QueryInput& input) {
  const HeapGraph& graph = input.session.graph();
  std::vector<uint32_t> edges;
  if (const auto name = input.arguments.Text("name")) {
    NH_TRY(edges, EdgesNamed(graph, *name, input.progress));
  } else if (const auto text = input.arguments.Text("string")) {
    NH_TRY(edges, EdgesToString(input.session, *text, input.progress));
  } else {
    NH_TRY(const NodeId node, input.session.FindNode(*input.arguments.Text("node")));
    NH_TRY(edges, EdgesTo(graph, node, input.progress));
  }
  const bool weak = input.arguments.Flag("weak");
  FoundEdges found;
  for (const uint32_t e : edges) {
    const EdgeType type = graph.type(EdgeId{e});
    if (graph.source(EdgeId{e}) == graph.root()) continue;
    if (Counts(type, weak))
      found.edges.push_back(e);
    else if (type == EdgeType::kWeak)
      ++found.weak_left_out;
  }
  return found;
}

std::unexpected<Error> Invalid(std::string message) {
  return std::unexpected(Error{.code = ErrorCode::kInvalidArgument, .message = std::move(message)});
}

Result<Report> ListReferences(const QueryInput& input) {
  NH_TRY(FoundEdges found, FindEdges(input));
  NH_CHECK(input.session.Prepare(Need::kDistances | Need::kShallowSizes, input.progress));
  NH_TRY(Table references, ReferencesTable(input, std::move(found.edges)));
  if (found.weak_left_out != 0)
    references.note = fmt::format("Weak references not shown: {} (--weak shows them).",
                                  WithThousands(found.weak_left_out));
  Report report;
  report.tables.push_back(std::move(references));
  return report;
}

// Without the graph of the whole heap, if there is none yet and the object can do without.
Result<std::optional<Report>> ListReferencesAlone(const QueryInput& input) {
  const auto node = input.arguments.Text("node");
  if (!node || input.session.has_graph()) return std::nullopt;
  NH_TRY(std::optional<Session> alone, input.session.ReferencesTo(*node, input.progress));
  if (!alone) return std::nullopt;
  NH_TRY(Report report, ListReferences({.session = *alone,
                                        .second = nullptr,
                                        .arguments = input.arguments,
                                        .progress = input.progress}));
  for (const HealthEntry& entry : alone->graph().health().entries()) report.health.Add(entry);
  return report;
}

Result<Report> ListRetainers(const QueryInput& input) {
  NH_TRY(const NodeId node, input.session.FindNode(*input.arguments.Text("node")));
  NH_CHECK(input.session.Prepare(Need::kRetainers | Need::kDistances | Need::kShallowSizes,
                                 input.progress));
  NH_TRY(Table tree, RetainerTree(input, node));
  Report report;
  report.tables.push_back(std::move(tree));
  return report;
}

Result<Report> Run(const QueryInput& input) {
  const Arguments& arguments = input.arguments;
  const int subjects =
      int{arguments.Has("node")} + int{arguments.Has("name")} + int{arguments.Has("string")};
  if (subjects != 1) return Invalid("findrefs needs one of NODE, -n NAME and -s TEXT");
  const bool recursive = arguments.Flag("recursive");
  if (recursive && !arguments.Has("node")) return Invalid("findrefs -r needs a NODE");
  if (!recursive) {
    NH_TRY(std::optional<Report> alone, ListReferencesAlone(input));
    if (alone) return *std::move(alone);
  }
  NH_CHECK(input.session.LoadGraph(input.progress));
  return recursive ? ListRetainers(input) : ListReferences(input);
}

}  // namespace

constinit const QueryInfo kFindRefs = {
    .name = "findrefs",
    .summary = "find what refers to an object, a property name or a string",
    .description =
        "Lists references, those from objects nearest to a root first. Weak references "
        "keep nothing alive and are left out.",
    .aliases = kAliases,
    .params = kParams,
    .examples = kExamples,
    .sorts = kSorts,
    .needs_graph = false,
    .run = &Run,
};

}  // namespace nodeheap
