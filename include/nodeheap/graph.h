// HeapGraph: the heap of one dump as columns. It knows nothing of where it came from.
//
// Nodes are numbered 0 … node_count()-1 in the order of the dump, edges likewise, grouped by their
// source node. The columns are checked once, by Create(); afterwards every index in them is valid.
// Immutable, so any number of threads may read it.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "nodeheap/address_column.h"
#include "nodeheap/column.h"
#include "nodeheap/health.h"
#include "nodeheap/result.h"
#include "nodeheap/size_column.h"

namespace nodeheap {

enum class NodeId : uint32_t {};    // position of a node in the graph
enum class EdgeId : uint32_t {};    // position of an edge in the graph
enum class StringId : uint32_t {};  // position of a string in the graph's table
enum class ObjectId : uint64_t {};  // the number DevTools shows as @id; stable within a process

constexpr uint32_t Index(NodeId id) { return static_cast<uint32_t>(id); }
constexpr uint32_t Index(EdgeId id) { return static_cast<uint32_t>(id); }
constexpr uint32_t Index(StringId id) { return static_cast<uint32_t>(id); }

// V8's node types (HeapGraphNode::Type, v8-profiler.h), in V8's order. A dump may bring types that
// did not exist when this was written: they are numbered from kFirstUnknown on and keep their
// names.
enum class NodeType : uint8_t {
  kHidden,
  kArray,
  kString,
  kObject,
  kCode,
  kClosure,
  kRegExp,
  kNumber,
  kNative,
  kSynthetic,
  kConsString,
  kSlicedString,
  kSymbol,
  kBigInt,
  kObjectShape,
  kWasmObject,
  kFirstUnknown,
};

// V8's edge types (HeapGraphEdge::Type), likewise. kInvisible is DevTools' own addition.
enum class EdgeType : uint8_t {
  kContext,
  kElement,
  kProperty,
  kInternal,
  kHidden,
  kShortcut,
  kWeak,
  kInvisible,
  kFirstUnknown,
};

// True if the edge's name column holds a number (an element index) and not a StringId.
constexpr bool IsIndexed(EdgeType type) {
  return type == EdgeType::kElement || type == EdgeType::kHidden;
}

// The strings of a dump, kept as they stand in its JSON (escaped) and decoded on demand: most are
// never looked at. Decoded text is UTF-8, save that a lone UTF-16 surrogate is encoded as if it
// were a character (WTF-8), so that different strings stay different.
class StringTable {
 public:
  StringTable() = default;
  // `owner` keeps `bytes` alive; starts[i] is the offset of string i's first byte after its opening
  // quote. `evict` drops the bytes from memory; they come back when they are read again.
  // REQUIRES: every string is followed by an unescaped closing quote within `bytes`.
  StringTable(std::shared_ptr<const void> owner, std::string_view bytes, Column<uint64_t> starts,
              std::function<void()> evict)
      : owner_(std::move(owner)),
        bytes_(bytes),
        starts_(std::move(starts)),
        evict_(std::move(evict)) {}

  size_t size() const { return starts_.size(); }
  std::string_view Escaped(StringId id) const;  // the JSON text between the quotes
  // All text from the first byte of the string on, its closing quote included: to test how it
  // begins.
  std::string_view From(StringId id) const { return bytes_.substr(starts_[Index(id)]); }
  std::string Get(StringId id) const;  // decoded
  // Like Get, but reads at most about `max_bytes` of the string and appends nothing to mark the
  // cut.
  std::string GetPrefix(StringId id, size_t max_bytes) const;
  // To be called after reading all strings, of which few will be wanted again.
  void Evict() const { evict_(); }

 private:
  std::shared_ptr<const void> owner_;
  std::string_view bytes_;
  Column<uint64_t> starts_;
  std::function<void()> evict_ = [] {};
};

// Where the constructor of an object, or a function, was defined. Lines and columns count from 0.
struct Location {
  uint32_t script_id = 0;
  uint32_t line = 0;
  uint32_t column = 0;
  friend bool operator==(const Location&, const Location&) = default;
};

// What the dump says of itself, beyond nodes and edges.
struct GraphInfo {
  uint64_t extra_native_bytes = 0;  // native memory that V8 24+ reports without a node
  bool has_allocation_traces = false;
  bool has_allocation_samples = false;
  std::vector<std::string> node_fields;  // as named in snapshot.meta
};

class HeapGraph {
 public:
  struct Columns {
    // One entry a node.
    Column<uint8_t> node_types;    // NodeType, or an index into node_type_names
    Column<uint32_t> node_names;   // StringId
    Column<uint32_t> node_ids;     // ObjectId, of 32 bits in V8; empty: node n has the id 2n + 1
    SizeColumn self_sizes;         // bytes
    Column<uint8_t> detachedness;  // 0 unknown, 1 attached, 2 detached; empty if the dump has none
    Column<uint32_t> first_edges;  // node_count + 1 entries: node n owns [first[n], first[n+1])
    // One entry an edge.
    Column<uint8_t> edge_types;     // EdgeType, or an index into edge_type_names
    Column<uint32_t> edge_names;    // StringId, or the number itself where IsIndexed(type)
    Column<uint32_t> edge_targets;  // NodeId
    // Of a core: where the objects are in memory, ascending. Entry i is of node first_addressed +
    // i; other nodes, and those of heap snapshots, have no address.
    AddressColumn addresses;
    uint32_t first_addressed = 0;
    // Of a core: the objects that are prototypes, ascending. V8 names them like the instances of
    // their class, which they are not.
    std::vector<uint32_t> prototypes;
    // One entry a located node, ascending by node.
    Column<uint32_t> located_nodes;   // NodeId
    Column<uint32_t> located_at;      // index into `locations`
    std::vector<Location> locations;  // without duplicates

    std::vector<std::string> node_type_names;  // by type number
    std::vector<std::string> edge_type_names;
    StringTable strings;
    NodeId root{0};
    GraphInfo info;
    Health health;

    uint32_t id(uint32_t node) const { return node_ids.empty() ? 2 * node + 1 : node_ids[node]; }
  };

  // Proves what the accessors below rely on, or says which column is wrong.
  static Result<HeapGraph> Create(Columns columns, unsigned threads = 1);

  uint32_t node_count() const { return static_cast<uint32_t>(columns_.node_types.size()); }
  uint32_t edge_count() const { return static_cast<uint32_t>(columns_.edge_types.size()); }
  NodeId root() const { return columns_.root; }
  const StringTable& strings() const { return columns_.strings; }
  const GraphInfo& info() const { return columns_.info; }
  const Health& health() const { return columns_.health; }

  NodeType type(NodeId n) const { return NodeType{columns_.node_types[Index(n)]}; }
  StringId name(NodeId n) const { return StringId{columns_.node_names[Index(n)]}; }
  ObjectId id(NodeId n) const { return ObjectId{columns_.id(Index(n))}; }
  uint64_t self_size(NodeId n) const { return columns_.self_sizes[Index(n)]; }
  uint32_t first_edge(NodeId n) const { return columns_.first_edges[Index(n)]; }
  uint32_t end_edge(NodeId n) const { return columns_.first_edges[Index(n) + 1]; }
  const std::string& type_name(NodeId n) const {
    return columns_.node_type_names[columns_.node_types[Index(n)]];
  }
  std::optional<Location> location(NodeId n) const;
  // The node that DevTools shows as @id; nullopt if there is none.
  std::optional<NodeId> Find(ObjectId id) const;
  // Where the node is in the memory of the process; nullopt if that is not known.
  std::optional<uint64_t> address(NodeId n) const {
    const uint32_t index = Index(n) - columns_.first_addressed;
    if (index >= columns_.addresses.size()) return std::nullopt;
    return columns_.addresses[index];
  }
  bool has_addresses() const { return !columns_.addresses.empty(); }
  std::optional<NodeId> FindAddress(uint64_t address) const;

  EdgeType type(EdgeId e) const { return EdgeType{columns_.edge_types[Index(e)]}; }
  uint32_t name_or_index(EdgeId e) const { return columns_.edge_names[Index(e)]; }
  NodeId target(EdgeId e) const { return NodeId{columns_.edge_targets[Index(e)]}; }
  const std::string& type_name(EdgeId e) const {
    return columns_.edge_type_names[columns_.edge_types[Index(e)]];
  }
  // The node that owns the edge. O(log nodes).
  NodeId source(EdgeId e) const;
  // The edge's name, decoded; a number where IsIndexed.
  std::string edge_name(EdgeId e) const;

  const Columns& columns() const { return columns_; }

 private:
  explicit HeapGraph(Columns columns) : columns_(std::move(columns)) {}

  Columns columns_;
};

}  // namespace nodeheap
