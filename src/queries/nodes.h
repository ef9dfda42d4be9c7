// How queries name nodes and edges, and the columns that describe a node wherever it is listed.
#pragma once

#include <compare>
#include <optional>
#include <string>
#include <vector>

#include "nodeheap/report.h"
#include "nodeheap/session.h"

namespace nodeheap {

// The node holds a string, whole or made of parts.
bool IsString(NodeType type);

// Not a native node: V8 gives these new ids in each snapshot.
bool KeepsItsId(NodeType type);
// Nor V8's own, such as code and hidden classes.
bool IsOfProgram(NodeType type);

// Bytes that equal strings take for all copies but one.
uint64_t Wasted(const DuplicateString& string);

// "@123" or, where the node has an address, "0x7f001234".
std::string IdText(const HeapGraph& graph, NodeId node);

// Empty where people are shown "−".
Cell DistanceCell(int32_t distance);

// The node's name as DevTools shows it; of a string, at most about 1000 bytes.
std::string NodeName(const Session& session, NodeId node);

// A name short enough for a path or a label, telling strings ("text") and functions (f()) apart.
std::string ShortName(const Session& session, NodeId node);

// True if `.name` is how JavaScript would write it.
bool IsIdentifier(std::string_view name);

// How `edge` refers to its target: ".name", "[3]", "->variable", "{internal}", "{weak name}". The
// name in it is as the heap has it.
std::string EdgeLabel(const HeapGraph& graph, EdgeId edge);
// The same for people: escaped, and of bounded length.
std::string ShownEdge(const HeapGraph& graph, EdgeId edge);

// Where a constructor stands: "script 78:19:14", counted from 1; with source maps
// "/app/src/shop.ts:12:3", if the script's name is known.
std::string LocationText(const Session& session, const Location& location);
// Empty if that is not known.
inline Cell LocationCell(const Session& session, const std::optional<Location>& location) {
  return location ? Cell{LocationText(session, *location)} : Cell{};
}

// Orders nodes ascending by a sort key: retained_size, self_size, distance or id. REQUIRES: it was
// computed.
std::weak_ordering CompareNodes(const Session& session, std::string_view key, NodeId a, NodeId b);

// "12 more", for what stands in the place of rows that were left out.
std::string MoreText(uint64_t count);

// What shares are of, in bytes: DevTools' total. REQUIRES: Prepare(Need::kDominators).
uint64_t HeapTotal(const Session& session);
// Empty if there is nothing to have a share of.
Cell ShareOf(uint64_t part, uint64_t whole);

// "nodeheap path app.heapsnapshot @123", quoted for a shell.
std::string CommandFor(const Session& session, std::string_view query, std::string_view arguments);
std::string ShellQuoted(std::string_view word);

// Edges that keep their target alive. DevTools' shortcut edges repeat others.
inline bool Keeps(EdgeType type) { return type != EdgeType::kWeak && type != EdgeType::kShortcut; }

// Describes nodes by distance, self_size, retained_size, id, type, edge and name; distance and
// retained_size if the query asked for them. REQUIRES: Prepare(Need::kShallowSizes).
class NodeColumns {
 public:
  // `label`: the title of a text-only last column that says name and edge in one.
  explicit NodeColumns(const Session& session, std::string label = {})
      : session_(session), label_(std::move(label)) {}

  std::vector<Field> Fields() const;
  Row Cells(NodeId node, std::string edge = {}, std::string label = {}) const;

 private:
  bool has_distance() const { return Includes(session_.asked(), Need::kDistances); }
  bool has_retained() const { return Includes(session_.asked(), Need::kDominators); }

  const Session& session_;
  std::string label_;
};

}  // namespace nodeheap
