#include "support/snapshot_builder.h"

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "base/json_string.h"

namespace nodeheap::test {
namespace {

bool IsNumbered(const std::string& edge_type) {
  return edge_type == "element" || edge_type == "hidden";
}

std::string QuotedList(const std::vector<std::string>& texts) {
  std::string out = "[";
  for (const std::string& text : texts)
    out += (out.size() > 1 ? ",\"" : "\"") + EncodeJsonString(text) + "\"";
  return out + "]";
}

// The header's list of types: the names for the field "type", the kind of number for the others.
std::string TypeList(const std::vector<std::string>& fields,
                     const std::vector<std::string>& types) {
  std::string out = "[";
  for (const std::string& field : fields) {
    if (out.size() > 1) out += ",";
    out += field == "type" ? QuotedList(types) : field == "name" ? "\"string\"" : "\"number\"";
  }
  return out + "]";
}

uint64_t IndexIn(const std::vector<std::string>& list, const std::string& text) {
  const auto at = std::ranges::find(list, text);
  if (at == list.end()) throw std::logic_error("the layout has no " + text);
  return static_cast<uint64_t>(at - list.begin());
}

}  // namespace

Layout LayoutOfNode12() {
  Layout layout;
  layout.node_fields = {"type", "name", "id", "self_size", "edge_count", "trace_node_id"};
  layout.node_types.resize(14);  // up to "bigint"
  layout.separators = Separators::kLines;
  return layout;
}

Layout LayoutOfNode18() {
  Layout layout = LayoutOfNode12();
  layout.node_fields.emplace_back("detachedness");
  return layout;
}

// Writes one file.
class SnapshotBuilder::Writer {
 public:
  explicit Writer(const SnapshotBuilder& builder) : builder_(builder), layout_(builder.layout_) {
    for (const BuiltNode& node : builder.nodes_) nodes_ += NodeRecord(node);
    for (const BuiltNode& node : builder.nodes_)
      for (const BuiltEdge& edge : node.edges) edges_ += EdgeRecord(edge);
    for (const BuiltLocation& location : builder.locations_) locations_ += Record(Fields(location));
    if (!builder.raw_locations_.empty()) locations_ += Record(builder.raw_locations_);
  }

  std::string Write() const {
    const bool pretty = layout_.separators == Separators::kPretty;
    std::string out;
    for (const std::string& section : layout_.sections) {
      const std::string value = Section(section);
      if (value.empty()) continue;
      out += out.empty() ? "{" : ",";
      out += pretty ? "\n  " : out.size() > 1 ? "\n" : "";
      out += "\"" + section + (pretty ? "\": " : "\":") + value;
    }
    return out + (pretty ? "\n}\n" : "}\n");
  }

 private:
  std::string Section(const std::string& name) const {
    if (name == "snapshot") return Header();
    if (name == "nodes") return "[" + nodes_ + "]";
    if (name == "edges") return "[" + edges_ + "]";
    if (name == "locations") return layout_.has_locations ? "[" + locations_ + "]" : "";
    if (name == "strings") return "[" + strings_ + (strings_.empty() ? "]" : "\n]");
    if (name == "trace_tree") return layout_.has_traces ? "[1,0,0,0,[2,0,1,8,[]]]" : "[]";
    if (name == "samples") return layout_.has_traces ? "[0,1,2,3]" : "[]";
    if (name == "unknown") return R"({"a": ["]", {"b": "\"}"}], "c": -1.5e3})";
    return "[]";
  }

  std::string Header() const {
    std::string out = "{\"meta\":{\"node_fields\":" + QuotedList(layout_.node_fields) +
                      ",\"node_types\":" + TypeList(layout_.node_fields, layout_.node_types) +
                      ",\"edge_fields\":" + QuotedList(layout_.edge_fields) +
                      ",\"edge_types\":" + TypeList(layout_.edge_fields, layout_.edge_types);
    if (layout_.has_locations) out += ",\"location_fields\":" + QuotedList(layout_.location_fields);
    size_t edges = 0;
    for (const BuiltNode& node : builder_.nodes_) edges += node.edges.size();
    const auto number = [&out](const char* key, uint64_t value) {
      out += std::string(",\"") + key + "\":" + std::to_string(value);
    };
    out += "}";
    number("node_count", builder_.announced_nodes_.value_or(builder_.nodes_.size()));
    number("edge_count", builder_.announced_edges_.value_or(edges));
    number("trace_function_count", layout_.has_traces ? 2 : 0);
    if (builder_.root_ != 0) number("root_index", builder_.root_ * layout_.node_fields.size());
    if (layout_.extra_native_bytes) number("extra_native_bytes", *layout_.extra_native_bytes);
    return out + "}";
  }

  std::string NodeRecord(const BuiltNode& node) {
    std::vector<uint64_t> record;
    for (const std::string& field : layout_.node_fields) {
      if (field == "type")
        record.push_back(IndexIn(layout_.node_types, node.spec.type));
      else if (field == "name")
        record.push_back(StringNumber(node.spec.name.value_or(node.key)));
      else if (field == "id")
        record.push_back(*node.spec.id);
      else if (field == "self_size")
        record.push_back(node.spec.size);
      else if (field == "edge_count")
        record.push_back(node.edges.size());
      else if (field == "detachedness")
        record.push_back(node.spec.detachedness);
      else
        record.push_back(7);
    }
    return Record(record, nodes_.empty());
  }

  std::string EdgeRecord(const BuiltEdge& edge) {
    std::vector<uint64_t> record;
    for (const std::string& field : layout_.edge_fields) {
      if (field == "type")
        record.push_back(IndexIn(layout_.edge_types, edge.type));
      else if (field == "to_node")
        record.push_back(edge.to * layout_.node_fields.size());
      else if (field != "name_or_index")
        record.push_back(7);
      else if (IsNumbered(edge.type))
        record.push_back(std::stoull(edge.name));
      else
        record.push_back(StringNumber(edge.name));
    }
    return Record(record, edges_.empty());
  }

  std::vector<uint64_t> Fields(const BuiltLocation& location) const {
    std::vector<uint64_t> record;
    for (const std::string& field : layout_.location_fields) {
      if (field == "object_index")
        record.push_back(location.node * layout_.node_fields.size());
      else if (field == "script_id")
        record.push_back(location.script);
      else if (field == "line")
        record.push_back(location.line);
      else if (field == "column")
        record.push_back(location.column);
      else
        record.push_back(7);
    }
    return record;
  }

  std::string Record(const std::vector<uint64_t>& record) const {
    return Record(record, locations_.empty());
  }

  std::string Record(const std::vector<uint64_t>& record, bool is_first) const {
    const char* const within = layout_.separators == Separators::kPretty ? ",\n    " : ",";
    std::string out;
    for (const uint64_t value : record) out += (out.empty() ? "" : within) + std::to_string(value);
    switch (layout_.separators) {
      case Separators::kLines:
        return (is_first ? "" : ",") + out + "\n";
      case Separators::kOneLine:
        return (is_first ? "" : ",") + out;
      case Separators::kPretty:
        return (is_first ? "\n    " : within) + out;
    }
    return out;
  }

  uint64_t StringNumber(const std::string& text) {
    const auto [at, is_new] = string_numbers_.try_emplace(text, string_numbers_.size());
    if (is_new) strings_ += (strings_.empty() ? "\"" : ",\n\"") + EncodeJsonString(text) + "\"";
    return at->second;
  }

  const SnapshotBuilder& builder_;
  const Layout& layout_;
  std::map<std::string, uint64_t> string_numbers_;
  std::string nodes_;
  std::string edges_;
  std::string locations_;
  std::string strings_;
};

SnapshotBuilder::SnapshotBuilder(Layout layout) : layout_(std::move(layout)) {
  Node("root", {.type = "synthetic", .name = ""});
}

SnapshotBuilder& SnapshotBuilder::Node(const std::string& key, const NodeSpec& spec) {
  const auto position = static_cast<uint32_t>(nodes_.size());
  if (!positions_.try_emplace(key, position).second) throw std::logic_error("two nodes " + key);
  nodes_.push_back({.key = key, .spec = spec, .edges = {}});
  nodes_.back().spec.id = spec.id.value_or(uint64_t{2} * position + 1);
  return *this;
}

SnapshotBuilder& SnapshotBuilder::Edge(const std::string& from, const std::string& type,
                                       const std::string& name, const std::string& to) {
  nodes_[Position(from)].edges.push_back({.type = type, .name = name, .to = Position(to)});
  return *this;
}

SnapshotBuilder& SnapshotBuilder::Child(const std::string& from, const std::string& key,
                                        const NodeSpec& spec) {
  return Node(key, spec).Edge(from, "property", key, key);
}

SnapshotBuilder& SnapshotBuilder::Locate(const std::string& key, uint32_t script, uint32_t line,
                                         uint32_t column) {
  locations_.push_back({.node = Position(key), .script = script, .line = line, .column = column});
  return *this;
}

SnapshotBuilder& SnapshotBuilder::RootIs(const std::string& key) {
  root_ = Position(key);
  return *this;
}

SnapshotBuilder& SnapshotBuilder::AnnounceNodes(uint64_t count) {
  announced_nodes_ = count;
  return *this;
}

SnapshotBuilder& SnapshotBuilder::AnnounceEdges(uint64_t count) {
  announced_edges_ = count;
  return *this;
}

SnapshotBuilder& SnapshotBuilder::RawLocations(const std::vector<uint64_t>& numbers) {
  raw_locations_ = numbers;
  return *this;
}

uint32_t SnapshotBuilder::Position(const std::string& key) const {
  const auto at = positions_.find(key);
  if (at == positions_.end()) throw std::logic_error("no node " + key);
  return at->second;
}

std::string SnapshotBuilder::Text() const { return Writer(*this).Write(); }

std::string Replaced(std::string text, std::string_view from, std::string_view to) {
  const size_t at = text.find(from);
  if (at == std::string::npos || text.find(from, at + 1) != std::string::npos)
    throw std::logic_error("not exactly one " + std::string(from));
  return text.replace(at, from.size(), to);
}

}  // namespace nodeheap::test
