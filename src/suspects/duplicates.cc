// Duplicate strings: copies of texts, as far as one property of a class or one collection holds
// them.
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "suspects/evidence.h"
#include "suspects/waste.h"

namespace nodeheap::suspects {
namespace {

constexpr uint64_t kLeastCopies = 10;

// What copies waste in all, roughly: equal strings of a dump share their name. Concatenations have
// none and weigh little. It is cheap, and where it is little, the texts need not be compared.
uint64_t RoughlyWasted(const HeapView& heap) {
  const HeapGraph& graph = heap.graph();
  Column<uint8_t> seen(graph.strings().size());
  uint64_t wasted = 0;
  for (uint32_t i = 0; i < graph.node_count(); ++i) {
    if (graph.type(NodeId{i}) != NodeType::kString) continue;
    uint8_t& is_known = seen[Index(graph.name(NodeId{i}))];
    if (is_known != 0) wasted += heap.analysis().shallow_sizes[i];
    is_known = 1;
  }
  return wasted;
}

// The suspect that keeps `node` alive; nullptr if none does.
Suspect* Keeper(const HeapView& heap, NodeId node, std::vector<Suspect>& suspects) {
  for (NodeId at = node; at != heap.graph().root(); at = heap.Dominator(at)) {
    const auto found = std::ranges::find(suspects, at, &Suspect::holder);
    if (found != suspects.end()) return &*found;
  }
  return nullptr;
}

void Remark(const Suspect& copies, Suspect& keeper) {
  AddRemark(keeper, fmt::format("{} strings in it are copies of others ({})",
                                WithThousands(copies.count), HumanSize(copies.retained_size)));
}

void AddDuplicates(const HeapView& heap, const std::vector<DuplicateString>& duplicates,
                   std::vector<Suspect>& suspects) {
  Waste waste(heap);
  for (const DuplicateString& text : duplicates)
    for (size_t i = 1; i < text.nodes.size(); ++i)
      waste.Add(text.nodes[i], heap.analysis().shallow_sizes[Index(text.nodes[i])]);
  for (Suspect& copies : waste.Suspects(SuspectKind::kDuplicateStrings, kLeastCopies)) {
    if (Suspect* const keeper = Keeper(heap, copies.sample, suspects)) {
      Remark(copies, *keeper);
    } else {
      suspects.push_back(std::move(copies));
    }
  }
}

}  // namespace

Result<void> FindDuplicates(const HeapView& heap, const SuspectFacts& facts,
                            const Progress& progress, std::vector<Suspect>& suspects) {
  if (RoughlyWasted(heap) < heap.least_waste()) return {};
  if (facts.duplicates != nullptr) {
    AddDuplicates(heap, *facts.duplicates, suspects);
    return {};
  }
  NH_TRY(const std::vector<DuplicateString> duplicates,
         FindDuplicateStrings(heap.graph(), heap.analysis(), progress));
  AddDuplicates(heap, duplicates, suspects);
  return {};
}

}  // namespace nodeheap::suspects
