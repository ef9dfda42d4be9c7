// One object with its properties, in llnode's notation; print is the same without properties.
#include <fmt/format.h>

#include <algorithm>
#include <unordered_set>

#include "queries/nodes.h"
#include "queries/params.h"
#include "queries/queries.h"

namespace nodeheap {
namespace {

constexpr Param kInspectParams[] = {
    kNodeParam,
    {.name = "depth",
     .short_name = 'd',
     .kind = ParamKind::kInteger,
     .placeholder = "N",
     .help = "also show the properties of properties, N levels deep",
     .default_value = "1"},
    {.name = "length",
     .short_name = 'l',
     .kind = ParamKind::kInteger,
     .placeholder = "N",
     .help = "show at most N properties of each object; 0: all",
     .default_value = "16"},
    {.name = "all",
     .short_name = 'a',
     .kind = ParamKind::kFlag,
     .help = "also show V8's internal references, such as {map}"},
};
constexpr Param kPrintParams[] = {kNodeParam};

constexpr Example kInspectExamples[] = {
    {"app.heapsnapshot @1234", "its properties"},
    {"app.heapsnapshot @1234 --depth 2 -l 5", "two levels, five properties of each"},
};
constexpr Example kPrintExamples[] = {{"app.heapsnapshot @1234", "its type and name"}};
constexpr std::string_view kInspectAliases[] = {"i", "jsprint"};
constexpr std::string_view kPrintAliases[] = {"p"};

// Bounds the answer whatever depth and length were asked for.
constexpr size_t kMaxRows = 100'000;

bool IsInternal(EdgeType type) {
  return type != EdgeType::kProperty && type != EdgeType::kElement && type != EdgeType::kContext;
}

Table ObjectTable(const Session& session) {
  return {.name = "object", .layout = Layout::kObject, .fields = NodeColumns(session).Fields()};
}

class Inspector {
 public:
  Inspector(const Session& session, const Arguments& arguments)
      : session_(session),
        columns_(session),
        table_(ObjectTable(session)),
        depth_(arguments.Integer("depth")),
        length_(arguments.Integer("length")),
        all_(arguments.Flag("all")) {}

  Table Run(NodeId node) {
    Add(node, {}, 0);
    // An explicit stack: depth is the user's, and heaps are deep.
    while (!pending_.empty() && table_.rows.size() < kMaxRows) {
      const Item item = pending_.back();
      pending_.pop_back();
      if (item.more != 0) {
        left_out_ += item.more;
        table_.remarks.push_back({table_.rows.size(), item.depth, item.more, MoreText(item.more)});
      } else {
        Add(session_.graph().target(item.edge), EdgeLabel(session_.graph(), item.edge), item.depth);
      }
    }
    for (const Item& item : pending_) left_out_ += std::max<uint64_t>(1, item.more);
    table_.total = table_.rows.size() + left_out_;
    if (hidden_ != 0)
      table_.note = fmt::format("Internal references not shown: {} (--all shows them).", hidden_);
    if (!pending_.empty()) table_.note += fmt::format(" Stopped after {} rows.", kMaxRows);
    return std::move(table_);
  }

 private:
  struct Item {
    EdgeId edge;
    uint32_t depth;
    uint64_t more;  // not an edge but a remark: so many were left out
  };

  void AddRow(Row row, uint32_t depth) {
    table_.rows.push_back(std::move(row));
    table_.depths.push_back(depth);
  }

  std::vector<EdgeId> Shown(NodeId node) {
    const HeapGraph& graph = session_.graph();
    std::vector<EdgeId> own;
    std::vector<EdgeId> internal;
    for (uint32_t e = graph.first_edge(node); e < graph.end_edge(node); ++e)
      (IsInternal(graph.type(EdgeId{e})) ? internal : own).push_back(EdgeId{e});
    // What has nothing else to show is V8's own: there the internals are the content.
    if (all_ || own.empty()) {
      own.insert(own.end(), internal.begin(), internal.end());
    } else if (table_.rows.size() == 1) {
      hidden_ = internal.size();
    }
    return own;
  }

  void Add(NodeId node, std::string edge, uint32_t depth) {
    AddRow(columns_.Cells(node, std::move(edge)), depth);
    // Each object is opened once, so cycles end.
    if (depth >= depth_ || !opened_.insert(Index(node)).second) return;
    const std::vector<EdgeId> edges = Shown(node);
    const size_t count = length_ == 0 ? edges.size() : std::min<size_t>(length_, edges.size());
    if (count < edges.size()) pending_.push_back({EdgeId{}, depth + 1, edges.size() - count});
    for (size_t i = count; i > 0; --i) pending_.push_back({edges[i - 1], depth + 1, 0});
  }

  const Session& session_;
  NodeColumns columns_;
  Table table_;
  uint64_t depth_;
  uint64_t length_;
  bool all_;
  std::vector<Item> pending_;
  std::unordered_set<uint32_t> opened_;
  size_t hidden_ = 0;      // internal references of the object asked for
  uint64_t left_out_ = 0;  // properties
};

Result<Report> RunInspect(const QueryInput& input) {
  NH_TRY(const NodeId node, input.session.FindNode(*input.arguments.Text("node")));
  NH_CHECK(input.session.Prepare(Need::kShallowSizes | Need::kNames, input.progress));
  Report report;
  report.tables.push_back(Inspector(input.session, input.arguments).Run(node));
  return report;
}

Result<Report> RunPrint(const QueryInput& input) {
  NH_TRY(const NodeId node, input.session.FindNode(*input.arguments.Text("node")));
  NH_CHECK(input.session.Prepare(Need::kShallowSizes | Need::kNames, input.progress));
  Table table = ObjectTable(input.session);
  table.rows.push_back(NodeColumns(input.session).Cells(node));
  table.total = 1;
  Report report;
  report.tables.push_back(std::move(table));
  return report;
}

}  // namespace

constinit const QueryInfo kInspect = {
    .name = "inspect",
    .summary = "show one object with its properties",
    .description =
        "Shows what an object refers to: .name is a property, [3] an element, ->name a "
        "variable of a context, {name} a reference inside V8.",
    .aliases = kInspectAliases,
    .params = kInspectParams,
    .examples = kInspectExamples,
    .run = &RunInspect,
};

constinit const QueryInfo kPrint = {
    .name = "print",
    .summary = "show one object in one line",
    .description = "Shows the type and name of an object, or the text of a string.",
    .aliases = kPrintAliases,
    .params = kPrintParams,
    .examples = kPrintExamples,
    .run = &RunPrint,
};

}  // namespace nodeheap
