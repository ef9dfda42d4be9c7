// Promises that are pending, with functions that wait for them: each keeps alive what it needs to
// go on.
#include <algorithm>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

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

// What the handler of a reaction stands for: V8's own go on with a function that awaits.
std::optional<Waiter> WaiterOf(const HeapView& heap, NodeId handler) {
  NodeId generator = handler;
  if (heap.graph().type(handler) == NodeType::kClosure) {
    if (ScriptOf(heap.graph(), handler)) return Waiter{.function = handler};
    const auto context = heap.InternalTarget(handler, "context");
    const auto extension = context ? heap.InternalTarget(*context, "extension") : std::nullopt;
    if (!extension) return std::nullopt;
    generator = *extension;
  }
  const auto function = heap.InternalTarget(generator, "function");
  if (!function || heap.graph().type(*function) != NodeType::kClosure) return std::nullopt;
  return Waiter{.function = *function, .generator = generator};
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
  explicit PromiseSearch(const HeapView& heap)
      : heap_(heap), reactions_left_(heap.graph().node_count()) {}

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
      const auto shared = heap_.InternalTarget(waiter.function, "shared");
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
    for (; reaction && reactions_left_ > 0 && IsReaction(heap_, *reaction); --reactions_left_) {
      std::optional<NodeId> next;
      std::optional<Waiter> waiter;
      for (uint32_t e = graph.first_edge(*reaction); e < graph.end_edge(*reaction); ++e) {
        const NodeId target = graph.target(EdgeId{e});
        if (graph.type(EdgeId{e}) != EdgeType::kHidden) continue;
        if (IsReaction(heap_, target)) next = target;
        if (!waiter) waiter = WaiterOf(heap_, target);
      }
      if (waiter) visit(*waiter);
      reaction = next;
    }
  }

  const HeapView& heap_;
  uint64_t reactions_left_;
};

NodeId HolderOf(const HeapView& heap, const Group& group) {
  const NodeId largest = *std::ranges::max_element(
      group.promises, {}, [&](NodeId promise) { return heap.Retained(promise); });
  if (2 * heap.Retained(largest) > group.retained_size) return largest;
  return HoldingOf(heap, group.promises).holder;
}

}  // namespace

void FindPromises(const HeapView& heap, const SuspectFacts& facts, std::vector<Suspect>& suspects) {
  for (auto& [shared, group] : PromiseSearch(heap).Run(suspects)) {
    if (group.count < kLeastCount || group.retained_size < heap.least()) continue;
    Suspect suspect{.kind = SuspectKind::kPromises,
                    .holder = HolderOf(heap, group),
                    .sample = group.waiter.function,
                    .class_name = heap.NameOf(group.waiter.function),
                    .count = group.count,
                    .retained_size = group.retained_size,
                    .members = std::move(group.promises)};
    if (group.waiter.generator && facts.suspended_at)
      if (const std::string place = facts.suspended_at(*group.waiter.generator); !place.empty())
        AddRemark(suspect, "suspended at " + Escape(ShortPlace(place)));
    suspects.push_back(std::move(suspect));
  }
}

}  // namespace nodeheap::suspects
