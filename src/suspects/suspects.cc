#include "suspects/suspects.h"

#include <algorithm>
#include <functional>
#include <tuple>
#include <utility>

#include "base/stoppable.h"
#include "suspects/evidence.h"
#include "suspects/fingerprint.h"
#include "suspects/heap_view.h"
#include "suspects/places.h"
#include "suspects/root_path.h"
#include "suspects/sentence.h"

namespace nodeheap {

std::string_view Name(SuspectKind kind) {
  switch (kind) {
    case SuspectKind::kAccumulation:
      return "accumulation";
    case SuspectKind::kChain:
      return "chain";
    case SuspectKind::kListeners:
      return "listeners";
    case SuspectKind::kTimerList:
      return "timers";
    case SuspectKind::kDuplicateStrings:
      return "duplicate strings";
    case SuspectKind::kOversized:
      return "oversized";
    case SuspectKind::kPinnedBuffers:
      break;
  }
  return "pinned buffers";
}

Result<std::vector<Suspect>> FindSuspects(const HeapGraph& graph, const Analysis& analysis,
                                          const Progress& progress, const SuspectFacts& facts) {
  const suspects::HeapView heap(graph, analysis);
  std::vector<Suspect> found;
  NH_CHECK(CheckCancelled(progress));
  suspects::FindAccumulations(heap, found);
  NH_CHECK(CheckCancelled(progress));
  suspects::FindChains(heap, found);
  NH_CHECK(CheckCancelled(progress));
  suspects::FindTimers(heap, found);
  NH_CHECK(suspects::FindDuplicates(heap, facts, progress, found));
  NH_CHECK(CheckCancelled(progress));
  suspects::FindOversized(heap, facts, found);
  NH_CHECK(CheckCancelled(progress));
  suspects::FindPinnedBuffers(heap, facts, found);
  const suspects::Places places(graph, analysis, facts.definition_of);
  for (Suspect& suspect : found) {
    NH_CHECK(CheckCancelled(progress));
    suspects::NamedPath path = suspects::FindNamedPath(graph, analysis, suspect.holder);
    suspect.path = std::move(path.edges);
    suspect.named = path.named;
    for (const EdgeId edge : suspect.path) {
      const NodeId node = graph.target(edge);
      const bool function = graph.type(node) == NodeType::kClosure;
      suspect.places.push_back(function ? places.Of(node) : std::string());
    }
    suspects::RecognizeListeners(graph, suspect);
    suspect.fingerprint = suspects::FingerprintOf(graph, suspect);
    suspect.sentence = suspects::SentenceOf(heap, places, suspect);
  }
  std::ranges::sort(found, std::greater<>{}, [](const Suspect& suspect) {
    return std::tuple(suspect.retained_size, suspect.count, suspect.sample);
  });
  return found;
}

}  // namespace nodeheap
