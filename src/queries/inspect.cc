// One object with its properties, in llnode's notation; print is the same without properties.
#include <fmt/format.h>

#include <algorithm>
#include <unordered_set>

#include "base/text.h"
#include "queries/inspect_core.h"
#include "queries/nodes.h"
#include "queries/paging.h"
#include "queries/params.h"
#include "queries/queries.h"

namespace nodeheap {
namespace {

// In a core also a name of the frame.
constexpr Param kSubjectParam = {
    .name = "node",
    .kind = ParamKind::kNode,
    .positional = true,
    .required = true,
    .placeholder = "NODE",
    .help = "an id such as @123, an address, or what a frame calls it: this, arg0, a variable"};
constexpr Param kInspectParams[] = {
    kSubjectParam,
    kFrameParam,
    kThreadParam,
    {.name = "depth",
     .short_name = 'd',
     .kind = ParamKind::kInteger,
     .placeholder = "N",
     .help = "also show the properties of properties, N levels deep",
     .default_value = "1"},
    kLengthParam,
    {.name = "limit",
     .kind = ParamKind::kInteger,
     .placeholder = "N",
     .help = "the same as --length"},
    {.name = "offset",
     .kind = ParamKind::kInteger,
     .placeholder = "N",
     .help = "leave out the first N properties of NODE",
     .default_value = "0"},
    {.name = "all",
     .short_name = 'a',
     .kind = ParamKind::kFlag,
     .help = "also show V8's internal references, such as {map}"},
    kFullStringParam,
    kPrintMapParam,
    {.name = "print-source",
     .short_name = 's',
     .kind = ParamKind::kFlag,
     .help = "show the source of a function (cores)"},
};
constexpr Param kPrintParams[] = {kSubjectParam, kFrameParam, kThreadParam, kNoLimitParam};

constexpr Example kInspectExamples[] = {
    {"app.heapsnapshot @1234", "its properties"},
    {"app.heapsnapshot @1234 --depth 2 -l 5", "two levels, five properties of each"},
    {"app.heapsnapshot @1234 --limit 50 --offset 100", "a page of a long array"},
    {"core 0x7f0012345678 -F -s", "whole strings, and the source of a function"},
    {"core this --frame 12", "the receiver of a function that was running"},
};
constexpr Example kPrintExamples[] = {{"app.heapsnapshot @1234", "its type and name"}};
constexpr SortOption kInspectSorts[] = {
    {"position", false, "as the dump has them"}, {"self_size", true}, {"id", false}};
constexpr SortOption kPrintSorts[] = {{"id", false}};
constexpr std::string_view kInspectAliases[] = {"i", "jsprint", "jsclosure", "nodebuffer"};
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
        length_(arguments.Integer(arguments.Has("limit") ? "limit" : "length")),
        paging_(arguments.paging()),
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
    table_.offset = skipped_;
    AddNote(node);
    return std::move(table_);
  }

 private:
  struct Item {
    EdgeId edge;
    uint32_t depth;
    uint64_t more;  // not an edge but a remark: so many were left out
  };

  void AddNote(NodeId node) {
    std::vector<std::string> notes;
    const auto location = session_.graph().location(node);
    const std::string place = location ? session_.PlaceText(*location) : std::string();
    if (!place.empty()) notes.push_back(fmt::format("Defined at {}.", Escape(place)));
    if (hidden_ != 0)
      notes.push_back(
          fmt::format("Internal references not shown: {} (--all shows them).", hidden_));
    if (!pending_.empty()) notes.push_back(fmt::format("Stopped after {} rows.", kMaxRows));
    for (const std::string& note : notes) table_.note += (table_.note.empty() ? "" : " ") + note;
  }

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
    Sort(own);
    return own;
  }

  void Sort(std::vector<EdgeId>& edges) const {
    const HeapGraph& graph = session_.graph();
    std::ranges::stable_sort(edges, [&](EdgeId a, EdgeId b) {
      const auto order =
          paging_.sort == "position"
              ? a <=> b
              : CompareNodes(session_, paging_.sort, graph.target(a), graph.target(b));
      return paging_.descending ? order > 0 : order < 0;
    });
  }

  void Add(NodeId node, std::string edge, uint32_t depth) {
    AddRow(columns_.Cells(node, std::move(edge)), depth);
    // Each object is opened once, so cycles end.
    if (depth >= depth_ || !opened_.insert(Index(node)).second) return;
    std::vector<EdgeId> edges = Shown(node);
    if (depth == 0) LeaveOutFirst(edges);
    const size_t count = length_ == 0 ? edges.size() : std::min<size_t>(length_, edges.size());
    if (count < edges.size()) pending_.push_back({EdgeId{}, depth + 1, edges.size() - count});
    for (size_t i = count; i > 0; --i) pending_.push_back({edges[i - 1], depth + 1, 0});
  }

  void LeaveOutFirst(std::vector<EdgeId>& edges) {
    skipped_ = std::min<uint64_t>(paging_.offset, edges.size());
    if (skipped_ == 0) return;
    edges.erase(edges.begin(), edges.begin() + static_cast<ptrdiff_t>(skipped_));
    table_.remarks.push_back(
        {table_.rows.size(), 1, skipped_, fmt::format("… {} before", WithThousands(skipped_))});
    left_out_ += skipped_;
  }

  const Session& session_;
  NodeColumns columns_;
  Table table_;
  uint64_t depth_;
  uint64_t length_;
  Paging paging_;
  bool all_;
  std::vector<Item> pending_;
  std::unordered_set<uint32_t> opened_;
  size_t hidden_ = 0;      // internal references of the object asked for
  uint64_t left_out_ = 0;  // properties
  uint64_t skipped_ = 0;   // of these, the first of the object asked for
};

Result<Report> RunInspect(const QueryInput& input) {
  if (input.session.process() != nullptr) return InspectInCore(input);
  NH_CHECK(input.session.LoadGraph(input.progress));
  NH_TRY(const NodeId node, input.session.FindNode(*input.arguments.Text("node")));
  NH_CHECK(input.session.Prepare(Need::kShallowSizes | Need::kNames, input.progress));
  Report report;
  report.tables.push_back(Inspector(input.session, input.arguments).Run(node));
  return report;
}

Result<Report> RunPrint(const QueryInput& input) {
  if (input.session.process() != nullptr) return PrintInCore(input);
  NH_CHECK(input.session.LoadGraph(input.progress));
  NH_TRY(const NodeId node, input.session.FindNode(*input.arguments.Text("node")));
  NH_CHECK(input.session.Prepare(Need::kShallowSizes | Need::kNames, input.progress));
  Table table = ObjectTable(input.session);
  table.rows.push_back(NodeColumns(input.session).Cells(node));
  CutRows(table, input.arguments.paging());
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
        "variable of a context, {name} a reference inside V8.\n\nIn a core, every kind of object "
        "is "
        "decoded: the entries of maps and sets as [0].key and [0].value, the functions of "
        "accessors, private members, the state of promises and generators, the variables of "
        "closures, the bytes of buffers.",
    .aliases = kInspectAliases,
    .params = kInspectParams,
    .examples = kInspectExamples,
    .sorts = kInspectSorts,
    .needs_graph = false,
    .run = &RunInspect,
};

constinit const QueryInfo kPrint = {
    .name = "print",
    .summary = "show one object in one line",
    .description = "Shows the type and name of an object, or the text of a string.",
    .aliases = kPrintAliases,
    .params = kPrintParams,
    .examples = kPrintExamples,
    .sorts = kPrintSorts,
    .needs_graph = false,
    .run = &RunPrint,
};

}  // namespace nodeheap
