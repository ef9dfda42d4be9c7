// How much the graph of a core is like the snapshot that V8 wrote of the same heap right before:
//   check_fidelity CORE NODE_BINARY SNAPSHOT [KINDS]
// prints one line of shares in percent as "name=value", for tests/differential/fidelity/run, then
// the classes whose instances are not as many, and the KINDS (default 8) commonest kinds of each
// other difference with an example. docs/fidelity.md explains what is left.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <exception>
#include <map>
#include <optional>
#include <set>
#include <span>

#include "differential/fidelity/graph_pair.h"
#include "explorer/explorer.h"
#include "memory/core_file.h"
#include "memory/elf_image.h"
#include "nodeheap/analysis.h"
#include "nodeheap/snapshot.h"
#include "v8/heap.h"

using namespace nodeheap;
using namespace nodeheap::fidelity;

namespace {

constexpr size_t kLargest = 100;         // nodes, by retained size
constexpr double kRetainedShare = 0.01;  // that retained sizes may differ by

struct Share {
  uint64_t good = 0;
  uint64_t all = 0;
  void Count(bool is_good) {
    ++all;
    good += is_good ? 1 : 0;
  }
  double percent() const {
    return all == 0 ? 100 : 100.0 * static_cast<double>(good) / static_cast<double>(all);
  }
};

// What has no counterpart in the other graph.
struct NodeSet {
  uint64_t common = 0;
  uint64_t missing = 0;   // of V8's heap
  uint64_t embedder = 0;  // of Node's native code
  uint64_t extra = 0;     // not allocated later
  uint64_t later = 0;
  Tally missing_kinds, extra_kinds;
  double percent() const {
    const double all = static_cast<double>(common + missing + extra);
    return 100 * static_cast<double>(common) / all;
  }
};

std::string Kind(const HeapGraph& graph, NodeId node) {
  return graph.type_name(node) + ":" + graph.strings().GetPrefix(graph.name(node), 40);
}

NodeSet CompareNodeSets(const GraphPair& pair) {
  NodeSet result;
  std::vector<bool> is_known(pair.core.node_count());
  for (uint32_t i = 0; i < pair.snapshot.node_count(); ++i) {
    const NodeId node{i};
    if (pair.snapshot.type(node) == NodeType::kSynthetic) continue;
    if (const auto partner = pair.PartnerOf(node)) {
      ++result.common;
      is_known[Index(*partner)] = true;
    } else if (IsEmbedderNode(pair.snapshot, node)) {
      ++result.embedder;
    } else {
      ++result.missing;
      result.missing_kinds.Add(Kind(pair.snapshot, node), pair.snapshot.id(node));
    }
  }
  for (uint32_t i = 0; i < pair.core.node_count(); ++i) {
    const NodeId node{i};
    if (pair.core.type(node) == NodeType::kSynthetic || is_known[i]) continue;
    if (pair.IsLater(node)) {
      ++result.later;
    } else {
      ++result.extra;
      result.extra_kinds.Add(Kind(pair.core, node), pair.core.id(node));
    }
  }
  return result;
}

struct Labels {
  Share names;  // and types
  Share sizes;
  Tally name_kinds, size_kinds;
};

Labels CompareLabels(const GraphPair& pair) {
  Labels result;
  for (uint32_t i = 0; i < pair.snapshot.node_count(); ++i) {
    const NodeId ours = pair.PartnerOf(NodeId{i}).value_or(NodeId{GraphPair::kNone});
    if (Index(ours) == GraphPair::kNone) continue;
    const NodeId theirs{i};
    const bool same_name = pair.snapshot.type(theirs) == pair.core.type(ours) &&
                           pair.snapshot.strings().Get(pair.snapshot.name(theirs)) ==
                               pair.core.strings().Get(pair.core.name(ours));
    const bool same_size = pair.snapshot.self_size(theirs) == pair.core.self_size(ours);
    result.names.Count(same_name);
    result.sizes.Count(same_size);
    const std::string kinds = Kind(pair.snapshot, theirs) + " <> " + Kind(pair.core, ours);
    if (!same_name) result.name_kinds.Add(kinds, pair.snapshot.id(theirs));
    if (!same_size) result.size_kinds.Add(kinds, pair.snapshot.id(theirs));
  }
  return result;
}

struct EdgeComparison {
  Share found;  // of V8's edges
  Share right;  // of the core's edges
  Tally missing_kinds, extra_kinds;
};

// Type, name and target.
std::string Key(const HeapGraph& graph, EdgeId edge) {
  return fmt::format("{}\n{}\n{}", graph.type_name(edge), graph.edge_name(edge),
                     static_cast<uint64_t>(graph.id(graph.target(edge))));
}

std::string EdgeKind(const HeapGraph& graph, NodeId source, EdgeId edge) {
  const bool is_numbered = graph.type(source) == NodeType::kArray || IsIndexed(graph.type(edge));
  const NodeId target = graph.target(edge);
  return fmt::format("{} --{} {}--> {}", graph.type_name(source), graph.type_name(edge),
                     is_numbered ? "#" : graph.edge_name(edge).substr(0, 40),
                     graph.type_name(target));
}

EdgeComparison CompareEdges(const GraphPair& pair) {
  EdgeComparison result;
  for (uint32_t i = 0; i < pair.snapshot.node_count(); ++i) {
    const NodeId theirs{i};
    const auto ours = pair.PartnerOf(theirs);
    if (!ours) continue;
    std::multiset<std::string> left;
    for (uint32_t e = pair.core.first_edge(*ours); e < pair.core.end_edge(*ours); ++e)
      left.insert(Key(pair.core, EdgeId{e}));
    for (uint32_t e = pair.snapshot.first_edge(theirs); e < pair.snapshot.end_edge(theirs); ++e) {
      const EdgeId edge{e};
      const auto found = left.find(Key(pair.snapshot, edge));
      result.found.Count(found != left.end());
      if (found != left.end())
        left.erase(found);
      else
        result.missing_kinds.Add(EdgeKind(pair.snapshot, theirs, edge), pair.snapshot.id(theirs));
    }
    for (uint32_t e = pair.core.first_edge(*ours); e < pair.core.end_edge(*ours); ++e) {
      const auto found = left.find(Key(pair.core, EdgeId{e}));
      result.right.Count(found == left.end());
      if (found == left.end()) continue;
      result.extra_kinds.Add(EdgeKind(pair.core, *ours, EdgeId{e}), pair.core.id(*ours));
      left.erase(found);
    }
  }
  return result;
}

struct RetainedComparison {
  Share near;
  Share largest;
  Tally kinds, largest_kinds;
};

RetainedComparison CompareRetained(const GraphPair& pair, const Analysis& theirs,
                                   const Analysis& ours) {
  RetainedComparison result;
  std::vector<std::pair<uint64_t, uint32_t>> nodes;
  for (uint32_t i = 0; i < pair.snapshot.node_count(); ++i)
    if (pair.PartnerOf(NodeId{i})) nodes.emplace_back(theirs.retained_sizes[i], i);
  std::ranges::stable_sort(nodes, std::greater(), &std::pair<uint64_t, uint32_t>::first);
  for (size_t rank = 0; rank < nodes.size(); ++rank) {
    const auto [size, i] = nodes[rank];
    const uint64_t mine = ours.retained_sizes[pair.partner[i]];
    const double difference = std::abs(static_cast<double>(mine) - static_cast<double>(size));
    const bool is_near = difference <= kRetainedShare * static_cast<double>(size);
    const NodeId node{i};
    result.near.Count(is_near);
    if (!is_near) result.kinds.Add(pair.snapshot.type_name(node), pair.snapshot.id(node));
    if (rank >= kLargest) continue;
    result.largest.Count(is_near);
    if (!is_near)
      result.largest_kinds.Add(fmt::format("{} {} <> {}", Kind(pair.snapshot, node), size, mine),
                               pair.snapshot.id(node));
  }
  return result;
}

// How many instances each class has in the snapshot and in the core. Prototypes are named like
// instances, but are none.
using ClassCounts = std::map<std::string, std::pair<uint64_t, uint64_t>>;

ClassCounts CountInstances(const GraphPair& pair) {
  const auto is_prototype = [&](std::optional<NodeId> ours) {
    return ours && std::ranges::binary_search(pair.core.columns().prototypes, Index(*ours));
  };
  ClassCounts counts;
  for (uint32_t i = 0; i < pair.snapshot.node_count(); ++i) {
    const NodeId node{i};
    if (pair.snapshot.type(node) == NodeType::kObject && !is_prototype(pair.PartnerOf(node)))
      ++counts[pair.snapshot.strings().Get(pair.snapshot.name(node))].first;
  }
  for (uint32_t i = 0; i < pair.core.node_count(); ++i) {
    const NodeId node{i};
    if (pair.core.type(node) == NodeType::kObject && !is_prototype(node) && !pair.IsLater(node))
      ++counts[pair.core.strings().Get(pair.core.name(node))].second;
  }
  return counts;
}

bool IsEqual(const ClassCounts::value_type& count) {
  return count.second.first == count.second.second;
}

void PrintDifferences(const ClassCounts& classes) {
  for (const auto& count : classes)
    if (!IsEqual(count))
      fmt::print("class {}: {} <> {}\n", count.first, count.second.first, count.second.second);
}

Result<HeapGraph> ExploreCore(const std::string& core_path, const std::string& binary_path,
                              Progress& progress) {
  NH_TRY(const auto core, CoreFile::Open(core_path, progress));
  NH_TRY(const auto binary, ElfImage::Open(binary_path));
  core->Attach(binary, 0);
  NH_TRY(const v8::Metadata metadata, v8::ReadMetadata(*binary));
  NH_TRY(v8::Layout layout, v8::Layout::Resolve(metadata));
  NH_TRY(const v8::Runtime runtime, v8::Runtime::Open(*core, std::move(layout)));
  NH_TRY(const v8::Heap heap, v8::Heap::Walk(runtime, progress));
  return explorer::ExploreHeap(heap, {.isolate = 0, .native = {binary.get(), 0}}, progress);
}

void Print(std::string_view title, const Tally& tally, size_t kinds) {
  const std::string text = tally.Text(kinds);
  if (!text.empty()) fmt::print("{}\n{}", title, text);
}

Result<void> Check(const std::string& core_path, const std::string& binary_path,
                   const std::string& snapshot_path, size_t kinds) {
  Progress progress;
  NH_TRY(const HeapGraph core, ExploreCore(core_path, binary_path, progress));
  NH_TRY(const HeapGraph snapshot, LoadSnapshot(snapshot_path, {}, progress));
  NH_TRY(const Analysis ours, Analyze(core, Need::kDominators, progress));
  NH_TRY(const Analysis theirs, Analyze(snapshot, Need::kDominators, progress));
  const GraphPair pair = Join(snapshot, core);
  const NodeSet nodes = CompareNodeSets(pair);
  const Labels labels = CompareLabels(pair);
  const EdgeComparison edges = CompareEdges(pair);
  const RetainedComparison retained = CompareRetained(pair, theirs, ours);
  const ClassCounts classes = CountInstances(pair);
  fmt::print(
      "nodes={} set={:.3f} embedder={} later={} names={:.3f} sizes={:.3f} edges={:.3f} "
      "right={:.3f} retained={:.3f} largest={} classes={}/{}\n",
      nodes.common, nodes.percent(), nodes.embedder, nodes.later, labels.names.percent(),
      labels.sizes.percent(), edges.found.percent(), edges.right.percent(), retained.near.percent(),
      retained.largest.good, std::ranges::count_if(classes, IsEqual), classes.size());
  PrintDifferences(classes);
  Print("nodes missing in the core", nodes.missing_kinds, kinds);
  Print("nodes only in the core", nodes.extra_kinds, kinds);
  Print("types or names differ", labels.name_kinds, kinds);
  Print("sizes differ", labels.size_kinds, kinds);
  Print("edges missing in the core", edges.missing_kinds, kinds);
  Print("edges only in the core", edges.extra_kinds, kinds);
  Print("retained sizes differ", retained.kinds, kinds);
  Print("retained sizes of the largest differ", retained.largest_kinds, kinds);
  return {};
}

int Run(std::span<char*> arguments) {
  size_t kinds = 8;
  if (arguments.size() == 5) {
    const std::string_view text = arguments[4];
    std::from_chars(text.data(), text.data() + text.size(), kinds);
  } else if (arguments.size() != 4) {
    fmt::print(stderr, "usage: check_fidelity CORE NODE_BINARY SNAPSHOT [KINDS]\n");
    return 2;
  }
  const auto checked = Check(arguments[1], arguments[2], arguments[3], kinds);
  if (checked) return 0;
  fmt::print(stderr, "check_fidelity: {}\n", Describe(checked.error()));
  return 3;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return Run({argv, static_cast<size_t>(argc)});
  } catch (const std::exception& error) {
    fmt::print(stderr, "check_fidelity: {}\n", error.what());
    return 3;
  }
}
