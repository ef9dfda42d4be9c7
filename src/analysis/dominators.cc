// Dominators by the semi-NCA algorithm: L. Georgiadis, "Linear-Time Algorithms for Dominators and
// Related Problems", Princeton 2005, section 2.2. The dominator tree of a graph is unique, so it is
// the one that DevTools finds with Lengauer-Tarjan. Everything is kept by preorder number, where a
// node and its dominator are mostly near each other in memory.
#include "analysis/dominators.h"

#include <algorithm>
#include <limits>
#include <vector>

namespace nodeheap {
namespace {

// A node's place in the forest of processed nodes: the nearest ancestor not compressed away, and the
// least semidominator on the way to it (that ancestor excluded).
struct Link {
  uint32_t ancestor;
  uint32_t least;
};

class LinkForest {
 public:
  explicit LinkForest(size_t size) : links_(size) {}

  void Add(uint32_t number, uint32_t parent, uint32_t semidominator) {
    links_[number] = {parent, semidominator};
  }

  // The least semidominator among `number` and its ancestors above `processed`, the number that all
  // nodes in the forest exceed.
  uint32_t Least(uint32_t number, uint32_t processed) {
    uint32_t top = number;
    while (links_[top].ancestor > processed) {
      path_.push_back(top);
      top = links_[top].ancestor;
    }
    Link above = links_[top];
    while (!path_.empty()) {
      Link& link = links_[path_.back()];
      path_.pop_back();
      above.least = std::min(above.least, link.least);
      link = above;
    }
    return above.least;
  }

 private:
  Column<Link> links_;
  std::vector<uint32_t> path_;
};

// The main loop is bound by cache misses: on the node's range of retainers, on the retainers, and on
// their preorder numbers. Each is fetched one step earlier than the next needs it.
void Prefetch(const Preorder& preorder, const Retainers& retainers, uint32_t w) {
  constexpr uint32_t kStep = 8;
  constexpr uint32_t kRetainers = 4;
  if (w <= 3 * kStep) return;
  const Column<uint32_t>& first = retainers.first();
  __builtin_prefetch(&first[preorder.node[w - 3 * kStep]]);
  __builtin_prefetch(retainers.sources().data() + first[preorder.node[w - 2 * kStep]]);
  const auto near = retainers.Sources(NodeId{preorder.node[w - kStep]});
  for (const uint32_t entry : near.first(std::min<size_t>(near.size(), kRetainers)))
    __builtin_prefetch(&preorder.number[Index(Retainers::Source(entry))]);
}

}  // namespace

Column<uint32_t> FindDominators(const HeapGraph& graph, const Column<uint8_t>& page_owned,
                                const Retainers& retainers, Preorder& preorder) {
  constexpr uint32_t kRoot = 1;
  const uint32_t last = preorder.last;
  const uint32_t root_node = Index(graph.root());
  LinkForest forest(size_t{last} + 1);
  Column<uint32_t> semidominators(size_t{last} + 1);
  for (uint32_t w = last; w > kRoot; --w) {
    Prefetch(preorder, retainers, w);
    const uint32_t node = preorder.node[w];
    uint32_t semidominator = kRoot;
    if (w < preorder.cut_off) {
      uint32_t least = std::numeric_limits<uint32_t>::max();
      for (const uint32_t entry : retainers.Sources(NodeId{node})) {
        if ((entry & Retainers::kNotEssential) != 0) continue;
        if (page_owned[node] != 0 && page_owned[entry] == 0 && entry != root_node) continue;
        const uint32_t v = preorder.number[entry];
        if (v >= preorder.cut_off) continue;
        least = std::min(least, v < w ? v : forest.Least(v, w));
      }
      if (least != std::numeric_limits<uint32_t>::max()) semidominator = least;
    }
    semidominators[w] = semidominator;
    forest.Add(w, preorder.parent[w], semidominator);
  }

  Column<uint32_t> dominators = std::move(preorder.parent);
  dominators[kRoot] = kRoot;
  for (uint32_t w = kRoot + 1; w <= last; ++w) {
    uint32_t dominator = dominators[w];
    while (dominator > semidominators[w]) dominator = dominators[dominator];
    dominators[w] = dominator;
  }
  return dominators;
}

Column<uint64_t> SumRetained(const Preorder& preorder, const Column<uint32_t>& dominators,
                             const Column<uint64_t>& shallow_sizes) {
  const uint32_t last = preorder.last;
  Column<uint64_t> retained(size_t{last} + 1);
  for (uint32_t w = 1; w <= last; ++w) retained[w] = shallow_sizes[preorder.node[w]];
  for (uint32_t w = last; w > 1; --w) retained[dominators[w]] += retained[w];
  return retained;
}

void SumRetainedByClass(const Preorder& preorder, const Column<uint32_t>& dominators,
                        const Column<uint64_t>& retained, const Column<uint64_t>& shallow_sizes,
                        Classes& classes) {
  const uint32_t last = preorder.last;
  // The dominator tree in preorder: a subtree is a range of positions.
  Column<uint32_t> subtree(size_t{last} + 1);  // its number of nodes
  for (uint32_t w = last; w >= 1; --w) {
    ++subtree[w];
    if (w > 1) subtree[dominators[w]] += subtree[w];
  }
  Column<uint32_t> next(size_t{last} + 1);      // where the node's next child goes
  Column<uint32_t> at_position(size_t{last} + 1);
  for (uint32_t w = 1; w <= last; ++w) {
    const uint32_t position = w == 1 ? 0 : next[dominators[w]];
    if (w > 1) next[dominators[w]] += subtree[w];
    next[w] = position + 1;
    at_position[position] = w;
  }
  // Where the subtree of the class's latest outermost instance ends.
  std::vector<uint32_t> covered(classes.infos.size());
  for (uint32_t position = 0; position < last; ++position) {
    const uint32_t w = at_position[position];
    const uint32_t node = preorder.node[w];
    const uint32_t cls = classes.of_node[node];
    if (shallow_sizes[node] == 0 || position < covered[cls]) continue;
    classes.infos[cls].retained_size += retained[w];
    covered[cls] = position + subtree[w];
  }
}

}  // namespace nodeheap
