// Who refers to a node, a property name or a string.
#include <fmt/format.h>

#include <algorithm>

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
     .help = "what refers to NODE, what refers to that, and so on up to the roots; at most 100 "
             "rows, or as many as --limit says (0: all)"},
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
     .help = "with -r: show the N nearest to a root at each level; 0: all",
     .default_value = "3"},
};

constexpr Example kExamples[] = {
    {"app.heapsnapshot @1234", "what refers to the object"},
    {"app.heapsnapshot -n leaks", "objects with a property or variable leaks"},
    {"app.heapsnapshot -s \"GET /\"", "what refers to this text"},
    {"app.heapsnapshot @1234 -r", "its retainers as a tree, up to the roots"},
};

constexpr SortOption kSorts[] = {{"distance", false}, {"self_size", true}, {"id", false}};

constexpr uint64_t kMaxTreeRows = 100;

bool Counts(EdgeType type, bool weak) { return weak || Keeps(type); }

// Where the program starts: beyond, only V8's own objects follow.
bool IsProgramRoot(const Session& session, NodeId node) {
  const int32_t distance = session.analysis().distances[Index(node)];
  return distance == 0 || distance == 1;
}

// The retainers of a node as a tree, nearest to a root first.
Table RetainerTree(const QueryInput& input, NodeId start) {
  const Session& session = input.session;
  const HeapGraph& graph = session.graph();
  const bool weak = input.arguments.Flag("weak");
  const uint64_t rows =
      input.arguments.Has("limit") ? input.arguments.Integer("limit") : kMaxTreeRows;
  const NodeColumns columns(session, "Object");
  const TreeBuilder tree(columns, {.max_depth = input.arguments.Integer("depth"),
                                   .max_children = input.arguments.Integer("length"),
                                   .max_rows = rows == 0 ? UINT64_MAX : rows});
  const auto children = [&](NodeId node) {
    std::vector<TreeItem> items;
    if (IsProgramRoot(session, node)) return items;
    for (const EdgeId edge : session.analysis().retainers.Edges(graph, node)) {
      const NodeId source = graph.source(edge);
      if (source == graph.root() || !Counts(graph.type(edge), weak)) continue;
      const uint32_t distance = OrderedDistance(session.analysis().distances[Index(source)]);
      items.push_back({.node = source, .edge = edge, .weight = UINT32_MAX - distance});
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

std::weak_ordering CompareSources(const Session& session, std::string_view key, uint32_t a,
                                  uint32_t b) {
  const HeapGraph& graph = session.graph();
  const NodeId x = graph.source(EdgeId{a});
  const NodeId y = graph.source(EdgeId{b});
  const SizeColumn& sizes = session.analysis().shallow_sizes;
  if (key == "self_size") return sizes[Index(x)] <=> sizes[Index(y)];
  if (key == "id") return graph.id(x) <=> graph.id(y);
  const Column<int32_t>& distances = session.analysis().distances;
  return OrderedDistance(distances[Index(x)]) <=> OrderedDistance(distances[Index(y)]);
}

Table ReferencesTable(const QueryInput& input, std::vector<uint32_t> edges) {
  const Session& session = input.session;
  const HeapGraph& graph = session.graph();
  const Paging& paging = input.arguments.paging();
  const NodeColumns columns(session, "Reference");
  Table table{.name = "references", .fields = columns.Fields()};
  table.fields.push_back({"target_id", "Target", Unit::kObjectId, Placement::kMachineOnly});
  SetPage(table, paging, edges.size());
  const auto compare = [&](uint32_t a, uint32_t b) {
    return CompareSources(session, paging.sort, a, b);
  };
  for (const uint32_t e : SelectPage(std::move(edges), paging, compare)) {
    const NodeId source = graph.source(EdgeId{e});
    const std::string target = IdText(graph, graph.target(EdgeId{e}));
    std::string label =
        fmt::format("{} {} = {} {}", ShortName(session, source), ShownEdge(graph, EdgeId{e}),
                    target, ShortName(session, graph.target(EdgeId{e})));
    Row row = columns.Cells(source, EdgeLabel(graph, EdgeId{e}), std::move(label));
    row.emplace_back(target);
    table.rows.push_back(std::move(row));
  }
  return table;
}

Result<std::vector<uint32_t>> FindEdges(const QueryInput& input) {
  const HeapGraph& graph = input.session.graph();
  std::vector<uint32_t> edges;
  if (const auto name = input.arguments.Text("name")) {
    edges = EdgesNamed(graph, *name);
  } else if (const auto text = input.arguments.Text("string")) {
    edges = EdgesToString(input.session, *text);
  } else {
    NH_TRY(const NodeId node, input.session.FindNode(*input.arguments.Text("node")));
    edges = EdgesTo(graph, node);
  }
  const bool weak = input.arguments.Flag("weak");
  std::erase_if(edges, [&](uint32_t e) {
    return !Counts(graph.type(EdgeId{e}), weak) || graph.source(EdgeId{e}) == graph.root();
  });
  return edges;
}

std::unexpected<Error> Invalid(std::string message) {
  return std::unexpected(Error{.code = ErrorCode::kInvalidArgument, .message = std::move(message)});
}

Result<Report> Run(const QueryInput& input) {
  const Arguments& arguments = input.arguments;
  const int subjects =
      int{arguments.Has("node")} + int{arguments.Has("name")} + int{arguments.Has("string")};
  if (subjects != 1) return Invalid("findrefs needs one of NODE, -n NAME and -s TEXT");
  const bool recursive = arguments.Flag("recursive");
  if (recursive && !arguments.Has("node")) return Invalid("findrefs -r needs a NODE");
  Report report;
  if (recursive) {
    NH_TRY(const NodeId node, input.session.FindNode(*arguments.Text("node")));
    NH_CHECK(input.session.Prepare(Need::kRetainers | Need::kDistances | Need::kShallowSizes,
                                   input.progress));
    report.tables.push_back(RetainerTree(input, node));
  } else {
    NH_TRY(std::vector<uint32_t> edges, FindEdges(input));
    NH_CHECK(input.session.Prepare(Need::kDistances | Need::kShallowSizes, input.progress));
    report.tables.push_back(ReferencesTable(input, std::move(edges)));
  }
  return report;
}

}  // namespace

constinit const QueryInfo kFindRefs = {
    .name = "findrefs",
    .summary = "find what refers to an object, a property name or a string",
    .description =
        "Lists references, those from objects nearest to a root first. Weak references "
        "keep nothing alive and are left out.",
    .params = kParams,
    .examples = kExamples,
    .sorts = kSorts,
    .run = &Run,
};

}  // namespace nodeheap
