#include <fmt/format.h>

#include <string>
#include <utility>

#include "nodeheap/snapshot.h"
#include "snapshot/addresses.h"
#include "snapshot/redactor.h"

namespace nodeheap {
namespace {

constexpr std::string_view kNodeFields[] = {
    "type", "name", "id", "self_size", "edge_count", "trace_node_id", "detachedness"};
constexpr std::string_view kEdgeFields[] = {"type", "name_or_index", "to_node"};
constexpr std::string_view kLocationFields[] = {"object_index", "script_id", "line", "column"};
constexpr size_t kBuffer = 1 << 20;  // bytes given to the sink at once

// Writes numbers and texts through a buffer; remembers the first failure.
class Writer {
 public:
  Writer(const ByteSink& sink, Progress& progress) : sink_(sink), progress_(progress) {
    buffer_.reserve(kBuffer + 256);
  }

  void Text(std::string_view text) {
    buffer_ += text;
    if (buffer_.size() >= kBuffer) Flush();
  }
  template <typename... Numbers>
  void Row(bool first, Numbers... numbers) {
    if (!first) buffer_ += ',';
    bool leading = true;
    const auto add = [&](auto number) {
      if (!std::exchange(leading, false)) buffer_ += ',';
      const fmt::format_int digits(number);
      buffer_.append(digits.data(), digits.size());
    };
    (add(numbers), ...);
    Text("\n");
  }

  // The text of a string of the table as it stands there, but for lone surrogates, which are no
  // UTF-8 and become escapes.
  void String(std::string_view escaped) {
    buffer_ += '"';
    size_t done = 0;
    for (size_t at = 0; (at = escaped.find('\xED', at)) != escaped.npos;) {
      if (at + 2 >= escaped.size() || static_cast<unsigned char>(escaped[at + 1]) < 0xA0) {
        ++at;
        continue;
      }
      const unsigned unit = 0xD000U | (static_cast<unsigned>(escaped[at + 1]) & 0x3F) << 6 |
                            (static_cast<unsigned>(escaped[at + 2]) & 0x3F);
      buffer_ += escaped.substr(done, at - done);
      buffer_ += fmt::format("\\u{:04x}", unit);
      done = at += 3;
    }
    buffer_ += escaped.substr(done);
    Text("\"");
  }

  void Stage(std::string_view stage, uint64_t done, uint64_t total) {
    progress_.Report(stage, done, total);
    if (progress_.cancelled() && result_)
      result_ = std::unexpected(Error{.code = ErrorCode::kCancelled, .message = "cancelled"});
  }
  bool ok() const { return result_.has_value(); }
  Result<void> Finish() {
    Flush();
    return std::move(result_);
  }

 private:
  void Flush() {
    if (result_) result_ = sink_(buffer_);
    buffer_.clear();
  }

  const ByteSink& sink_;
  Progress& progress_;
  std::string buffer_;
  Result<void> result_;
};

template <typename Names>
std::string JsonList(const Names& names) {
  return fmt::format("[\"{}\"]", fmt::join(names, "\",\""));
}

// What DevTools reads before anything else.
std::string Meta(const HeapGraph& graph) {
  const HeapGraph::Columns& c = graph.columns();
  const uint64_t root = uint64_t{Index(graph.root())} * std::size(kNodeFields);
  return fmt::format(
      R"({{"snapshot":{{"meta":{{"node_fields":{},"node_types":[{},"string","number","number","number","number","number"],)"
      R"("edge_fields":{},"edge_types":[{},"string_or_number","node"],"trace_function_info_fields":[],)"
      R"("trace_node_fields":[],"sample_fields":[],"location_fields":{}}},)"
      R"("node_count":{},"edge_count":{},"trace_function_count":0,"extra_native_bytes":{},"root_index":{}}},)"
      "\n",
      JsonList(kNodeFields), JsonList(c.node_type_names), JsonList(kEdgeFields),
      JsonList(c.edge_type_names), JsonList(kLocationFields), graph.node_count(),
      graph.edge_count(), graph.info().extra_native_bytes, root);
}

// `redactor` may be null: then strings stay as they are.
void WriteNodes(const HeapGraph& graph, const Redactor* redactor, Writer& writer) {
  const HeapGraph::Columns& c = graph.columns();
  writer.Text("\"nodes\":[");
  for (uint32_t i = 0; i < graph.node_count() && writer.ok(); ++i) {
    const unsigned detachedness = c.detachedness.empty() ? 0 : c.detachedness[i];
    const uint32_t name = redactor != nullptr ? redactor->NodeName(NodeId{i}) : c.node_names[i];
    writer.Row(i == 0, unsigned{c.node_types[i]}, name, c.id(i), c.self_sizes[i],
               c.first_edges[i + 1] - c.first_edges[i], 0U, detachedness);
    if (i % (1 << 18) == 0) writer.Stage("writing nodes", i, graph.node_count());
  }
  writer.Text("],\n");
}

void WriteEdges(const HeapGraph& graph, Writer& writer) {
  const HeapGraph::Columns& c = graph.columns();
  writer.Text("\"edges\":[");
  for (uint32_t i = 0; i < graph.edge_count() && writer.ok(); ++i) {
    writer.Row(i == 0, unsigned{c.edge_types[i]}, c.edge_names[i],
               uint64_t{c.edge_targets[i]} * std::size(kNodeFields));
    if (i % (1 << 18) == 0) writer.Stage("writing edges", i, graph.edge_count());
  }
  writer.Text("],\n");
}

void WriteLocations(const HeapGraph& graph, Writer& writer) {
  const HeapGraph::Columns& c = graph.columns();
  writer.Text("\"locations\":[");
  for (size_t i = 0; i < c.located_nodes.size() && writer.ok(); ++i) {
    const Location& at = c.locations[c.located_at[i]];
    writer.Row(i == 0, uint64_t{c.located_nodes[i]} * std::size(kNodeFields), at.script_id, at.line,
               at.column);
  }
  writer.Text("],\n");
}

// A section of ours, which other readers pass over: see snapshot/addresses.h.
void WriteAddresses(const HeapGraph& graph, Writer& writer) {
  const HeapGraph::Columns& c = graph.columns();
  if (!graph.has_addresses()) return;
  writer.Text(fmt::format("\"{}\":[", kAddressSection));
  writer.Row(true, c.first_addressed);
  uint64_t before = 0;
  for (size_t i = 0; i < c.addresses.size() && writer.ok(); ++i)
    writer.Row(false, (c.addresses[i] - std::exchange(before, c.addresses[i])) / kAddressUnit);
  writer.Text("],\n");
}

void WriteStrings(const HeapGraph& graph, const Redactor* redactor, Writer& writer) {
  const StringTable& strings = graph.strings();
  const size_t count = redactor != nullptr ? redactor->string_count() : strings.size();
  writer.Text("\"strings\":[");
  for (uint32_t i = 0; i < count && writer.ok(); ++i) {
    if (i != 0) writer.Text(",\n");
    if (redactor != nullptr) {
      writer.String(redactor->Escaped(i));
    } else {
      writer.String(strings.Escaped(StringId{i}));
    }
    if (i % (1 << 16) == 0) writer.Stage("writing strings", i, count);
  }
  writer.Text("]}\n");
}

}  // namespace

Result<void> WriteSnapshot(const HeapGraph& graph, const std::optional<Redaction>& redaction,
                           const ByteSink& sink, Progress& progress) {
  std::optional<Redactor> redactor;
  if (redaction) redactor.emplace(graph, *redaction);
  const Redactor* const redact = redactor ? &*redactor : nullptr;
  Writer writer(sink, progress);
  writer.Text(Meta(graph));
  WriteNodes(graph, redact, writer);
  WriteEdges(graph, writer);
  writer.Text("\"trace_function_infos\":[],\n\"trace_tree\":[],\n\"samples\":[],\n");
  WriteLocations(graph, writer);
  WriteAddresses(graph, writer);
  WriteStrings(graph, redact, writer);
  return writer.Finish();
}

}  // namespace nodeheap
