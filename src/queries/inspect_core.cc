#include "queries/inspect_core.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <span>
#include <unordered_set>
#include <utility>
#include <vector>

#include "base/text.h"
#include "queries/core_only.h"
#include "queries/frame_values.h"
#include "queries/nodes.h"
#include "queries/paging.h"
#include "session/process.h"
#include "v8/class_names.h"
#include "v8/describe.h"
#include "v8/functions.h"
#include "v8/strings.h"

namespace nodeheap {
namespace {

// Bounds the answer whatever depth and length were asked for.
constexpr size_t kMaxRows = 100'000;
// UTF-16 units that are shown of a string without --full-string.
constexpr uint64_t kNodeUnits = 1000;
constexpr uint64_t kMemberUnits = 200;

Table ObjectTable() {
  return {.name = "object",
          .layout = Layout::kObject,
          .fields = {{"self_size", "Self size", Unit::kBytes},
                     {"id", "Id", Unit::kObjectId},
                     {"type", "Type", Unit::kText, Placement::kMachineOnly},
                     {"edge", "Edge", Unit::kText, Placement::kMachineOnly},
                     {"name", "Name", Unit::kText},
                     {"detail", "Detail", Unit::kText, Placement::kMachineOnly},
                     {"attributes", "Attributes", Unit::kText, Placement::kMachineOnly},
                     {"map", "Hidden class", Unit::kObjectId, Placement::kMachineOnly},
                     {"shown", "Shown", Unit::kText, Placement::kTextOnly}}};
}

std::string EdgeText(const v8::Member& member) {
  const std::string& name = member.name;
  switch (member.kind) {
    case v8::MemberKind::kElement:
      return fmt::format("[{}]{}", name, member.suffix);
    case v8::MemberKind::kVariable:
      return "->" + name;
    case v8::MemberKind::kInternal:
      return fmt::format("{{{}}}", name);
    default:
      break;
  }
  if (member.is_symbol) return fmt::format("{}[Symbol({})]", member.prefix, name);
  return member.prefix + (IsIdentifier(name) ? "." + name : fmt::format("[\"{}\"]", name));
}

std::string AttributesText(const v8::Member& member) {
  std::string text;
  if (!member.enumerable) text += "non-enumerable";
  if (!member.writable) text += text.empty() ? "read-only" : " read-only";
  return text;
}

struct Named {
  v8::Tagged word = 0;
  std::string note = {};
};

// Not of a number, with or without @, of which there are addresses and ids.
bool IsName(std::string_view text) {
  const char first = text.empty() ? '0' : text[0];
  return first != '@' && (first < '0' || first > '9');
}

Result<uint64_t> AddressOf(const QueryInput& input) {
  const std::string text = *input.arguments.Text("node");
  if (text.starts_with("0x")) {
    uint64_t address = 0;
    const auto [end, failed] =
        std::from_chars(text.data() + 2, text.data() + text.size(), address, 16);
    if (failed == std::errc{} && end == text.data() + text.size()) return address;
    return std::unexpected(Error{.code = ErrorCode::kInvalidArgument,
                                 .message = fmt::format("\"{}\" is no address", text),
                                 .hint = "addresses are hexadecimal, such as 0x7f0012345678"});
  }
  NH_CHECK(input.session.LoadGraph(input.progress));
  NH_TRY(const NodeId node, input.session.FindNode(text));
  if (const auto address = input.session.graph().address(node)) return *address;
  return std::unexpected(Error{.code = ErrorCode::kInvalidArgument,
                               .message = fmt::format("{} is no object in the heap", text),
                               .hint = "containment and path show such nodes"});
}

Result<Named> FindObject(const QueryInput& input, const v8::Heap& heap) {
  if (const std::string name = *input.arguments.Text("node"); IsName(name)) {
    NH_TRY(const ChosenFrame chosen, ChooseFrame(*input.session.process(), input.arguments));
    NH_TRY(const v8::Tagged word, FindFrameValue(heap.runtime(), chosen, name));
    return Named{word};
  }
  NH_TRY(const uint64_t given, AddressOf(input));
  const uint64_t address = given & ~uint64_t{3};  // llnode and registers have tagged pointers
  const v8::Tagged word = v8::Tag(address);
  if (heap.Find(address)) return Named{word};
  const auto fail = [&](std::string hint) {
    return std::unexpected(
        Error{.code = ErrorCode::kNotFound,
              .message = fmt::format("no object starts at {}", AddressText(given)),
              .hint = std::move(hint),
              .file = input.session.source().path});
  };
  if (const auto around = heap.FindContaining(address))
    return fail(fmt::format("it lies in the object at {}", AddressText(heap.address(*around))));
  if (!heap.runtime().MapOf(word)) return fail("nodeheap whatis tells what is there");
  return Named{word, "This object is not in the live part of the heap: it may be a stale copy."};
}

struct InspectOptions {
  uint64_t depth = 0;
  uint64_t length = 0;  // members of each object; 0: all
  uint64_t offset = 0;  // members of the object asked for that are left out
  Paging order = {.sort = "position", .descending = false};  // of members: as the object has them
  bool all = false;
  bool print_map = false;
  v8::DescribeOptions node = {kNodeUnits};
  v8::DescribeOptions member = {kMemberUnits};
};

// Of all that shows objects with their members.
InspectOptions CommonOptionsOf(const Arguments& arguments) {
  InspectOptions options{
      .depth = 1,
      .length = arguments.Integer("length"),
      .print_map = arguments.Flag("print-map"),
  };
  if (arguments.Flag("full-string"))
    options.node.max_string_units = options.member.max_string_units = v8::kAllUnits;
  return options;
}

InspectOptions OptionsOf(const Arguments& arguments) {
  InspectOptions options = CommonOptionsOf(arguments);
  options.depth = arguments.Integer("depth");
  if (arguments.Has("limit")) options.length = arguments.Integer("limit");
  options.offset = arguments.paging().offset;
  options.order = arguments.paging();
  options.all = arguments.Flag("all");
  return options;
}

class CoreInspector {
 public:
  CoreInspector(const v8::Heap& heap, const InspectOptions& options)
      : heap_(heap), runtime_(heap.runtime()), options_(options) {}

  Table Run(std::span<const v8::Tagged> words) {
    for (const v8::Tagged word : words) AddWithMembers(word);
    for (const Item& item : pending_) left_out_ += std::max<uint64_t>(1, item.more);
    table_.total = table_.rows.size() + left_out_;
    table_.offset = skipped_;
    Note();
    return std::move(table_);
  }

 private:
  struct Item {
    v8::Description value = {};
    v8::Member member = {};
    uint32_t depth = 0;
    uint64_t more = 0;  // no member but a remark: so many were left out
  };

  void AddWithMembers(v8::Tagged word) {
    if (table_.rows.size() >= kMaxRows) return;
    opened_.clear();
    Add({.value = v8::Describe(runtime_, word, options_.node)}, {});
    // An explicit stack: depth is the user's, and heaps are deep.
    while (!pending_.empty() && table_.rows.size() < kMaxRows) {
      Item item = std::move(pending_.back());
      pending_.pop_back();
      if (item.more != 0) {
        left_out_ += item.more;
        table_.remarks.push_back({table_.rows.size(), item.depth, item.more, MoreText(item.more)});
      } else {
        Add(item, EdgeText(item.member));
      }
    }
  }

  void Add(const Item& item, std::string edge) {
    const v8::Description& value = item.value;
    Row row(table_.fields.size());
    if (value.is_object) {
      const uint64_t address = v8::Untag(value.word);
      if (const auto object = heap_.Find(address)) row[0] = heap_.size(*object);
      row[1] = AddressText(address);
      if (options_.print_map) row[7] = MapText(value.word);
    }
    row[2] = value.type;
    row[3] = std::move(edge);
    row[4] = value.name;
    row[5] = value.detail;
    row[6] = AttributesText(item.member);
    row[8] = v8::OneLine(value);
    table_.rows.push_back(std::move(row));
    table_.depths.push_back(item.depth);
    // Each object is opened once, so cycles end.
    if (!value.is_object || item.depth >= options_.depth || !opened_.insert(value.word).second)
      return;
    Open(value.word, item.depth);
  }

  Cell MapText(v8::Tagged word) const {
    const auto map = runtime_.MapOf(word);
    return map ? Cell{AddressText(map->address)} : Cell{};
  }

  // Members that are sorted are all described first, up to kMaxRows of them.
  void Open(v8::Tagged word, uint32_t depth) {
    const uint64_t first = depth == 0 ? options_.offset : 0;
    const uint64_t count =
        options_.length == 0 ? kMaxRows : std::min<uint64_t>(options_.length, kMaxRows);
    const bool sorts = options_.order.sort != "position" || options_.order.descending;
    const v8::MemberRange range = sorts ? v8::MemberRange{.count = kMaxRows}
                                        : v8::MemberRange{.first = first, .count = count};
    std::vector<Item> members;
    const auto take = [&](const v8::Member& member) {
      members.push_back({.value = member.value, .member = member, .depth = depth + 1});
      return true;
    };
    const v8::MemberCounts counts = v8::ForEachMember(runtime_, word, range, options_.member, take);
    unreadable_ += counts.unreadable;
    if (sorts) SortAndCut(members, first, count);
    const uint64_t before = std::min(first, counts.members);
    if (before != 0) {
      skipped_ = before;
      left_out_ += before;
      table_.remarks.push_back({table_.rows.size(), depth + 1, before,
                                fmt::format("… {} before", WithThousands(before))});
    }
    const uint64_t more = counts.members - before - members.size();
    if (options_.all) AddInternals(word, take);
    if (more != 0) pending_.push_back({.depth = depth + 1, .more = more});
    std::ranges::move(members.rbegin(), members.rend(), std::back_inserter(pending_));
  }

  void SortAndCut(std::vector<Item>& members, uint64_t first, uint64_t count) const {
    const auto key = [&](const Item& item) -> uint64_t {
      const uint64_t address = item.value.is_object ? v8::Untag(item.value.word) : 0;
      if (options_.order.sort == "id" || address == 0) return address;
      const auto object = heap_.Find(address);
      return object ? heap_.size(*object) : 0;
    };
    if (options_.order.sort != "position") std::ranges::stable_sort(members, {}, key);
    if (options_.order.descending) std::ranges::reverse(members);
    members.erase(members.begin(), members.begin() + static_cast<ptrdiff_t>(
                                                         std::min<size_t>(first, members.size())));
    if (members.size() > count) members.resize(count);
  }

  // Where V8 keeps what was shown.
  void AddInternals(v8::Tagged word, const v8::MemberVisitor& take) const {
    const auto& layout = runtime_.layout();
    const auto map = runtime_.MapOf(word);
    const bool is_receiver = map && layout.types.IsReceiver(map->instance_type);
    const auto add = [&](const char* name, uint32_t offset) {
      const v8::Tagged field = runtime_.Field(word, offset).value_or(0);
      take({.kind = v8::MemberKind::kInternal,
            .name = name,
            .value = v8::Describe(runtime_, field, options_.member)});
    };
    add("map", 0);
    if (!is_receiver) return;
    add("properties", layout.object.properties);
    if (map->kind != v8::Kind::kJSProxy) add("elements", layout.object.elements);
  }

  void Note() {
    if (unreadable_ != 0)
      table_.note = fmt::format("Members that could not be read: {}.", WithThousands(unreadable_));
    if (!pending_.empty())
      table_.note += fmt::format("{}Stopped after {} rows.", unreadable_ != 0 ? " " : "", kMaxRows);
  }

  const v8::Heap& heap_;
  const v8::Runtime& runtime_;
  const InspectOptions& options_;
  Table table_ = ObjectTable();
  std::vector<Item> pending_;  // the next is the last
  std::unordered_set<v8::Tagged> opened_;
  uint64_t left_out_ = 0;    // members
  uint64_t skipped_ = 0;     // of these, the first of the object asked for
  uint64_t unreadable_ = 0;  // members
};

// `text` without its first UTF-16 units.
std::string_view DropUnits(std::string_view text, int64_t units) {
  size_t at = 0;
  while (units > 0 && at < text.size()) {
    const CodePoint c = DecodeAt(text, at);
    at += c.length;
    units -= c.value >= 0x10000 ? 2 : 1;
  }
  return text.substr(at);
}

// The lines of a function's source, numbered as in its file; none if it has no source.
Table SourceTable(const v8::Runtime& runtime, v8::Tagged function) {
  Table table{
      .name = "source",
      .title = "Source",
      .fields = {{"line", "Line", Unit::kCount}, {.key = "text", .title = "Text", .whole = true}}};
  const v8::Tagged shared = v8::SharedOf(runtime, function);
  const v8::Tagged script = v8::ScriptOf(runtime, shared);
  const auto range = v8::SourceRangeOf(runtime, shared);
  if (script == 0 || !range) return table;
  const auto source = runtime.Field(script, runtime.layout().script.source);
  const auto text = v8::ReadString(runtime, source.value_or(0), static_cast<uint64_t>(range->end));
  if (!text) return table;
  const std::string_view shown = DropUnits(text->text, range->start);
  uint64_t line = v8::PlaceInText(runtime, script, range->start).line.value_or(1);
  for (size_t at = 0; at < shown.size(); ++line) {
    const size_t end = std::min(shown.find('\n', at), shown.size());
    table.rows.push_back({line, std::string(shown.substr(at, end - at))});
    at = end + 1;
  }
  table.total = table.rows.size();
  return table;
}

// What both queries share: the heap, and the object that was named.
struct Subject {
  const v8::Heap* heap = nullptr;
  Named named;
};

Result<Subject> FindSubject(const QueryInput& input, std::string_view query) {
  NH_TRY(Process* const process, RequireProcess(input, query));
  Subject subject;
  NH_TRY(subject.heap, process->WalkedHeap(input.progress));
  NH_TRY(subject.named, FindObject(input, *subject.heap));
  return subject;
}

Report ReportOn(const Subject& subject, const InspectOptions& options) {
  Report report;
  report.tables.push_back(CoreInspector(*subject.heap, options).Run({&subject.named.word, 1}));
  if (!subject.named.note.empty()) report.notes.push_back(subject.named.note);
  return report;
}

}  // namespace

Result<Report> InspectInCore(const QueryInput& input) {
  NH_TRY(const Subject subject, FindSubject(input, "inspect"));
  Report report = ReportOn(subject, OptionsOf(input.arguments));
  if (!input.arguments.Flag("print-source")) return report;
  Table source = SourceTable(subject.heap->runtime(), subject.named.word);
  if (!source.rows.empty()) report.tables.push_back(std::move(source));
  return report;
}

Result<Report> PrintInCore(const QueryInput& input) {
  NH_TRY(const Subject subject, FindSubject(input, "print"));
  return ReportOn(subject, {});
}

Result<Report> ConstructorInCore(const QueryInput& input) {
  NH_TRY(Subject subject, FindSubject(input, "constructor"));
  const v8::Runtime& runtime = subject.heap->runtime();
  subject.named.word = v8::ConstructorOf(runtime, subject.named.word);
  if (subject.named.word != 0) return ReportOn(subject, {});
  return std::unexpected(Error{.code = ErrorCode::kNotFound,
                               .message = "no constructor made this",
                               .hint = "print shows what it is"});
}

Table FrameTable(const v8::Runtime& runtime, const ChosenFrame& chosen, const Paging& paging) {
  Table table = ObjectTable();
  const auto add = [&](const v8::Description& value, std::string edge, uint32_t depth) {
    Row row(table.fields.size());
    if (value.is_object) row[1] = AddressText(v8::Untag(value.word));
    row[2] = value.type;
    row[3] = std::move(edge);
    row[4] = value.name;
    row[5] = value.detail;
    row[8] = v8::OneLine(value);
    table.rows.push_back(std::move(row));
    table.depths.push_back(depth);
  };
  const std::string title = FrameTitle(runtime, chosen.frame);
  add({.type = fmt::format("frame #{}", chosen.number), .name = title}, {}, 0);
  ForEachFrameValue(runtime, chosen.frame, [&](const FrameValue& value) {
    add(v8::Describe(runtime, value.value, {kMemberUnits}),
        (value.is_variable ? "->" : ".") + value.name, 1);
  });
  CutRows(table, paging);
  return table;
}

Table InspectAllInCore(const v8::Heap& heap, std::span<const v8::Tagged> words,
                       const Arguments& arguments) {
  return CoreInspector(heap, CommonOptionsOf(arguments)).Run(words);
}

}  // namespace nodeheap
