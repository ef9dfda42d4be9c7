#include "analysis/dominator_sums.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "base/parallel.h"

namespace nodeheap {
namespace {

// Adds up the retained sizes of the classes over one range of positions.
class ClassSums {
 public:
  ClassSums(const TreeOrder& order, const TreeSizes& sizes, const Classes& classes)
      : order_(order),
        sizes_(sizes),
        classes_(classes),
        covered_(classes.infos.size()),
        sums_(classes.infos.size()) {}

  void Run(uint32_t begin, uint32_t end) {
    // First those that dominate the node at `begin`.
    for (uint32_t at = 0; at < begin;) {
      const bool dominates = order_.end[at] > begin;
      if (dominates) Enter(at);
      at = dominates ? at + 1 : order_.end[at];
    }
    for (uint32_t at = begin; at < end; ++at)
      if (Enter(at)) sums_[ClassAt(at)] += sizes_.Retained(order_, at);
  }

  const std::vector<uint64_t>& sums() const { return sums_; }

 private:
  uint32_t ClassAt(uint32_t at) const { return classes_.of_node[order_.node[at]]; }

  // False if the node is no instance, or no outermost one.
  bool Enter(uint32_t at) {
    uint32_t& covered = covered_[ClassAt(at)];
    if (at < covered || sizes_.Shallow(at) == 0) return false;
    covered = order_.end[at];
    return true;
  }

  const TreeOrder& order_;
  const TreeSizes& sizes_;
  const Classes& classes_;
  std::vector<uint32_t> covered_;  // by class: all before this is dominated by an instance
  std::vector<uint64_t> sums_;     // by class
};

}  // namespace

TreeOrder OrderTree(Column<uint32_t> node, Column<uint32_t> dominators) {
  constexpr uint32_t kRoot = 1;
  const auto count = static_cast<uint32_t>(node.size() - 1);
  // By number: first how many nodes it dominates, then where the next of them goes, which in the
  // end is behind the last.
  Column<uint32_t> next(node.size());
  for (uint32_t w = count; w > kRoot; --w) next[dominators[w]] += ++next[w];
  next[kRoot] = 1;
  dominators[kRoot] = 0;  // by number, as far as the loop got: the position
  for (uint32_t w = kRoot + 1; w <= count; ++w) {
    const uint32_t at = next[dominators[w]];
    next[dominators[w]] += next[w];
    next[w] = at + 1;
    dominators[w] = at;
  }

  TreeOrder order{.node = Column<uint32_t>(count), .end = std::move(dominators)};
  for (uint32_t w = kRoot; w <= count; ++w) order.node[order.end[w]] = w;
  for (uint32_t at = 0; at < count; ++at) {
    const uint32_t w = order.node[at];
    order.node[at] = node[w];
    order.end[at] = next[w];
  }
  return order;
}

TreeSizes::TreeSizes(const TreeOrder& order, const SizeColumn& shallow_sizes)
    : before_(order.node.size() + 1) {
  for (size_t at = 0; at < order.node.size(); ++at)
    before_[at + 1] = before_[at] + shallow_sizes[order.node[at]];
}

RetainedSizeColumn TreeSizes::RetainedByNode(const TreeOrder& order, unsigned threads) const {
  const size_t count = order.node.size();
  RetainedSizeColumn by_node(count);
  ParallelRanges(threads, count, [&](uint64_t begin, uint64_t end) {
    for (uint64_t at = begin; at < end; ++at) by_node.Set(order.node[at], Retained(order, at));
  });
  return by_node;
}

void SumRetainedByClass(const TreeOrder& order, const TreeSizes& sizes, Classes& classes,
                        unsigned threads) {
  std::vector<ClassSums> parts(threads, ClassSums(order, sizes, classes));
  const uint64_t count = order.node.size();
  RunParallel(threads, [&](unsigned index) {
    parts[index].Run(static_cast<uint32_t>(count * index / threads),
                     static_cast<uint32_t>(count * (index + 1) / threads));
  });
  for (const ClassSums& part : parts)
    for (size_t cls = 0; cls < classes.infos.size(); ++cls)
      classes.infos[cls].retained_size += part.sums()[cls];
}

}  // namespace nodeheap
