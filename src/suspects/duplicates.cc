// Duplicate strings: copies of texts, as far as one property of a class or one collection holds
// them.
#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "base/text.h"
#include "suspects/evidence.h"
#include "suspects/nesting.h"
#include "suspects/waste.h"

namespace nodeheap::suspects {
namespace {

constexpr uint64_t kLeastCopies = 10;
constexpr uint64_t kLeastShare = 10;  // of what a suspect retains, the tenth part

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

// What copies waste, by the suspects that keep them alive.
class Copies {
 public:
  Copies(const HeapView& heap, std::vector<Suspect>& suspects)
      : heap_(heap),
        suspects_(suspects),
        shares_(suspects.size()),
        nesting_(heap, MembersOf(suspects)),
        others_(heap) {
    for (size_t i = 0; i < suspects.size(); ++i)
      suspect_of_member_.resize(suspect_of_member_.size() + suspects[i].members.size(), i);
  }

  void Add(NodeId copy) {
    const uint64_t bytes = heap_.analysis().shallow_sizes[Index(copy)];
    if (const auto member = nesting_.Around(copy)) {
      Share& share = shares_[suspect_of_member_[*member]];
      ++share.count;
      share.bytes += bytes;
    } else {
      others_.Add(copy, bytes);
    }
  }

  // Remarks on suspects of which copies are a good part, and what no suspect keeps alive.
  void Report() {
    for (size_t i = 0; i < shares_.size(); ++i) {
      const auto& [count, bytes] = shares_[i];
      if (count < kLeastCopies || bytes < suspects_[i].retained_size / kLeastShare) continue;
      AddRemark(suspects_[i], fmt::format("{} strings in it are copies of others ({})",
                                          WithThousands(count), HumanSize(bytes)));
    }
    std::ranges::move(others_.Suspects(SuspectKind::kDuplicateStrings, kLeastCopies),
                      std::back_inserter(suspects_));
  }

 private:
  struct Share {
    uint64_t count = 0;
    uint64_t bytes = 0;
  };

  const HeapView& heap_;
  std::vector<Suspect>& suspects_;
  std::vector<Share> shares_;              // by suspect
  std::vector<size_t> suspect_of_member_;  // in the order of MembersOf()
  Nesting nesting_;
  Waste others_;
};

void AddDuplicates(const HeapView& heap, const std::vector<DuplicateString>& duplicates,
                   std::vector<Suspect>& suspects) {
  Copies copies(heap, suspects);
  for (const DuplicateString& text : duplicates) {
    if (!text.known_equal) continue;
    for (size_t i = 1; i < text.nodes.size(); ++i) copies.Add(text.nodes[i]);
  }
  copies.Report();
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
