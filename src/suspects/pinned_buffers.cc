// Pinned buffers: memory of ArrayBuffers that is alive for views of small parts of it alone, such
// as a slice of a large Buffer. Only a core tells how much a view shows.
#include <algorithm>
#include <iterator>
#include <optional>

#include "suspects/evidence.h"
#include "suspects/waste.h"

namespace nodeheap::suspects {
namespace {

constexpr uint64_t kLeastBytes = 4096;  // of a buffer
constexpr uint64_t kShownAtMost = 10;   // of it, the tenth part

bool IsData(const HeapView& heap, NodeId node) {
  const HeapGraph& graph = heap.graph();
  return graph.type(node) == NodeType::kNative && graph.self_size(node) >= kLeastBytes &&
         heap.NamedLike(node, "system / JSArrayBufferData");
}

struct Views {
  NodeId first{};
  std::vector<ByteRange> ranges;
};

// What refers to the ArrayBuffer; nullopt unless that is nothing but views.
std::optional<Views> ViewsOf(const HeapView& heap, const SuspectFacts& facts, NodeId buffer) {
  Views views;
  for (const uint32_t entry : heap.analysis().retainers.Sources(buffer)) {
    const NodeId source = Retainers::Source(entry);
    if ((entry & Retainers::kNotEssential) != 0) continue;
    const auto range = facts.range_of_view(source);
    if (!range) return std::nullopt;
    if (views.ranges.empty()) views.first = source;
    views.ranges.push_back(*range);
  }
  return views.ranges.empty() ? std::nullopt : std::optional(views);
}

uint64_t Covered(std::vector<ByteRange> ranges) {
  std::ranges::sort(ranges, {}, &ByteRange::begin);
  uint64_t covered = 0;
  uint64_t end = 0;
  for (const ByteRange& range : ranges) {
    if (range.end <= end) continue;
    covered += range.end - std::max(range.begin, end);
    end = range.end;
  }
  return covered;
}

}  // namespace

void FindPinnedBuffers(const HeapView& heap, const SuspectFacts& facts,
                       std::vector<Suspect>& suspects) {
  if (!facts.range_of_view) return;
  Waste waste(heap);
  for (uint32_t i = 0; i < heap.graph().node_count(); ++i) {
    if (!IsData(heap, NodeId{i})) continue;
    const auto views = ViewsOf(heap, facts, heap.Dominator(NodeId{i}));
    if (!views) continue;
    const uint64_t bytes = heap.graph().self_size(NodeId{i});
    const uint64_t shown = Covered(views->ranges);
    if (shown <= bytes / kShownAtMost) waste.Add(views->first, bytes - shown);
  }
  std::ranges::move(waste.Suspects(SuspectKind::kPinnedBuffers, 1), std::back_inserter(suspects));
}

}  // namespace nodeheap::suspects
