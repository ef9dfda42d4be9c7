// SnapshotBuilder: a small heap described in a few lines, written as `.heapsnapshot` text in any of
// the layouts that V8 had, or never had.
//
//   SnapshotBuilder heap;                                 // holds "root" already
//   heap.Node("a", {.size = 16}).Node("text", {.type = "string"});
//   heap.Edge("root", "property", "a", "a").Edge("a", "property", "x", "text");
//   heap.Text();
//
// Nodes stand in the file in the order in which they were added, edges likewise within their
// source.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace nodeheap::test {

enum class Separators {
  kLines,    // V8 up to Node 22: a line for each node and edge, the comma in front
  kOneLine,  // Node 24
  kPretty,   // as JSON.stringify(…, null, 2) would: a line for each number
};

// How the file is laid out; by default like Node 24 without allocation tracking.
struct Layout {
  // A field not known to this builder is written with the value 7.
  std::vector<std::string> node_fields = {"type",      "name",       "id",
                                          "self_size", "edge_count", "detachedness"};
  std::vector<std::string> node_types = {"hidden",
                                         "array",
                                         "string",
                                         "object",
                                         "code",
                                         "closure",
                                         "regexp",
                                         "number",
                                         "native",
                                         "synthetic",
                                         "concatenated string",
                                         "sliced string",
                                         "symbol",
                                         "bigint",
                                         "object shape",
                                         "wasm object"};
  std::vector<std::string> edge_fields = {"type", "name_or_index", "to_node"};
  std::vector<std::string> edge_types = {"context", "element",  "property", "internal",
                                         "hidden",  "shortcut", "weak"};
  std::vector<std::string> location_fields = {"object_index", "script_id", "line", "column"};
  bool has_locations = true;  // false: neither in the header nor as a section
  bool has_traces = false;    // a trace tree and samples with something in them
  std::optional<uint64_t> extra_native_bytes = std::nullopt;
  Separators separators = Separators::kOneLine;
  // Written in this order; "unknown" is a section nobody knows.
  std::vector<std::string> sections = {"snapshot",   "nodes",   "edges",     "trace_function_infos",
                                       "trace_tree", "samples", "locations", "strings"};
};

Layout LayoutOfNode12();  // with trace_node_id, without detachedness
Layout LayoutOfNode18();  // with both, line by line

struct NodeSpec {
  std::string type = "object";
  std::optional<std::string> name = std::nullopt;  // by default the key
  uint64_t size = 0;
  std::optional<uint64_t> id = std::nullopt;  // by default 2 * position + 1
  uint64_t detachedness = 0;
};

class SnapshotBuilder {
 public:
  // Has a first node "root": synthetic, nameless, of size 0.
  explicit SnapshotBuilder(Layout layout = {});

  // `key` names the node within the test; it is not written.
  SnapshotBuilder& Node(const std::string& key, const NodeSpec& spec = {});
  // `name` is a number for types element and hidden. REQUIRES: both nodes exist.
  SnapshotBuilder& Edge(const std::string& from, const std::string& type, const std::string& name,
                        const std::string& to);
  // Adds the node together with a property edge of its key.
  SnapshotBuilder& Child(const std::string& from, const std::string& key,
                         const NodeSpec& spec = {});
  SnapshotBuilder& Locate(const std::string& key, uint32_t script, uint32_t line, uint32_t column);
  SnapshotBuilder& RootIs(const std::string& key);

  // By default the right ones.
  SnapshotBuilder& AnnounceNodes(uint64_t count);
  SnapshotBuilder& AnnounceEdges(uint64_t count);
  // Writes raw numbers after the "locations" of Locate().
  SnapshotBuilder& RawLocations(const std::vector<uint64_t>& numbers);

  Layout& layout() { return layout_; }
  // The position of a node. REQUIRES: it exists.
  uint32_t Position(const std::string& key) const;
  const std::string& Key(uint32_t position) const { return nodes_[position].key; }

  std::string Text() const;

 private:
  struct BuiltEdge {
    std::string type;
    std::string name;
    uint32_t to;
  };
  struct BuiltNode {
    std::string key;
    NodeSpec spec;
    std::vector<BuiltEdge> edges;
  };
  struct BuiltLocation {
    uint32_t node;
    uint32_t script;
    uint32_t line;
    uint32_t column;
  };
  class Writer;

  Layout layout_;
  std::vector<BuiltNode> nodes_;
  std::map<std::string, uint32_t> positions_;
  std::vector<BuiltLocation> locations_;
  std::vector<uint64_t> raw_locations_;
  uint32_t root_ = 0;
  std::optional<uint64_t> announced_nodes_;
  std::optional<uint64_t> announced_edges_;
};

// `text` with its only occurrence of `from` replaced. Throws if there is not exactly one.
std::string Replaced(std::string text, std::string_view from, std::string_view to);

}  // namespace nodeheap::test
