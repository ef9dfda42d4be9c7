// Functions, and what they leave behind when they wait: generators and promises.
#include <fmt/format.h>

#include <array>

#include "v8/async_stack.h"
#include "v8/builtins.h"
#include "v8/context_variables.h"
#include "v8/functions.h"
#include "v8/primitives.h"
#include "v8/views.h"

namespace nodeheap::v8 {
namespace {

constexpr int kMaxReactions = 1000;
constexpr uint32_t kArrayHeader = 16;  // bytes: map, length

// FunctionKind, the lowest bits of a SharedFunctionInfo's flags (v8/src/objects/function-kind.h);
// the same in V8 9.4 to 14.6.
constexpr std::array<std::string_view, 26> kFunctionKinds = {
    "function",
    "module",
    "async module",
    "class",
    "class",
    "class",
    "class",
    "getter",
    "static getter",
    "setter",
    "static setter",
    "arrow function",
    "async arrow function",
    "async function",
    "async method",
    "static async method",
    "async generator method",
    "static async generator method",
    "async generator function",
    "generator function",
    "generator method",
    "static generator method",
    "method",
    "static method",
    "class members initializer",
    "class static initializer",
};
constexpr uint32_t kKindMask = 31;

std::string_view KindOfFunction(const Runtime& runtime, Tagged shared) {
  if (ScriptOf(runtime, shared) == 0) return "native function";
  const auto flags = runtime.Field<uint32_t>(shared, runtime.layout().shared.flags);
  const uint32_t kind = flags.value_or(0) & kKindMask;
  return kind < kFunctionKinds.size() ? kFunctionKinds[kind] : "function";
}

void FillFunction(const Runtime& runtime, Tagged shared, Description& description) {
  description.type = KindOfFunction(runtime, shared);
  description.name = FunctionName(runtime, shared);
  if (description.name.empty()) description.name = "(anonymous)";
  if (const auto place = DefinitionOf(runtime, shared))
    description.detail = "at " + PlaceText(*place);
}

void Variables(const ViewInput& input, Tagged context, MemberSink& sink) {
  ForEachContextVariable(input.runtime, context, [&](const ContextVariable& variable) {
    bool is_symbol = false;
    sink.Add(MemberKind::kVariable, KeyText(input.runtime, variable.name, is_symbol),
             ValueOfVariable(input.runtime, variable.value));
  });
}

std::string_view Name(GeneratorState state) {
  switch (state) {
    case GeneratorState::kNotStarted:
      return "suspended at start";
    case GeneratorState::kSuspended:
      return "suspended";
    case GeneratorState::kRunning:
      return "running";
    default:
      return "closed";
  }
}

void Reactions(const ViewInput& input, Tagged first, MemberSink& sink) {
  const auto add = [&](const char* name, Tagged word) {
    if (OddballOf(input.runtime, word) == Oddball::kNone) sink.Internal(name, word);
  };
  auto reaction = PromiseReaction::Load(input.runtime, first);
  for (int i = 0; i < kMaxReactions && reaction; ++i) {
    if (reaction->awaiter != 0) {
      sink.Internal("awaited by", reaction->awaiter);
    } else {
      add("on fulfilled", reaction->on_fulfilled);
      add("on rejected", reaction->on_rejected);
      add("then", reaction->promise);
    }
    reaction = PromiseReaction::Load(input.runtime, reaction->next);
  }
}

}  // namespace

Tagged ValueOfVariable(const Runtime& runtime, Tagged value) {
  constexpr uint32_t kCellValue = 8;
  if (!runtime.Is(value, Kind::kContextCell)) return value;
  return runtime.Field(value, kCellValue).value_or(value);
}

void FunctionLine(const ViewInput& input, Description& description) {
  description.name.clear();
  const Tagged shared = SharedOf(input.runtime, input.word);
  if (shared != 0) FillFunction(input.runtime, shared, description);
}

void FunctionMembers(const ViewInput& input, MemberSink& sink) {
  const auto context = input.runtime.Field(input.word, input.runtime.layout().function.context);
  if (context) Variables(input, *context, sink);
  ObjectMembers(input, sink);
  if (context) sink.Internal("context", *context);
  if (const Tagged shared = SharedOf(input.runtime, input.word); shared != 0)
    sink.Internal("shared", shared);
}

void SharedFunctionLine(const ViewInput& input, Description& description) {
  FillFunction(input.runtime, input.word, description);
  description.name = fmt::format("{} {}", description.type, description.name);
  description.type = "function info";
}

void SharedFunctionMembers(const ViewInput& input, MemberSink& sink) {
  if (const Tagged script = ScriptOf(input.runtime, input.word); script != 0)
    sink.Internal("script", script);
  WordsMembers(input, sink);
}

void BoundFunctionLine(const ViewInput& input, Description& description) {
  const auto bound = BoundFunction::Load(input.runtime, input.word);
  description.name.clear();
  if (!bound) return;
  const Tagged shared = SharedOf(input.runtime, bound->target);
  if (shared != 0) description.name = FunctionName(input.runtime, shared);
}

void BoundFunctionMembers(const ViewInput& input, MemberSink& sink) {
  if (const auto bound = BoundFunction::Load(input.runtime, input.word)) {
    sink.Internal("bound target", bound->target);
    sink.Internal("bound this", bound->bound_this);
    const uint32_t count = input.runtime.CountField(bound->arguments, kWord, kWord).value_or(0);
    for (uint32_t i = 0; i < count; ++i)
      sink.Internal(fmt::format("bound argument {}", i),
                    input.runtime.Field(bound->arguments, kArrayHeader + i * kWord).value_or(0));
  }
  ObjectMembers(input, sink);
}

void GeneratorLine(const ViewInput& input, Description& description) {
  const auto generator = Generator::Load(input.runtime, input.word);
  if (!generator) return;
  description.name = FunctionName(input.runtime, SharedOf(input.runtime, generator->function));
  description.detail = Name(generator->state);
  if (generator->state != GeneratorState::kSuspended) return;
  if (const auto place = SuspendedAt(input.runtime, *generator))
    description.detail += " at " + PlaceText(*place);
}

void GeneratorMembers(const ViewInput& input, MemberSink& sink) {
  if (const auto generator = Generator::Load(input.runtime, input.word)) {
    Variables(input, generator->context, sink);
    sink.Internal("function", generator->function);
    sink.Internal("receiver", generator->receiver);
    sink.Internal("context", generator->context);
    if (generator->promise != 0) sink.Internal("promise", generator->promise);
  }
  ObjectMembers(input, sink);
}

void PromiseLine(const ViewInput& input, Description& description) {
  if (const auto promise = Promise::Load(input.runtime, input.word))
    description.detail = Name(promise->state);
}

void PromiseMembers(const ViewInput& input, MemberSink& sink) {
  if (const auto promise = Promise::Load(input.runtime, input.word)) {
    if (promise->state == PromiseState::kPending) {
      Reactions(input, promise->reactions_or_result, sink);
    } else {
      const bool is_rejected = promise->state == PromiseState::kRejected;
      sink.Internal(is_rejected ? "reason" : "value", promise->reactions_or_result);
    }
  }
  ObjectMembers(input, sink);
}

}  // namespace nodeheap::v8
