// Timers that wait: Node.js keeps those of one duration in a list, linked to each other, so that
// none of them is held by a collection.
#include <map>
#include <vector>

#include "graph/targets.h"
#include "suspects/evidence.h"

namespace nodeheap::suspects {
namespace {

struct Waiting {
  NodeId callback{};
  uint64_t retained_size = 0;
  std::vector<NodeId> timers = {};
};

// By the name of what they call.
std::map<uint32_t, Waiting> TimersIn(const HeapView& heap, NodeId list) {
  std::map<uint32_t, Waiting> timers;
  for (const uint32_t child : heap.tree().Children(list)) {
    const NodeId timer{child};
    if (!heap.NamedLike(timer, "Timeout")) continue;
    const auto callback = Target(heap.graph(), timer, EdgeType::kProperty, "_onTimeout");
    if (!callback) continue;
    Waiting& waiting = timers[Index(heap.graph().name(*callback))];
    if (waiting.timers.empty()) waiting.callback = *callback;
    waiting.retained_size += heap.Retained(timer);
    waiting.timers.push_back(timer);
  }
  return timers;
}

}  // namespace

void FindTimers(const HeapView& heap, std::vector<Suspect>& suspects) {
  for (uint32_t i = 0; i < heap.graph().node_count(); ++i) {
    const NodeId list{i};
    if (heap.Retained(list) < heap.least() || !heap.NamedLike(list, "TimersList")) continue;
    for (const auto& [name, waiting] : TimersIn(heap, list)) {
      if (waiting.timers.size() < kLeastCount || waiting.retained_size < heap.least()) continue;
      suspects.push_back({.kind = SuspectKind::kTimerList,
                          .holder = list,
                          .sample = waiting.callback,
                          .class_name = heap.graph().strings().Get(StringId{name}),
                          .count = waiting.timers.size(),
                          .retained_size = waiting.retained_size,
                          .members = waiting.timers});
    }
  }
}

}  // namespace nodeheap::suspects
