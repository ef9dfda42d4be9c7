// What DevTools counts as the size of some nodes, found without the graph: an object's own, with
// that of the arrays and hidden objects that it alone owns, directly or through others of them
// (docs/devtools-rules.md). With it come names and types as what refers
// to a node gives them.
#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <boost/unordered/unordered_flat_set.hpp>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <vector>

#include "explorer/node_labels.h"
#include "explorer/referrer_search.h"
#include "explorer/searched_heap.h"
#include "v8/maps.h"

namespace nodeheap::explorer {

class Ownership {
 public:
  Ownership(const SearchedHeap& heap, ReferencesByThread& references, const OddObjects& odd)
      : heap_(heap),
        references_(references),
        odd_(odd),
        maps_(heap.state.heap.pages(), heap.state.heap.layout()),
        pages_(heap.state.heap),
        labels_(heap.state.heap.runtime(), heap.pool) {}

  // What refers to the object, in the order of the graph. Nothing: that is too much, or cannot be
  // told.
  Result<std::optional<std::vector<Reference>>> ReferencesTo(uint32_t node);

  // Finds out the sizes of the nodes, and what they are called. False: likewise.
  Result<bool> Solve(std::span<const uint32_t> nodes);
  // REQUIRES: Solve() of the node.
  uint64_t SizeOf(uint32_t node);
  // What refers to the node, but for weak references, and pairs of weak collections; nothing if
  // that is not known.
  std::vector<uint32_t> SourcesOf(uint32_t node) const;
  // REQUIRES: it is an object.
  NodeLabel LabelOf(uint32_t node);
  uint64_t SelfSizeOf(uint32_t node);

 private:
  static constexpr uint32_t kUnowned = std::numeric_limits<uint32_t>::max();
  static constexpr uint32_t kManyOwners = kUnowned - 1;

  // A node of which it is known what refers to it.
  struct Known {
    NodeLabel label;
    bool complete = true;
    // Whose references to it are not weak: some that own themselves, and all others.
    std::vector<uint32_t> owners;
    std::vector<uint32_t> through;
    uint32_t owner = kUnowned;
  };

  // Of all nodes what refers to them.
  Result<std::optional<std::vector<Reference>>> Ask(const std::vector<uint32_t>& nodes);
  void AddReference(const Reference& reference);
  void AddLabel(const Label& label);
  bool MayBeOwned(uint32_t node);
  bool MayBeLabelled(uint32_t node);
  bool IsCode(uint32_t node);
  v8::MapInfo MapOf(uint32_t node);
  uint32_t OwnerThrough(uint32_t node) const;
  bool LetOwnershipFlow();
  void Pass(uint32_t node);
  void PassOwned();
  bool CollectUnknown(std::vector<uint32_t>& unknown);

  const SearchedHeap& heap_;
  ReferencesByThread& references_;
  const OddObjects& odd_;
  v8::MapCache maps_;
  v8::PageCursor pages_;
  NodeLabels labels_;
  boost::unordered_flat_map<uint32_t, Known> known_;
  boost::unordered_flat_set<uint32_t> nodes_;   // whose sizes are asked for
  boost::unordered_flat_set<uint32_t> passed_;  // what they refer to is in needed_
  boost::unordered_flat_set<uint32_t> needed_;  // whose owners tell these sizes
};

}  // namespace nodeheap::explorer
