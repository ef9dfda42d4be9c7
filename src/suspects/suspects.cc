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
    case SuspectKind::kPromises:
      return "promises";
    case SuspectKind::kVmContexts:
      return "vm contexts";
    case SuspectKind::kUnread:
      return "unread";
    case SuspectKind::kDuplicateStrings:
      return "duplicate strings";
    case SuspectKind::kOversized:
      return "oversized";
    case SuspectKind::kPinnedBuffers:
      break;
  }
  return "pinned buffers";
}

namespace {

class Search {
 public:
  Search(const HeapGraph& graph, const Analysis& analysis, const SuspectFacts& facts)
      : graph_(graph),
        analysis_(analysis),
        facts_(facts),
        heap_(graph, analysis),
        places_(graph, analysis, facts) {}

  Result<std::vector<Suspect>> Run(const Progress& progress) {
    using Finder = void (*)(const suspects::HeapView&, std::vector<Suspect>&);
    for (const Finder find :
         {&suspects::FindAccumulations, &suspects::FindChains, &suspects::FindTimers}) {
      NH_CHECK(CheckCancelled(progress));
      find(heap_, found_);
    }
    NH_CHECK(CheckCancelled(progress));
    suspects::FindVmContexts(heap_, found_);
    NH_CHECK(CheckCancelled(progress));
    suspects::FindPromises(heap_, facts_, found_);
    NH_CHECK(LocateFrom(0, progress));
    NH_CHECK(CheckCancelled(progress));
    AddUnread();
    const size_t leaks = found_.size();
    NH_CHECK(suspects::FindDuplicates(heap_, facts_, progress, found_));
    NH_CHECK(CheckCancelled(progress));
    suspects::FindOversized(heap_, facts_, found_);
    NH_CHECK(CheckCancelled(progress));
    suspects::FindPinnedBuffers(heap_, facts_, found_);
    NH_CHECK(LocateFrom(leaks, progress));
    for (Suspect& suspect : found_) Describe(suspect);
    std::ranges::sort(found_, std::greater<>{}, [](const Suspect& suspect) {
      return std::tuple(suspect.retained_size, suspect.count, suspect.sample);
    });
    return std::move(found_);
  }

 private:
  void Locate(Suspect& suspect) const {
    suspects::NamedPath path = suspects::FindNamedPath(graph_, analysis_, suspect.holder);
    suspect.path = std::move(path.edges);
    suspect.named = path.named;
    for (const EdgeId edge : suspect.path) {
      const NodeId node = graph_.target(edge);
      const bool function = graph_.type(node) == NodeType::kClosure;
      suspect.places.push_back(function ? places_.Of(node) : std::string());
    }
  }

  Result<void> LocateFrom(size_t first, const Progress& progress) {
    for (size_t i = first; i < found_.size(); ++i) {
      NH_CHECK(CheckCancelled(progress));
      Locate(found_[i]);
    }
    return {};
  }

  // Variables that nobody can read are the reason of what is found already, or else suspects.
  void AddUnread() {
    for (const auto& variable : suspects::FindUnreadVariables(heap_, facts_)) {
      const std::string text = suspects::TextOf(heap_, places_, variable);
      bool is_reason = false;
      for (Suspect& suspect : found_) {
        if (!suspects::IsReason(heap_, variable, suspect)) continue;
        is_reason = true;
        suspects::AddRemark(suspect, text);
      }
      if (is_reason) continue;
      found_.push_back(suspects::SuspectOf(heap_, variable));
      suspects::AddRemark(found_.back(), text);
      Locate(found_.back());
    }
  }

  void Describe(Suspect& suspect) const {
    suspects::RecognizeListeners(graph_, suspect);
    suspect.fingerprint = suspects::FingerprintOf(graph_, suspect);
    suspect.sentence = suspects::SentenceOf(heap_, places_, suspect);
  }

  const HeapGraph& graph_;
  const Analysis& analysis_;
  const SuspectFacts& facts_;
  suspects::HeapView heap_;
  suspects::Places places_;
  std::vector<Suspect> found_;
};

}  // namespace

Result<std::vector<Suspect>> FindSuspects(const HeapGraph& graph, const Analysis& analysis,
                                          const Progress& progress, const SuspectFacts& facts) {
  return Search(graph, analysis, facts).Run(progress);
}

}  // namespace nodeheap
