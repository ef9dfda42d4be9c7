// What can be computed of a HeapGraph, by the rules of Chrome DevTools' heap-snapshot worker
// (front_end/entrypoints/heap_snapshot_worker/HeapSnapshot.ts), so that the numbers are the same.
// Each result is a new immutable value; docs/devtools-rules.md lists the rules.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "nodeheap/column.h"
#include "nodeheap/graph.h"
#include "nodeheap/index_column.h"
#include "nodeheap/progress.h"
#include "nodeheap/result.h"

namespace nodeheap {

// Distance of a node that no search reached.
inline constexpr int32_t kNoDistance = -5;
// Distances from here on belong to nodes that only V8's own roots hold; people are shown "−" for
// these and for kNoDistance.
inline constexpr int32_t kSystemDistance = 100'000'000;

// The incoming edges of every node.
class Retainers {
 public:
  Retainers() = default;
  Retainers(Column<uint32_t> first, Column<uint32_t> sources)
      : first_(std::move(first)), sources_(std::move(sources)) {}

  // The sources of the edges into `node`, with kNotEssential set where the edge never counts for
  // dominators (weak, from itself, a shortcut, the table's half of a WeakMap pair). A source with
  // two edges into `node` stands there twice, side by side.
  std::span<const uint32_t> Sources(NodeId node) const {
    return {sources_.data() + first_[Index(node)], sources_.data() + first_[Index(node) + 1]};
  }
  static constexpr uint32_t kNotEssential = 1U << 31;
  static constexpr NodeId Source(uint32_t entry) { return NodeId{entry & ~kNotEssential}; }

  // The columns themselves, for passes over all nodes: node n owns sources()[first()[n]] up to, but
  // without, sources()[first()[n + 1]].
  const Column<uint32_t>& first() const { return first_; }
  const Column<uint32_t>& sources() const { return sources_; }

  // Every edge into `node`, of whatever type, ascending by source.
  std::vector<EdgeId> Edges(const HeapGraph& graph, NodeId node) const;

 private:
  Column<uint32_t> first_;
  Column<uint32_t> sources_;
};

// A row of DevTools' Summary. Objects of one name whose constructors were defined in different
// places are different classes.
struct ClassInfo {
  std::string name;
  std::optional<Location> location;  // of the constructor
  uint64_t instances = 0;            // nodes with a shallow size above 0
  uint64_t self_size = 0;            // bytes
  uint64_t retained_size = 0;        // bytes, of the outermost instances on each dominator path
  int32_t distance = 0;              // the smallest
};

struct Classes {
  std::vector<ClassInfo> infos;  // some may have no instances
  IndexColumn of_node;           // index into infos, by node
};

// An inferred class of plain objects, named by its properties: "{a, b}".
struct InterfaceDefinition {
  std::string name;
  std::vector<std::string> properties;
};

enum class Need : unsigned {
  kNames = 0,  // detachedness, which DisplayName() asks for
  kRetainers = 1,
  kDistances = 2,
  kShallowSizes = 4,
  kDominators = 8,  // with retained sizes; implies kRetainers and kShallowSizes
  kClasses = 16,    // with retained sizes; implies kInstances, kDominators and kDistances
  kInstances = 32,  // the classes without retained sizes; implies kShallowSizes
  kAll = 63,
};

constexpr Need operator|(Need a, Need b) {
  return Need{static_cast<unsigned>(a) | static_cast<unsigned>(b)};
}
constexpr bool Includes(Need set, Need need) { return (set | need) == set; }
constexpr Need WithImplied(Need need) {
  if (Includes(need, Need::kClasses))
    need = need | Need::kInstances | Need::kDominators | Need::kDistances;
  if (Includes(need, Need::kInstances)) need = need | Need::kShallowSizes;
  if (Includes(need, Need::kDominators)) need = need | Need::kRetainers | Need::kShallowSizes;
  return need;
}

struct Analysis {
  Retainers retainers;
  Column<int32_t> distances;
  SizeColumn shallow_sizes;     // self sizes after DevTools' reassignment to owners
  Column<uint32_t> dominators;  // immediate; the root's is the root
  RetainedSizeColumn retained_sizes;
  Column<uint8_t> detachedness;  // as propagated; empty if nothing in the dump is detached
  std::vector<InterfaceDefinition> interfaces;
  Classes classes;
};

// Computes at least `need`; what was not needed is left empty. Uses up to `threads` threads (0: one
// per processor). Fails only with kCancelled.
Result<Analysis> Analyze(const HeapGraph& graph, Need need, Progress& progress,
                         unsigned threads = 0);

// The children of every node in the dominator tree, ascending by node; or only those of nodes that
// retain at least `least` bytes, which are few and quickly found.
class DominatorTree {
 public:
  DominatorTree(const HeapGraph& graph, const Analysis& analysis, uint64_t least = 0);
  std::span<const uint32_t> Children(NodeId node) const {
    return {nodes_.data() + first_[Index(node)], nodes_.data() + first_[Index(node) + 1]};
  }

 private:
  Column<uint32_t> first_;
  Column<uint32_t> nodes_;
};

// DevTools' Statistics view, in bytes.
struct Statistics {
  uint64_t total = 0;
  uint64_t native_total = 0;
  uint64_t typed_arrays = 0;  // part of native_total
  uint64_t v8heap_total = 0;
  uint64_t code = 0;
  uint64_t js_arrays = 0;
  uint64_t strings = 0;
  uint64_t system = 0;
};
Statistics ComputeStatistics(const HeapGraph& graph, const Analysis& analysis);

// A node's name as DevTools shows it: cons strings joined, plain objects as "{a, b, …}", detached
// ones marked. At most about 1024 characters of a cons string are joined.
std::string DisplayName(const HeapGraph& graph, const Analysis& analysis, NodeId node);

// Equal strings that are stored more than once (DevTools' "duplicated strings" filter).
struct DuplicateString {
  std::string value;  // as far as the dump has it
  bool truncated = false;
  bool known_equal = true;  // false: known are their beginnings and that their sizes are equal
  std::vector<NodeId> nodes;
  uint64_t self_size = 0;      // of all copies, bytes
  uint64_t retained_size = 0;  // of all copies, bytes
};
// Fails only with kCancelled.
Result<std::vector<DuplicateString>> FindDuplicateStrings(const HeapGraph& graph,
                                                          const Analysis& analysis,
                                                          const Progress& progress);

// DevTools' Comparison: what AFTER has more and less than BEFORE, a row per class, joined by id.
struct ClassDiff {
  std::string name;
  std::optional<Location> location;
  std::vector<NodeId> added;    // nodes of the graph after
  std::vector<NodeId> removed;  // nodes of the graph before
  uint64_t added_size = 0;
  uint64_t removed_size = 0;
};
// Fails only with kCancelled.
Result<std::vector<ClassDiff>> Compare(const HeapGraph& before, const Analysis& before_analysis,
                                       const HeapGraph& after, const Analysis& after_analysis,
                                       const Progress& progress);

}  // namespace nodeheap
