#include "v8/async_stack.h"

#include <algorithm>
#include <string_view>

namespace nodeheap::v8 {
namespace {

constexpr size_t kMaxSteps = 1000;  // from promise to promise

constexpr uint32_t kRootsBytes = 0x4000;  // of an isolate: its roots lie within
constexpr uint32_t kMaxTaskFields = 6;    // of a PromiseReactionJobTask
constexpr uint32_t kContextSlots = 16;
constexpr uint32_t kMaxContextSlots = 6;  // of the contexts of V8's own closures
constexpr uint32_t kCapabilityPromise = 8;
constexpr uint32_t kGeneratorQueue = 80;
constexpr uint32_t kRequestPromise = 32;

std::string_view TypeName(const Runtime& runtime, Tagged object) {
  const auto map = runtime.MapOf(object);
  return map ? runtime.layout().types.name(map->instance_type) : std::string_view();
}

bool IsPromise(const Runtime& runtime, Tagged object) {
  return runtime.Is(object, Kind::kJSPromise);
}

// That of a PromiseCapability or of the promise itself; 0 if it is neither.
Tagged PromiseBehind(const Runtime& runtime, Tagged object) {
  if (IsPromise(runtime, object)) return object;
  if (TypeName(runtime, object) != "PROMISE_CAPABILITY") return 0;
  const Tagged promise = runtime.Field(object, kCapabilityPromise).value_or(0);
  return IsPromise(runtime, promise) ? promise : 0;
}

// What the context of one of V8's own closures leads to: the capability of Promise.all and the
// like, or the promise of a resolving function. Closures of programs have a script.
struct Closure {
  Tagged capability_promise = 0;
  Tagged promise = 0;
};
Closure ReadClosure(const Runtime& runtime, Tagged function) {
  Closure closure;
  if (!runtime.Is(function, Kind::kJSFunction)) return closure;
  if (ScriptOf(runtime, SharedOf(runtime, function)) != 0) return closure;
  const Tagged context = runtime.Field(function, runtime.layout().function.context).value_or(0);
  if (!runtime.Is(context, Kind::kContext)) return closure;
  const uint32_t slots = runtime.CountField(context, kWord, kWord).value_or(0);
  for (uint32_t i = 0; i < std::min(slots, kMaxContextSlots); ++i) {
    const Tagged slot = runtime.Field(context, kContextSlots + i * kWord).value_or(0);
    if (IsPromise(runtime, slot))
      closure.promise = slot;
    else if (const Tagged promise = PromiseBehind(runtime, slot))
      closure.capability_promise = promise;
  }
  return closure;
}

// Promise.all and the like keep the index, counted from 1, where other objects have their hash.
std::optional<int32_t> IndexOf(const Runtime& runtime, Tagged element_closure) {
  const auto hash = runtime.SmiField(element_closure, runtime.layout().object.properties);
  return hash && *hash > 0 ? std::optional(*hash - 1) : std::nullopt;
}

// One step: who reacts to a promise, and which promise waits in turn.
struct Step {
  std::optional<AsyncFrame> frame = {};
  Tagged next = 0;
};

Step StepOfAwait(const Runtime& runtime, Tagged awaiter) {
  return {.frame = AsyncFrame{.generator = awaiter}, .next = PromiseOf(runtime, awaiter)};
}

Step StepFrom(const Runtime& runtime, const PromiseReaction& reaction) {
  if (reaction.awaiter != 0) return StepOfAwait(runtime, reaction.awaiter);
  const Closure fulfilled = ReadClosure(runtime, reaction.on_fulfilled);
  const Closure rejected = ReadClosure(runtime, reaction.on_rejected);
  if (const Tagged next = fulfilled.capability_promise) {
    const bool settles = rejected.capability_promise != 0;
    return {
        .frame = AsyncFrame{.kind = settles ? AsyncFrameKind::kAllSettled : AsyncFrameKind::kAll,
                            .index = IndexOf(runtime, reaction.on_fulfilled)},
        .next = next};
  }
  if (const Tagged next = rejected.capability_promise)
    return {.frame = AsyncFrame{.kind = AsyncFrameKind::kAny,
                                .index = IndexOf(runtime, reaction.on_rejected)},
            .next = next};
  if (fulfilled.promise != 0) return {.next = fulfilled.promise};
  return {.next = PromiseBehind(runtime, reaction.promise)};
}

}  // namespace

std::vector<AsyncFrame> AwaitersOf(const Runtime& runtime, Tagged promise) {
  std::vector<AsyncFrame> frames;
  for (size_t i = 0; i < kMaxSteps && promise != 0; ++i) {
    const auto state = Promise::Load(runtime, promise);
    if (!state || state->state != PromiseState::kPending) break;
    const auto reaction = PromiseReaction::Load(runtime, state->reactions_or_result);
    if (!reaction || !IsSmi(reaction->next)) break;
    Step step = StepFrom(runtime, *reaction);
    if (step.frame) frames.push_back(*std::move(step.frame));
    promise = step.next;
  }
  return frames;
}

Tagged PromiseOf(const Runtime& runtime, Tagged generator) {
  const auto loaded = Generator::Load(runtime, generator);
  if (!loaded) return 0;
  if (loaded->promise != 0) return IsPromise(runtime, loaded->promise) ? loaded->promise : 0;
  if (!runtime.Is(generator, Kind::kJSAsyncGeneratorObject)) return 0;
  const Tagged request = runtime.Field(generator, kGeneratorQueue).value_or(0);
  if (TypeName(runtime, request) != "ASYNC_GENERATOR_REQUEST") return 0;
  const Tagged promise = runtime.Field(request, kRequestPromise).value_or(0);
  return IsPromise(runtime, promise) ? promise : 0;
}

// Of the isolate's roots, only the current microtask is ever a reaction that runs.
Tagged PromiseOfCurrentTask(const Runtime& runtime, const Isolate& isolate) {
  if (isolate.address == 0) return 0;
  for (uint32_t offset = 0; offset < kRootsBytes; offset += kWord) {
    const auto task = runtime.memory().Read<Tagged>(isolate.address + offset);
    if (!task || !IsStrong(*task)) continue;
    if (!TypeName(runtime, *task).ends_with("REACTION_JOB_TASK")) continue;
    // {argument, context, handler, promise}; V8 12 and later put a field before.
    Tagged promise = 0;
    for (uint32_t i = 1; i <= kMaxTaskFields; ++i) {
      const Tagged field = runtime.Field(*task, i * kWord).value_or(0);
      if (const Tagged awaiter = AwaiterOf(runtime, field)) return PromiseOf(runtime, awaiter);
      if (const Tagged behind = PromiseBehind(runtime, field)) promise = behind;
    }
    return promise;
  }
  return 0;
}

std::optional<SourcePlace> SuspendedAt(const Runtime& runtime, const Generator& generator) {
  const Tagged shared = SharedOf(runtime, generator.function);
  const Tagged bytecode = BytecodeOf(runtime, shared);
  if (bytecode == 0 || !IsSmi(generator.bytecode_offset)) return std::nullopt;
  // Offsets count from the tagged pointer to the bytecode array, its header included.
  const int64_t offset =
      SmiValue(generator.bytecode_offset) - (int64_t{runtime.layout().bytecode_data} - 1);
  const auto position = SourcePositionOf(runtime, bytecode, offset);
  const Tagged script = ScriptOf(runtime, shared);
  if (!position || script == 0) return std::nullopt;
  return PlaceInScript(runtime, script, *position);
}

}  // namespace nodeheap::v8
