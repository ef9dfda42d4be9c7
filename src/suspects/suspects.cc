#include "suspects/suspects.h"

#include <algorithm>
#include <functional>
#include <tuple>

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
      break;
  }
  return "listeners";
}

Result<std::vector<Suspect>> FindSuspects(const HeapGraph& graph, const Analysis& analysis,
                                          const Progress& progress) {
  const suspects::HeapView heap(graph, analysis);
  std::vector<Suspect> found;
  NH_CHECK(CheckCancelled(progress));
  suspects::FindAccumulations(heap, found);
  NH_CHECK(CheckCancelled(progress));
  suspects::FindChains(heap, found);
  const suspects::Places places(graph, analysis);
  for (Suspect& suspect : found) {
    NH_CHECK(CheckCancelled(progress));
    suspect.path = suspects::FindRootPath(graph, analysis, suspect.holder);
    suspects::RecognizeListeners(graph, suspect);
    suspect.fingerprint = suspects::FingerprintOf(graph, analysis, suspect);
    suspect.sentence = suspects::SentenceOf(heap, places, suspect);
  }
  std::ranges::sort(found, std::greater<>{}, [](const Suspect& suspect) {
    return std::tuple(suspect.retained_size, suspect.count, suspect.sample);
  });
  return found;
}

}  // namespace nodeheap
