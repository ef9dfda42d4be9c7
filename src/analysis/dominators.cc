// Dominators by the semi-NCA algorithm: L. Georgiadis, "Linear-Time Algorithms for Dominators and
// Related Problems", Princeton 2005, section 2.2. The dominator tree of a graph is unique, so it is
// the one that DevTools finds with Lengauer-Tarjan. Everything is kept by preorder number, where a
// node and its dominator are mostly near each other in memory.
#include "analysis/dominators.h"

#include <algorithm>
#include <limits>
#include <optional>
#include <utility>
#include <vector>

namespace nodeheap {
namespace {

// A node's place in the forest of processed nodes: the nearest ancestor not compressed away, and
// the least semidominator on the way to it (that ancestor excluded).
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

  [[gnu::always_inline]] void Prefetch(uint32_t number) const {
    __builtin_prefetch(&links_[number]);
  }

 private:
  Column<Link> links_;
  std::vector<uint32_t> path_;
};

// The main loop is bound by cache misses: on a node's range of retainers, on the retainers, on
// their preorder numbers, on their links. Each is fetched one step before the next needs it.
[[gnu::always_inline]] inline void Prefetch(const Preorder& preorder, const Retainers& retainers,
                                            const LinkForest& forest, uint32_t w) {
  constexpr uint32_t kStep = 8;
  constexpr uint32_t kRetainers = 4;
  if (w <= 4 * kStep) return;
  const Column<uint32_t>& first = retainers.first();
  const auto near = [&](uint32_t number) {
    const auto sources = retainers.Sources(NodeId{preorder.node[number]});
    return sources.first(std::min<size_t>(sources.size(), kRetainers));
  };
  __builtin_prefetch(&first[preorder.node[w - 4 * kStep]]);
  __builtin_prefetch(retainers.sources().data() + first[preorder.node[w - 3 * kStep]]);
  for (const uint32_t entry : near(w - 2 * kStep))
    __builtin_prefetch(&preorder.number[Index(Retainers::Source(entry))]);
  for (const uint32_t entry : near(w - kStep))
    forest.Prefetch(preorder.NumberOf(Index(Retainers::Source(entry))));
}

// Skips over ancestors in the dominator tree while it grows: E. W. Myers, "An applicative
// random-access stack", Information Processing Letters 17 (1983). Any ancestor is O(log depth)
// steps away.
class AncestorJumps {
 public:
  explicit AncestorJumps(size_t size) : jump_(size), depth_(size) {}

  // REQUIRES: `dominator` was added before, or is the root.
  void Add(uint32_t w, uint32_t dominator) {
    const uint32_t far = jump_[dominator];
    const bool equal_steps = depth_[dominator] - depth_[far] == depth_[far] - depth_[jump_[far]];
    jump_[w] = equal_steps ? jump_[far] : dominator;
    depth_[w] = depth_[dominator] + 1;
  }

  // Where to look next for an ancestor of `from` that is at most `limit`. REQUIRES: from > limit.
  uint32_t Next(uint32_t from, uint32_t limit, uint32_t dominator) const {
    return jump_[from] > limit ? jump_[from] : dominator;
  }

 private:
  Column<uint32_t> jump_;
  Column<uint32_t> depth_;
};

// A node's dominator is the nearest ancestor of its parent that is not above its semidominator.
// `dominators` holds the parents, and is turned into the result from the front.
void ClimbToDominators(const Column<uint32_t>& semidominators, Column<uint32_t>& dominators) {
  constexpr uint32_t kRoot = 1;
  constexpr uint64_t kPatience = 8;  // steps per node; nearly all heaps need less than one
  uint64_t steps = 0;
  std::optional<AncestorJumps> jumps;
  dominators[kRoot] = kRoot;
  for (uint32_t w = kRoot + 1; w < dominators.size(); ++w) {
    uint32_t dominator = dominators[w];
    for (; dominator > semidominators[w]; ++steps) {
      const uint32_t above = dominators[dominator];
      dominator = jumps ? jumps->Next(dominator, semidominators[w], above) : above;
    }
    dominators[w] = dominator;
    if (jumps) {
      jumps->Add(w, dominator);
    } else if (steps > kPatience * dominators.size()) {
      jumps.emplace(dominators.size());
      for (uint32_t earlier = kRoot + 1; earlier <= w; ++earlier)
        jumps->Add(earlier, dominators[earlier]);
    }
  }
}

}  // namespace

Column<uint32_t> FindDominators(const Retainers& retainers, Preorder& preorder) {
  constexpr uint32_t kRoot = 1;
  constexpr uint32_t kNone = std::numeric_limits<uint32_t>::max();
  const uint32_t last = preorder.last;
  LinkForest forest(size_t{last} + 1);
  Column<uint32_t> semidominators(size_t{last} + 1);
  for (uint32_t w = last; w > kRoot; --w) {
    Prefetch(preorder, retainers, forest, w);
    uint32_t least = kNone;
    if (w < preorder.cut_off) {
      const uint32_t node = preorder.node[w];
      for (const uint32_t entry : retainers.Sources(NodeId{node})) {
        if (!preorder.Counts(entry, node)) continue;
        const uint32_t v = preorder.NumberOf(entry);
        if (v >= preorder.cut_off) continue;
        least = std::min(least, v < w ? v : forest.Least(v, w));
      }
    }
    semidominators[w] = least == kNone ? kRoot : least;
    forest.Add(w, preorder.parent[w], semidominators[w]);
  }

  Column<uint32_t> dominators = std::move(preorder.parent);
  ClimbToDominators(semidominators, dominators);
  // From preorder numbers to nodes, in place.
  Column<uint32_t> by_node = std::move(preorder.number);
  for (uint32_t& number : by_node) number = preorder.node[dominators[number & ~Preorder::kOwned]];
  return by_node;
}

Column<uint64_t> SumRetained(const Column<uint32_t>& order, const Column<uint32_t>& dominators,
                             const SizeColumn& shallow_sizes) {
  Column<uint64_t> retained(shallow_sizes.size());
  for (size_t node = 0; node < retained.size(); ++node) retained[node] = shallow_sizes[node];
  // A dominator is met before what it dominates.
  for (size_t w = order.size() - 1; w > 1; --w)
    retained[dominators[order[w]]] += retained[order[w]];
  return retained;
}

TreeLinks LinkTree(const Column<uint32_t>& order, const Column<uint32_t>& dominators) {
  TreeLinks links{.first_child = Column<uint32_t>(dominators.size()),
                  .next_sibling = Column<uint32_t>(dominators.size())};
  std::ranges::fill(links.first_child, TreeLinks::kNone);
  // Backwards, so that children stand in the order in which the search met them.
  for (size_t w = order.size() - 1; w > 1; --w) {
    const uint32_t node = order[w];
    links.next_sibling[node] = std::exchange(links.first_child[dominators[node]], node);
  }
  return links;
}

void SumRetainedByClass(NodeId root, const TreeLinks& links, const Analysis& analysis,
                        Classes& classes) {
  constexpr uint32_t kNone = TreeLinks::kNone;
  // By class: its outermost instance on the path from the root to where the walk is.
  std::vector<uint32_t> outermost(classes.infos.size(), kNone);
  const auto enter = [&](uint32_t node) {
    const uint32_t cls = classes.of_node[node];
    if (outermost[cls] != kNone || analysis.shallow_sizes[node] == 0) return;
    classes.infos[cls].retained_size += analysis.retained_sizes[node];
    if (links.first_child[node] != kNone) outermost[cls] = node;
  };
  // Inner nodes to walk below; kLeave is added to those that were walked below.
  constexpr uint32_t kLeave = 1U << 31;
  std::vector<uint32_t> stack = {Index(root)};
  while (!stack.empty()) {
    const uint32_t node = stack.back();
    if ((node & kLeave) != 0) {
      uint32_t& outer = outermost[classes.of_node[node & ~kLeave]];
      if (outer == (node & ~kLeave)) outer = kNone;
      stack.pop_back();
      continue;
    }
    stack.back() |= kLeave;
    enter(node);
    for (uint32_t child = links.first_child[node]; child != kNone;) {
      const uint32_t next = links.next_sibling[child];
      if (next != kNone) {
        __builtin_prefetch(&links.next_sibling[next]);
        __builtin_prefetch(&links.first_child[next]);
        __builtin_prefetch(&classes.of_node[next]);
      }
      if (links.first_child[child] == kNone) {
        enter(child);
      } else {
        stack.push_back(child);
      }
      child = next;
    }
  }
}

}  // namespace nodeheap
