// Promises that are pending, with functions that wait for them: each keeps alive what it needs to
// go on.
#include <algorithm>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/bitmap.h"
#include "base/text.h"
#include "graph/targets.h"
#include "suspects/evidence.h"
#include "suspects/holders.h"
#include "suspects/nesting.h"
#include "suspects/places.h"

namespace nodeheap::suspects {
namespace {

// A function that waits: an async one is suspended, another will be called by then().
struct Waiter {
  NodeId function{};
  std::optional<NodeId> generator = {};  // of an async function
};

// Promises for which one function waits mostly.
struct Group {
  Waiter waiter;       // one of them
  uint64_t count = 0;  // of waiters
  uint64_t retained_size = 0;
  std::vector<NodeId> promises = {};
};

bool IsReaction(const HeapView& heap, NodeId node) {
  return heap.NamedLike(node, "system / PromiseReaction");
}

std::vector<NodeId> PendingPromises(const HeapView& heap) {
  std::vector<NodeId> pending;
  heap.ForEachNamed("Promise", [&](NodeId node) {
    const auto reaction = heap.InternalTarget(node, "reactions_or_result");
    if (reaction && IsReaction(heap, *reaction)) pending.push_back(node);
  });
  return pending;
}

class PromiseSearch {
 public:
  explicit PromiseSearch(const HeapView& heap) : heap_(heap), seen_(heap.graph().node_count()) {}

  // By the function's SharedFunctionInfo. Without promises that others keep alive, and without
  // those of the suspects.
  std::map<NodeId, Group> Run(std::span<const Suspect> suspects) {
    std::map<NodeId, Group> groups;
    const std::vector<NodeId> pending = PendingPromises(heap_);
    if (pending.empty()) return groups;
    Nesting within_suspects(heap_, MembersOf(suspects));
    Nesting within_promises(heap_, pending);
    for (const NodeId promise : pending)
      if (!within_promises.IsBelow(promise) && !within_suspects.IsWithin(promise))
        AddPromise(promise, groups);
    return groups;
  }

 private:
  // To the function of which most wait.
  void AddPromise(NodeId promise, std::map<NodeId, Group>& groups) {
    std::map<NodeId, Group> waiting;
    ForEachWaiter(promise, [&](const Waiter& waiter) {
      const auto shared = InternalTarget(waiter.function, "shared");
      Group& group = waiting[shared.value_or(waiter.function)];
      if (group.count++ == 0) group.waiter = waiter;
    });
    const auto most =
        std::ranges::max_element(waiting, {}, [](const auto& entry) { return entry.second.count; });
    if (most == waiting.end()) return;
    Group& group = groups[most->first];
    if (group.count == 0) group.waiter = most->second.waiter;
    group.count += most->second.count;
    group.retained_size += heap_.Retained(promise);
    group.promises.push_back(promise);
  }

  // Calls visit(waiter) for those of all reactions on a promise. No reaction is on two promises.
  template <typename Visit>
  void ForEachWaiter(NodeId promise, const Visit& visit) {
    const HeapGraph& graph = heap_.graph();
    auto reaction = heap_.InternalTarget(promise, "reactions_or_result");
    while (reaction && IsReaction(heap_, *reaction) && seen_.AddNew(Index(*reaction))) {
      std::optional<NodeId> next;
      std::optional<Waiter> waiter;
      for (uint32_t e = graph.first_edge(*reaction); e < graph.end_edge(*reaction); ++e) {
        const NodeId target = graph.target(EdgeId{e});
        if (graph.type(EdgeId{e}) != EdgeType::kHidden) continue;
        if (IsReaction(heap_, target)) next = target;
        if (!waiter) waiter = WaiterOf(target);
      }
      if (waiter) visit(*waiter);
      reaction = next;
    }
  }

  // What the handler of a reaction stands for: V8's own go on with a function that awaits.
  std::optional<Waiter> WaiterOf(NodeId handler) {
    NodeId generator = handler;
    if (heap_.graph().type(handler) == NodeType::kClosure) {
      if (IsOfProgram(handler)) return Waiter{.function = handler};
      const auto context = InternalTarget(handler, "context");
      const auto extension = context ? InternalTarget(*context, "extension") : std::nullopt;
      if (!extension) return std::nullopt;
      generator = *extension;
    }
    const auto function = InternalTarget(generator, "function");
    if (!function || heap_.graph().type(*function) != NodeType::kClosure) return std::nullopt;
    return Waiter{.function = *function, .generator = generator};
  }

  bool IsOfProgram(NodeId function) {
    const auto shared = InternalTarget(function, "shared");
    if (!shared) return false;
    const auto [known, is_new] = has_script_.try_emplace(*shared);
    if (is_new) known->second = ScriptOfShared(heap_.graph(), *shared).has_value();
    return known->second;
  }

  // Every reaction may lead to the same node, so one with many references is searched but once.
  std::optional<NodeId> InternalTarget(NodeId node, std::string_view name) {
    if (heap_.graph().end_edge(node) - heap_.graph().first_edge(node) < kManyReferences)
      return heap_.InternalTarget(node, name);
    const auto [known, is_new] = targets_.try_emplace({node, name});
    if (is_new) known->second = heap_.InternalTarget(node, name);
    return known->second;
  }

  static constexpr uint32_t kManyReferences = 100;

  const HeapView& heap_;
  Bitmap seen_;                        // reactions
  std::map<NodeId, bool> has_script_;  // by SharedFunctionInfo
  std::map<std::pair<NodeId, std::string_view>, std::optional<NodeId>> targets_;
};

void SetHolder(const HeapView& heap, const Group& group, Suspect& suspect) {
  suspect.holder = *std::ranges::max_element(
      group.promises, {}, [&](NodeId promise) { return heap.Retained(promise); });
  if (2 * heap.Retained(suspect.holder) > group.retained_size) return;
  const Holding holding = HoldingOf(heap, group.promises);
  suspect.holder = holding.holder;
  if (holding.is_common) suspect.held = holding.count;
}

}  // namespace

void FindPromises(const HeapView& heap, const SuspectFacts& facts, std::vector<Suspect>& suspects) {
  for (auto& [shared, group] : PromiseSearch(heap).Run(suspects)) {
    if (group.count < kLeastCount || group.retained_size < heap.least()) continue;
    Suspect suspect{.kind = SuspectKind::kPromises,
                    .sample = group.waiter.function,
                    .class_name = heap.NameOf(group.waiter.function),
                    .count = group.count,
                    .retained_size = group.retained_size};
    SetHolder(heap, group, suspect);
    suspect.members = std::move(group.promises);
    if (group.waiter.generator && facts.suspended_at)
      if (const std::string place = facts.suspended_at(*group.waiter.generator); !place.empty())
        AddRemark(suspect, "suspended at " + Escape(ShortPlace(place)));
    suspects.push_back(std::move(suspect));
  }
}

}  // namespace nodeheap::suspects
