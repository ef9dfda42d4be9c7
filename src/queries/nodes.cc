#include "queries/nodes.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "queries/paging.h"

namespace nodeheap {
namespace {

constexpr size_t kMaxString = 1000;   // bytes of a string's text in lists
constexpr size_t kMaxShortName = 32;  // characters
constexpr size_t kMaxEdgeName = 60;   // characters

// The notation of a reference called `name`.
std::string Labelled(const HeapGraph& graph, EdgeId edge, const std::string& name) {
  const EdgeType type = graph.type(edge);
  switch (type) {
    case EdgeType::kElement:
      return fmt::format("[{}]", name);
    case EdgeType::kProperty:
      return IsIdentifier(name) ? "." + name : fmt::format("[\"{}\"]", name);
    case EdgeType::kContext:
      return "->" + name;
    case EdgeType::kWeak:
      return fmt::format("{{weak {}}}", name);
    case EdgeType::kShortcut:
      return fmt::format("{{shortcut {}}}", name);
    default:
      return fmt::format("{{{}}}", name);
  }
}

}  // namespace

bool IsString(NodeType type) {
  return type == NodeType::kString || type == NodeType::kConsString ||
         type == NodeType::kSlicedString;
}

bool KeepsItsId(NodeType type) { return type != NodeType::kSynthetic && type != NodeType::kNative; }

bool IsOfProgram(NodeType type) {
  return KeepsItsId(type) && type != NodeType::kCode && type != NodeType::kObjectShape &&
         type != NodeType::kHidden;
}

uint64_t Wasted(const DuplicateString& string) {
  return string.self_size - string.self_size / string.nodes.size();
}

std::string IdText(const HeapGraph& graph, NodeId node) {
  if (const auto address = graph.address(node)) return fmt::format("0x{:x}", *address);
  return fmt::format("@{}", static_cast<uint64_t>(graph.id(node)));
}

Cell DistanceCell(int32_t distance) {
  if (distance < 0 || distance >= kSystemDistance) return {};
  return static_cast<uint64_t>(distance);
}

std::string NodeName(const Session& session, NodeId node) {
  const HeapGraph& graph = session.graph();
  if (graph.type(node) == NodeType::kString)
    return graph.strings().GetPrefix(graph.name(node), kMaxString);
  return DisplayName(graph, session.analysis(), node);
}

std::string ShortName(const Session& session, NodeId node) {
  const NodeType type = session.graph().type(node);
  if (node == session.graph().root()) return "(root)";
  std::string name = Escape(NodeName(session, node), kMaxShortName);
  if (IsString(type)) return fmt::format("\"{}\"", name);
  if (type == NodeType::kClosure) return name.empty() ? "(anonymous)()" : name + "()";
  if (name.empty()) return fmt::format("({})", session.graph().type_name(node));
  return name;
}

std::weak_ordering CompareNodes(const Session& session, std::string_view key, NodeId a, NodeId b) {
  const Analysis& analysis = session.analysis();
  const auto by = [a, b](const auto& column) { return column[Index(a)] <=> column[Index(b)]; };
  if (key == "self_size") return by(analysis.shallow_sizes);
  if (key == "id") return session.graph().id(a) <=> session.graph().id(b);
  if (key == "retained_size") return by(analysis.retained_sizes);
  return OrderedDistance(analysis.distances[Index(a)]) <=>
         OrderedDistance(analysis.distances[Index(b)]);
}

bool IsIdentifier(std::string_view name) {
  const auto fits = [](char c) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    return letter || (c >= '0' && c <= '9') || c == '_' || c == '$' || c == '#' ||
           static_cast<unsigned char>(c) >= 0x80;
  };
  return !name.empty() && std::ranges::all_of(name, fits) && !(name[0] >= '0' && name[0] <= '9');
}

std::string EdgeLabel(const HeapGraph& graph, EdgeId edge) {
  return Labelled(graph, edge, graph.edge_name(edge));
}

std::string ShownEdge(const HeapGraph& graph, EdgeId edge) {
  return Labelled(graph, edge, Escape(graph.edge_name(edge), kMaxEdgeName));
}

std::string LocationText(const Session& session, const Location& location) {
  std::string place =
      session.options().source_maps.empty() ? std::string() : session.PlaceText(location);
  if (!place.empty()) return place;
  return fmt::format("script {}:{}:{}", location.script_id, uint64_t{location.line} + 1,
                     uint64_t{location.column} + 1);
}

std::string MoreText(uint64_t count) { return fmt::format("… {} more", WithThousands(count)); }

uint64_t HeapTotal(const Session& session) {
  const HeapGraph& graph = session.graph();
  return session.analysis().retained_sizes[Index(graph.root())] + graph.info().extra_native_bytes;
}

Cell ShareOf(uint64_t part, uint64_t whole) {
  if (whole == 0) return {};
  return static_cast<double>(part) / static_cast<double>(whole);
}

std::string ShellQuoted(std::string_view word) {
  const auto plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("@%+=:,./-_").contains(c);
  };
  if (!word.empty() && std::ranges::all_of(word, plain)) return std::string(word);
  std::string quoted = "'";
  for (const char c : word) quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return quoted + '\'';
}

std::string CommandFor(const Session& session, std::string_view query, std::string_view arguments) {
  // A live process has no file: there it is LLDB that takes commands.
  if (session.source().kind == "process")
    return fmt::format("v8 {}{}{}", query, arguments.empty() ? "" : " ", arguments);
  const std::string& path = session.source().path;
  // Else it would be taken for an option.
  const std::string_view here = path.size() > 1 && path.starts_with('-') ? "./" : "";
  return fmt::format("nodeheap {} {}{}{}", query, ShellQuoted(std::string(here) + path),
                     arguments.empty() ? "" : " ", arguments);
}

std::vector<Field> NodeColumns::Fields() const {
  std::vector<Field> fields;
  if (has_distance()) fields.push_back({"distance", "Distance", Unit::kDistance});
  fields.push_back({"self_size", "Self size", Unit::kBytes});
  if (has_retained()) fields.push_back({"retained_size", "Retained size", Unit::kBytes});
  fields.push_back({"id", "Id", Unit::kObjectId});
  fields.push_back({"type", "Type", Unit::kText, Placement::kMachineOnly});
  fields.push_back({"edge", "Edge", Unit::kText, Placement::kMachineOnly});
  const bool labelled = !label_.empty();
  fields.push_back(
      {"name", "Name", Unit::kText, labelled ? Placement::kMachineOnly : Placement::kColumn});
  if (labelled) fields.push_back({"label", label_, Unit::kText, Placement::kTextOnly});
  return fields;
}

Row NodeColumns::Cells(NodeId node, std::string edge, std::string label) const {
  const HeapGraph& graph = session_.graph();
  const Analysis& analysis = session_.analysis();
  Row row;
  if (has_distance()) row.push_back(DistanceCell(analysis.distances[Index(node)]));
  row.emplace_back(analysis.shallow_sizes[Index(node)]);
  if (has_retained()) row.emplace_back(analysis.retained_sizes[Index(node)]);
  row.emplace_back(IdText(graph, node));
  row.emplace_back(graph.type_name(node));
  row.emplace_back(std::move(edge));
  row.emplace_back(NodeName(session_, node));
  if (!label_.empty()) row.emplace_back(std::move(label));
  return row;
}

}  // namespace nodeheap
