#include "explorer/distance_search.h"

#include <algorithm>
#include <atomic>
#include <mutex>
#include <utility>

#include "base/bitmap.h"
#include "base/parallel.h"
#include "base/stoppable.h"

namespace nodeheap::explorer {
namespace {

// Threads take so many nodes of a level at a time.
constexpr uint32_t kPortion = 2048;

class Search {
 public:
  Search(const SearchedHeap& heap, ReferencesByThread& references,
         std::span<const DistantNode> nodes)
      : heap_(heap),
        references_(references),
        nodes_(nodes),
        distances_(nodes.size()),
        reached_(heap.state.numbers.first() + heap.state.numbers.count()),
        met_(heap.ephemerons.all().size()) {}

  Result<std::vector<std::optional<Distance>>> Run() {
    const std::vector<uint32_t>& from_root = heap_.of_groups[0].edges.targets;
    for (const uint32_t target : from_root)
      if (heap_.IsObject(target)) Reach(target, level_);
    NH_CHECK(SearchFrom({.from_program = true, .steps = 1}));
    reached_.Add(0);
    level_.assign(1, 0);
    NH_CHECK(SearchFrom({.from_program = false, .steps = 0}));
    return std::move(distances_);
  }

 private:
  using Entry = Ephemerons::Entry;

  // Of a level: the next one, and what pairs were met.
  struct Found {
    std::vector<uint32_t> level;
    std::vector<Entry> pairs;
  };

  Result<void> SearchFrom(Distance distance) {
    for (; !level_.empty() && !NoteReached(distance); ++distance.steps) {
      Found found = Expand();
      NH_CHECK(CheckCancelled(heap_.progress));
      for (const Entry& pair : found.pairs) ReachByPair(pair, found.level);
      level_ = std::move(found.level);
    }
    return {};
  }
  // Returns whether nothing is left to look for.
  bool NoteReached(Distance distance) {
    bool all = true;
    for (size_t i = 0; i < nodes_.size(); ++i) {
      if (distances_[i]) continue;
      if (reached_.Has(nodes_[i].node))
        distances_[i] = distance;
      else if (IsNext(nodes_[i]))  // the last level, often the largest, need not be searched
        distances_[i] = {.from_program = distance.from_program, .steps = distance.steps + 1};
      all = all && distances_[i];
    }
    return all;
  }
  bool IsNext(const DistantNode& node) const {
    return std::ranges::any_of(node.sources,
                               [this](uint32_t source) { return reached_.Has(source); });
  }

  Found Expand() {
    Found all;
    std::mutex mutex;
    std::atomic<size_t> next = 0;
    const unsigned threads = level_.size() <= kPortion ? 1 : heap_.threads;
    RunParallel(threads, [&](unsigned thread) {
      Found found;
      for (size_t begin = next.fetch_add(kPortion);
           begin < level_.size() && !heap_.progress.cancelled(); begin = next.fetch_add(kPortion))
        for (size_t i = begin; i < std::min(begin + kPortion, level_.size()); ++i)
          ExpandNode(level_[i], *references_[thread], found);
      const std::scoped_lock lock(mutex);
      all.level.insert(all.level.end(), found.level.begin(), found.level.end());
      all.pairs.insert(all.pairs.end(), found.pairs.begin(), found.pairs.end());
    });
    return all;
  }
  void ExpandNode(uint32_t node, NodeReferences& references, Found& found) {
    const Edges& edges = references.WithoutPairs(node).edges;
    for (size_t i = 0; i < edges.size(); ++i)
      if (EdgeType{edges.types[i]} != EdgeType::kWeak) Reach(edges.targets[i], found.level);
    for (const Entry& entry : heap_.ephemerons.Of(node)) found.pairs.push_back(entry);
  }
  // Memory outside the heap refers to nothing.
  void Reach(uint32_t node, std::vector<uint32_t>& level) {
    if (node < heap_.of_groups.size() || heap_.IsObject(node))
      if (reached_.AddNewShared(node)) level.push_back(node);
  }
  // A value is as far as the farther of its key and its table: the edge that is met first does not
  // count.
  void ReachByPair(const Entry& entry, std::vector<uint32_t>& level) {
    if (reached_.Has(entry.value)) return;
    if (met_.AddNew(entry.pair)) return;
    Reach(entry.value, level);
  }

  const SearchedHeap& heap_;
  ReferencesByThread& references_;
  const std::span<const DistantNode> nodes_;
  std::vector<std::optional<Distance>> distances_;
  Bitmap reached_;
  Bitmap met_;  // by pair: one of its edges was met
  std::vector<uint32_t> level_;
};

}  // namespace

Result<std::vector<std::optional<Distance>>> DistancesOf(const SearchedHeap& heap,
                                                         ReferencesByThread& references,
                                                         std::span<const DistantNode> nodes) {
  return Search(heap, references, nodes).Run();
}

}  // namespace nodeheap::explorer
