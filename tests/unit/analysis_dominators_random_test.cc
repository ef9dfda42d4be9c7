// Random graphs against the definition: d dominates n if n cannot be reached without d.
#include <gtest/gtest.h>

#include <random>
#include <set>
#include <string>
#include <vector>

#include "support/analyzed_heap.h"
#include "support/exercise.h"

namespace nodeheap::test {
namespace {

struct RandomEdge {
  uint32_t from;
  uint32_t to;
  std::string type;
  bool from_table;  // the half of a WeakMap's pair that does not count
};

struct RandomHeap {
  uint32_t nodes;
  std::vector<RandomEdge> edges;
  uint32_t dom_trees;  // the node "(Document DOM trees)", or 0 for none
};

RandomHeap MakeRandomHeap(uint32_t seed) {
  std::mt19937 random(seed);
  const auto below = [&random](size_t limit) { return static_cast<uint32_t>(random() % limit); };
  RandomHeap heap{.nodes = 2 + below(14), .edges = {}, .dom_trees = 0};
  if (below(4) == 0) heap.dom_trees = 1 + below(heap.nodes - 1);
  const std::vector<std::string> types = {"property", "property", "element", "internal",
                                          "hidden",   "context",  "weak",    "shortcut"};
  for (uint32_t edges = below(size_t{3} * heap.nodes); edges > 0; --edges) {
    RandomEdge edge{.from = below(3) == 0 ? 0 : below(heap.nodes),
                    .to = below(heap.nodes),
                    .type = types[below(types.size())],
                    .from_table = false};
    edge.from_table = edge.type == "internal" && below(3) == 0;
    heap.edges.push_back(std::move(edge));
  }
  return heap;
}

std::string Key(uint32_t node) { return node == 0 ? "root" : std::to_string(node); }

SnapshotBuilder Build(const RandomHeap& heap) {
  SnapshotBuilder builder;
  for (uint32_t node = 1; node < heap.nodes; ++node) {
    if (node == heap.dom_trees) {
      builder.Node(Key(node), {.type = "synthetic", .name = "(Document DOM trees)", .size = node});
    } else {
      builder.Node(Key(node), {.size = node});
    }
  }
  for (const RandomEdge& edge : heap.edges) {
    const std::string pair = "1 / part of key (K @5) -> value (V @7) pair in WeakMap (table @" +
                             std::to_string(2 * edge.from + 1) + ")";
    builder.Edge(Key(edge.from), edge.type, edge.from_table ? pair : "1", Key(edge.to));
  }
  return builder;
}

using Successors = std::vector<std::set<uint32_t>>;

// All that `start` reaches, never entering `without`.
void Reach(const Successors& next, uint32_t start, uint32_t without, std::vector<bool>& reached) {
  if (start == without || reached[start]) return;
  reached[start] = true;
  for (const uint32_t to : next[start]) Reach(next, to, without, reached);
}

constexpr uint32_t kNobody = ~uint32_t{0};

std::vector<bool> ReachedFromRoot(const Successors& next, uint32_t without) {
  std::vector<bool> reached(next.size());
  Reach(next, 0, without, reached);
  return reached;
}

std::vector<bool> FindProgram(const RandomHeap& heap) {
  Successors strong(heap.nodes);
  for (const RandomEdge& edge : heap.edges)
    if (edge.type != "weak") strong[edge.from].insert(edge.to);
  std::vector<bool> program(heap.nodes);
  for (const RandomEdge& edge : heap.edges) {
    const bool starts = edge.type == "shortcut" || (edge.type == "element" && heap.dom_trees != 0 &&
                                                    edge.to == heap.dom_trees);
    if (edge.from == 0 && starts) Reach(strong, edge.to, kNobody, program);
  }
  return program;
}

Successors EssentialEdges(const RandomHeap& heap) {
  const std::vector<bool> program = FindProgram(heap);
  Successors next(heap.nodes);
  for (const RandomEdge& edge : heap.edges) {
    if (edge.type == "weak" || edge.from == edge.to || edge.from_table) continue;
    if (edge.from != 0 && (edge.type == "shortcut" || (program[edge.to] && !program[edge.from])))
      continue;
    next[edge.from].insert(edge.to);
  }
  return next;
}

// Lets the root hold what nothing holds: first what nothing points at, then the rest, whose edges
// do not count.
void AdoptTheRest(Successors& next) {
  const Successors given = next;
  std::vector<bool> reached = ReachedFromRoot(next, kNobody);
  for (uint32_t node = 0; node < next.size(); ++node) {
    const bool held =
        std::ranges::any_of(given, [node](const auto& to) { return to.contains(node); });
    if (reached[node] || held) continue;
    next[0].insert(node);
    reached = ReachedFromRoot(next, kNobody);
  }
  for (uint32_t node = 0; node < next.size(); ++node) {
    if (reached[node]) continue;
    next[node].clear();
    next[0].insert(node);
  }
}

// The dominators of each node, itself included.
std::vector<std::set<uint32_t>> AllDominators(const Successors& next) {
  std::vector<std::set<uint32_t>> dominators(next.size());
  for (uint32_t d = 0; d < next.size(); ++d) {
    const std::vector<bool> reached = ReachedFromRoot(next, d);
    for (uint32_t node = 0; node < next.size(); ++node)
      if (!reached[node]) dominators[node].insert(d);
  }
  return dominators;
}

// The immediate dominator is the strict one that has the most dominators itself.
uint32_t Immediate(const std::vector<std::set<uint32_t>>& dominators, uint32_t node) {
  uint32_t best = 0;
  for (const uint32_t d : dominators[node])
    if (d != node && dominators[d].size() > dominators[best].size()) best = d;
  return best;
}

TEST(DominatorsOfRandomGraphs, AreThoseOfTheDefinition) {
  for (uint32_t seed = 0; seed < 4000; ++seed) {
    const RandomHeap heap = MakeRandomHeap(seed);
    const AnalyzedHeap analyzed(Build(heap));
    Successors next = EssentialEdges(heap);
    AdoptTheRest(next);
    const auto dominators = AllDominators(next);
    for (uint32_t node = 0; node < heap.nodes; ++node) {
      ASSERT_EQ(analyzed.analysis().dominators[node], Immediate(dominators, node))
          << "node " << node << " of graph " << seed << "\n"
          << Build(heap).Text();
      uint64_t retained = 0;
      for (uint32_t other = 0; other < heap.nodes; ++other)
        if (dominators[other].contains(node)) retained += other;
      ASSERT_EQ(analyzed.analysis().retained_sizes[node], retained) << "graph " << seed;
    }
    ASSERT_EQ(WrongNumbers(analyzed.graph(), analyzed.analysis()), "") << "graph " << seed;
  }
}

}  // namespace
}  // namespace nodeheap::test
