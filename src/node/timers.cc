#include "node/timers.h"

#include <algorithm>
#include <array>

#include "v8/primitives.h"
#include "v8/properties.h"

namespace nodeheap::node {
namespace {

using v8::Runtime;
using v8::Tagged;

constexpr size_t kMaxTimers = 1'000'000;
// Functions of lib/internal/timers.js that lib/timers.js, where setTimeout is, has as variables; in
// some versions of Node it has the lists, too.
constexpr std::array<std::string_view, 3> kInternalFunctions = {"insert", "Timeout", "incRefCount"};

Tagged SetTimeout(const Runtime& runtime, const Environment& environment) {
  return FindValue(runtime, environment.global, "setTimeout");
}

class TimerFinder {
 public:
  TimerFinder(const Runtime& runtime, const Environment& environment)
      : runtime_(runtime), environment_(environment) {}

  std::optional<std::vector<Timer>> Find() {
    const Tagged lists = InternalVariable("timerListMap");
    if (lists == 0) return std::nullopt;
    AddLists(lists);
    AddImmediates(InternalVariable("immediateQueue"));
    return std::move(timers_);
  }

 private:
  Tagged InternalVariable(std::string_view name) const {
    const Tagged set_timeout = SetTimeout(runtime_, environment_);
    if (const Tagged found = FindVariable(runtime_, set_timeout, name)) return found;
    for (const Tagged internal : InternalTimerFunctions(runtime_, environment_))
      if (const Tagged found = FindVariable(runtime_, internal, name)) return found;
    return 0;
  }

  double Number(Tagged object, std::string_view name) const {
    return v8::NumberOf(runtime_, FindValue(runtime_, object, name)).value_or(0);
  }

  Tagged Callback(Tagged object, std::string_view name) const {
    const Tagged callback = FindValue(runtime_, object, name);
    return IsCallback(runtime_, callback) ? callback : 0;
  }

  bool IsReferenced(Tagged object) const {
    const Tagged referenced = FindSymbolValue(runtime_, object, "refed");
    return v8::OddballOf(runtime_, referenced) != v8::Oddball::kFalse;
  }

  void AddTimer(Tagged object) {
    const Tagged repeat = FindValue(runtime_, object, "_repeat");
    timers_.push_back({.object = object,
                       .callback = Callback(object, "_onTimeout"),
                       .duration_ms = Number(object, "_idleTimeout"),
                       .start_ms = Number(object, "_idleStart"),
                       .repeats = v8::NumberOf(runtime_, repeat).has_value(),
                       .referenced = IsReferenced(object)});
  }

  // Lists by their duration: elements of an object, or properties where the number is large.
  void AddLists(Tagged lists) {
    const auto map = runtime_.MapOf(lists);
    if (!map) return;
    const auto add = [this](const v8::Property& property) {
      if (!property.unboxed) AddList(property.value);
      return timers_.size() < kMaxTimers;
    };
    v8::ForEachElement(runtime_, lists, *map, add);
    v8::ForEachNamedProperty(runtime_, lists, *map, add);
    std::ranges::stable_sort(timers_, {}, &Timer::duration_ms);
  }

  // Circular; a new timer comes first (lib/internal/linkedlist.js).
  void AddList(Tagged list) {
    if (ClassOf(runtime_, list) != "TimersList") return;
    Tagged item = FindValue(runtime_, list, "_idlePrev");
    while (item != list && runtime_.MapOf(item) && timers_.size() < kMaxTimers) {
      AddTimer(item);
      item = FindValue(runtime_, item, "_idlePrev");
    }
  }

  void AddImmediates(Tagged queue) {
    Tagged item = FindValue(runtime_, queue, "head");
    while (ClassOf(runtime_, item) == "Immediate" && timers_.size() < kMaxTimers) {
      timers_.push_back({.object = item,
                         .callback = Callback(item, "_onImmediate"),
                         .immediate = true,
                         .referenced = IsReferenced(item)});
      item = FindValue(runtime_, item, "_idleNext");
    }
  }

  const Runtime& runtime_;
  const Environment& environment_;
  std::vector<Timer> timers_;
};

}  // namespace

std::vector<Tagged> InternalTimerFunctions(const Runtime& runtime, const Environment& environment) {
  const Tagged set_timeout = SetTimeout(runtime, environment);
  std::vector<Tagged> functions;
  for (const std::string_view name : kInternalFunctions)
    if (const Tagged function = FindVariable(runtime, set_timeout, name))
      functions.push_back(function);
  return functions;
}

std::optional<std::vector<Timer>> FindTimers(const Runtime& runtime,
                                             const Environment& environment) {
  return TimerFinder(runtime, environment).Find();
}

}  // namespace nodeheap::node
