#include "node/async_hooks.h"

#include <array>

#include "node/timers.h"
#include "v8/properties.h"

namespace nodeheap::node {
namespace {

using v8::Runtime;
using v8::Tagged;

constexpr size_t kMaxHooks = 1000;
// The symbols under which a hook has its callbacks.
constexpr std::array<std::string_view, 5> kEvents = {"init", "before", "after", "destroy",
                                                     "promiseResolve"};
// Timers are async resources: functions of lib/internal/timers.js have functions of
// lib/internal/async_hooks.js as variables, and these have the list.
constexpr std::array<std::string_view, 3> kHookFunctions = {"emitInit", "initHooksExist",
                                                            "getDefaultTriggerAsyncId"};

Tagged FindActiveHooks(const Runtime& runtime, const Environment& environment) {
  for (const Tagged internal : InternalTimerFunctions(runtime, environment)) {
    for (const std::string_view hook_function : kHookFunctions) {
      const Tagged function = FindVariable(runtime, internal, hook_function);
      if (const Tagged found = FindVariable(runtime, function, "active_hooks")) return found;
    }
  }
  return 0;
}

AsyncHook HookOf(const Runtime& runtime, Tagged object) {
  AsyncHook hook{.object = object};
  for (const std::string_view event : kEvents) {
    const Tagged function = FindSymbolValue(runtime, object, event);
    if (IsCallback(runtime, function))
      hook.callbacks.push_back({.event = event, .function = function});
  }
  return hook;
}

}  // namespace

std::optional<std::vector<AsyncHook>> FindAsyncHooks(const Runtime& runtime,
                                                     const Environment& environment) {
  const Tagged array = FindValue(runtime, FindActiveHooks(runtime, environment), "array");
  const auto map = runtime.MapOf(array);
  if (!map || map->kind != v8::Kind::kJSArray) return std::nullopt;
  std::vector<AsyncHook> hooks;
  v8::ForEachElement(runtime, array, *map, [&](const v8::Property& element) {
    if (!element.unboxed) hooks.push_back(HookOf(runtime, element.value));
    return hooks.size() < kMaxHooks;
  });
  return hooks;
}

}  // namespace nodeheap::node
