// Dominators by the semi-NCA algorithm: L. Georgiadis, "Linear-Time Algorithms for Dominators and
// Related Problems", Princeton 2005, section 2.2. The dominator tree of a graph is unique, so it is
// the one that DevTools finds with Lengauer-Tarjan. Everything is kept by preorder number, where a
// node and its dominator are mostly near each other in memory.
#include "analysis/dominators.h"

#include <algorithm>
#include <array>
#include <limits>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "base/parallel.h"

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

// Finds the semidominator of one node after the other, from the last to the first.
class Semidominators {
 public:
  Semidominators(const Retainers& retainers, const Preorder& preorder)
      : retainers_(retainers), preorder_(preorder), forest_(size_t{preorder.last} + 1) {}

  // REQUIRES: all nodes behind `w` were asked for, `w` was not.
  uint32_t Find(uint32_t w) {
    FetchAhead(w);
    const uint32_t least = w < preorder_.cut_off ? Least(w) : kNone;
    const uint32_t semidominator = least == kNone ? kRoot : least;
    forest_.Add(w, preorder_.parent[w], semidominator);
    return semidominator;
  }

  static constexpr uint32_t kRoot = 1;

 private:
  static constexpr uint32_t kNone = std::numeric_limits<uint32_t>::max();
  static constexpr size_t kBatch = 64;

  uint32_t Least(uint32_t w) {
    const auto entries = retainers_.Sources(NodeId{preorder_.node[w]});
    uint32_t least = kNone;
    for (size_t at = 0; at < entries.size() && least != kRoot; at += kBatch)
      least = std::min(least, Least(w, entries.subspan(at, std::min(kBatch, entries.size() - at))));
    return least;
  }

  // Some nodes have a million retainers, so the links of a batch are fetched before one is
  // followed.
  uint32_t Least(uint32_t w, std::span<const uint32_t> entries) {
    const uint32_t node = preorder_.node[w];
    uint32_t least = kNone;
    std::array<uint32_t, kBatch> later;
    size_t later_count = 0;
    for (const uint32_t entry : entries) {
      if (!preorder_.Counts(entry, node)) continue;
      const uint32_t v = preorder_.NumberOf(entry);
      if (v >= preorder_.cut_off) continue;
      if (v < w) {
        least = std::min(least, v);
      } else {
        forest_.Prefetch(v);
        later[later_count++] = v;
      }
    }
    for (size_t i = 0; i < later_count; ++i) least = std::min(least, forest_.Least(later[i], w));
    return least;
  }

  // The search is bound by cache misses: on a node's range of retainers, on the retainers, on their
  // preorder numbers, on their links. Each is fetched one step before the next needs it.
  [[gnu::always_inline]] void FetchAhead(uint32_t w) const {
    constexpr uint32_t kStep = 8;
    constexpr uint32_t kRetainers = 4;
    if (w <= 4 * kStep) return;
    const Column<uint32_t>& first = retainers_.first();
    const auto near = [&](uint32_t number) {
      const auto sources = retainers_.Sources(NodeId{preorder_.node[number]});
      return sources.first(std::min<size_t>(sources.size(), kRetainers));
    };
    __builtin_prefetch(&first[preorder_.node[w - 4 * kStep]]);
    __builtin_prefetch(retainers_.sources().data() + first[preorder_.node[w - 3 * kStep]]);
    for (const uint32_t entry : near(w - 2 * kStep))
      __builtin_prefetch(&preorder_.number[Index(Retainers::Source(entry))]);
    for (const uint32_t entry : near(w - kStep))
      forest_.Prefetch(preorder_.NumberOf(Index(Retainers::Source(entry))));
  }

  const Retainers& retainers_;
  const Preorder& preorder_;
  LinkForest forest_;
};

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
  Column<uint32_t> semidominators(size_t{preorder.last} + 1);
  {
    Semidominators search(retainers, preorder);
    for (uint32_t w = preorder.last; w > Semidominators::kRoot; --w)
      semidominators[w] = search.Find(w);
  }
  Column<uint32_t> dominators = std::move(preorder.parent);
  ClimbToDominators(semidominators, dominators);
  return dominators;
}

Column<uint32_t> DominatorsByNode(const Column<uint32_t>& dominators, Preorder& preorder,
                                  unsigned threads) {
  Column<uint32_t> by_node = std::move(preorder.number);
  ParallelRanges(threads, preorder.last, [&](uint64_t begin, uint64_t end) {
    for (uint64_t w = begin + 1; w <= end; ++w)
      by_node[preorder.node[w]] = preorder.node[dominators[w]];
  });
  return by_node;
}

}  // namespace nodeheap
