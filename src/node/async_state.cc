#include "node/async_state.h"

#include <algorithm>
#include <map>
#include <optional>
#include <tuple>
#include <unordered_map>
#include <unordered_set>

#include "base/stoppable.h"
#include "node/async_stores.h"
#include "node/environments.h"
#include "v8/maps.h"

namespace nodeheap::node {
namespace {

using v8::Kind;
using v8::Tagged;

constexpr int kMaxReactions = 100'000;  // of one promise

class AsyncFinder {
 public:
  AsyncFinder(const v8::Heap& heap, const Progress& progress)
      : heap_(heap), runtime_(heap.runtime()), progress_(progress) {}

  Result<AsyncState> Find() {
    NH_CHECK(Collect());
    NH_CHECK(ForEachSuspended([this](const Suspended& each) { FollowChain(each); }));
    // Whoever awaits another suspended function stands in that one's chain.
    NH_CHECK(ForEachSuspended([this](const Suspended& each) {
      if (!callers_.contains(each.generator)) AddChain(each);
    }));
    // What is left awaits itself.
    NH_CHECK(ForEachSuspended([this](const Suspended& each) {
      if (!shown_.contains(each.generator)) AddChain(each);
    }));
    std::ranges::stable_sort(state_.waits, std::greater<>{}, &AsyncWait::count);
    for (auto& [key, count] : promises_) state_.promises.push_back(std::move(count));
    return std::move(state_);
  }

 private:
  Result<void> Collect() {
    v8::MapCache maps(heap_.pages(), heap_.layout());
    v8::PageCursor cursor(heap_);
    for (uint32_t i = 0; i < heap_.object_count(); ++i) {
      if (i % (1 << 20) == 0) NH_CHECK(CheckCancelled(progress_));
      const v8::Page& page = cursor.Of(v8::ObjectIndex{i});
      const v8::Address at = heap_.address(page, v8::ObjectIndex{i});
      const v8::MapInfo* const map = maps.Find(page.Word(at));
      if (map == nullptr) continue;
      if (map->kind == Kind::kJSPromise) AddPromise(v8::Tag(at), runtime_.isolate_of(page));
      const bool is_async =
          map->kind == Kind::kJSAsyncFunctionObject || map->kind == Kind::kJSAsyncGeneratorObject;
      if (is_async) AddGenerator(v8::Tag(at), runtime_.isolate_of(page));
    }
    return {};
  }

  void AddPromise(Tagged object, const v8::Isolate* isolate) {
    const auto promise = v8::Promise::Load(runtime_, object);
    if (!promise) return;
    const Waiting waiting = promise->state == v8::PromiseState::kPending
                                ? AddReactions(object, promise->reactions_or_result)
                            : promise->has_handler ? Waiting::kHandled
                                                   : Waiting::kUnhandled;
    std::string class_name = ClassOf(runtime_, object);
    PromiseCount& count = promises_[{isolate, promise->state, waiting, class_name}];
    if (count.count++ != 0) return;
    count = {.isolate = isolate,
             .state = promise->state,
             .waiting = waiting,
             .class_name = std::move(class_name),
             .count = 1,
             .sample = object};
  }

  // Remembers who awaits the promise.
  Waiting AddReactions(Tagged promise, Tagged first) {
    Waiting waiting = Waiting::kNobody;
    auto reaction = v8::PromiseReaction::Load(runtime_, first);
    for (int i = 0; i < kMaxReactions && reaction; ++i) {
      if (reaction->awaiter != 0)
        awaited_.try_emplace(reaction->awaiter, Awaited{.promise = promise, .reaction = *reaction});
      if (waiting != Waiting::kAwaited)
        waiting = reaction->awaiter != 0 ? Waiting::kAwaited : Waiting::kThen;
      reaction = v8::PromiseReaction::Load(runtime_, reaction->next);
    }
    return waiting;
  }

  void AddGenerator(Tagged object, const v8::Isolate* isolate) {
    const auto generator = v8::Generator::Load(runtime_, object);
    if (!generator || generator->state != v8::GeneratorState::kSuspended) return;
    suspended_.push_back({object, isolate});
  }

  struct Suspended {
    Tagged generator = 0;
    const v8::Isolate* isolate = nullptr;
  };

  template <typename Visit>
  Result<void> ForEachSuspended(const Visit& visit) const {
    for (const Suspended& each : suspended_) {
      NH_CHECK(CheckCancelled(progress_));
      visit(each);
    }
    return {};
  }

  void FollowChain(const Suspended& innermost) {
    const Tagged promise = v8::PromiseOf(runtime_, innermost.generator);
    for (const v8::AsyncFrame& frame : v8::AwaitersOf(runtime_, promise))
      if (frame.generator != innermost.generator) callers_.insert(frame.generator);
  }

  void AddChain(const Suspended& innermost) {
    const auto awaited = awaited_.find(innermost.generator);
    const bool is_known = awaited != awaited_.end();
    shown_.insert(innermost.generator);
    // An async generator that waits for its next() awaits nothing.
    if (!is_known && runtime_.Is(innermost.generator, Kind::kJSAsyncGeneratorObject)) return;
    std::vector<v8::AsyncFrame> frames =
        v8::AwaitersOf(runtime_, v8::PromiseOf(runtime_, innermost.generator));
    frames.insert(frames.begin(), v8::AsyncFrame{.generator = innermost.generator});
    ChainKey key{reinterpret_cast<uintptr_t>(innermost.isolate)};
    for (const v8::AsyncFrame& frame : frames) {
      shown_.insert(frame.generator);
      AppendKey(frame, key);
    }
    const auto [found, is_new] = waits_.try_emplace(std::move(key), state_.waits.size());
    if (is_new) {
      AsyncWait& wait = state_.waits.emplace_back();
      wait.isolate = innermost.isolate;
      wait.frames = std::move(frames);
      if (is_known) {
        wait.promise = awaited->second.promise;
        wait.stores = FindStores(runtime_, innermost.generator, awaited->second.reaction);
      }
    }
    ++state_.waits[found->second].count;
  }

  using ChainKey = std::vector<uint64_t>;
  void AppendKey(const v8::AsyncFrame& frame, ChainKey& key) const {
    const auto generator = v8::Generator::Load(runtime_, frame.generator);
    key.push_back(static_cast<uint64_t>(frame.kind));
    key.push_back(generator ? v8::SharedOf(runtime_, generator->function) : 0);
    key.push_back(generator ? generator->bytecode_offset : 0);
  }

  const v8::Heap& heap_;
  const v8::Runtime& runtime_;
  const Progress& progress_;
  AsyncState state_;
  std::vector<Suspended> suspended_;
  struct Awaited {
    Tagged promise = 0;
    v8::PromiseReaction reaction = {};
  };
  std::unordered_map<Tagged, Awaited> awaited_;  // by who awaits
  std::unordered_set<Tagged> callers_;           // generators that await others
  std::unordered_set<Tagged> shown_;             // generators that stand in a chain
  std::map<ChainKey, size_t> waits_;
  std::map<std::tuple<const v8::Isolate*, v8::PromiseState, Waiting, std::string>, PromiseCount>
      promises_;
};

}  // namespace

std::string_view Name(Waiting waiting) {
  switch (waiting) {
    case Waiting::kAwaited:
      return "awaited";
    case Waiting::kThen:
      return "then";
    case Waiting::kNobody:
      return "nobody";
    case Waiting::kHandled:
      return "handled";
    case Waiting::kUnhandled:
      return "unhandled";
  }
  return {};
}

Result<AsyncState> FindAsyncState(const v8::Heap& heap, const Progress& progress) {
  return AsyncFinder(heap, progress).Find();
}

}  // namespace nodeheap::node
