// Listeners: an EventEmitter keeps those of an event in an array, a property of its `_events`.
#include "suspects/evidence.h"

namespace nodeheap::suspects {

void RecognizeListeners(const HeapGraph& graph, Suspect& suspect) {
  if (suspect.kind != SuspectKind::kAccumulation || suspect.path.size() < 2) return;
  const EdgeId event = suspect.path.back();
  const EdgeId events = suspect.path[suspect.path.size() - 2];
  const bool named =
      graph.type(event) == EdgeType::kProperty && graph.type(events) == EdgeType::kProperty;
  if (named && graph.edge_name(events) == "_events") suspect.kind = SuspectKind::kListeners;
}

}  // namespace nodeheap::suspects
