#include "v8/builtins.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <chrono>
#include <cmath>
#include <limits>

#include "v8/functions.h"
#include "v8/primitives.h"

namespace nodeheap::v8 {
namespace {

// A JSObject's own fields follow map, properties and elements.
constexpr uint32_t kFirst = 24;
constexpr uint32_t kSecond = 32;
constexpr uint32_t kThird = 40;

// From then on the time is a raw double.
constexpr Version kRawDates{12, 9, 0};
constexpr double kMaxTime = 8.64e15;  // ms; Dates reach no further

constexpr uint32_t kPromiseStatus = 3;  // mask of the flags
constexpr uint32_t kPromiseHasHandler = 4;
constexpr uint32_t kReactionFirst = 8;
constexpr uint32_t kContextSlots = 16;
constexpr uint32_t kAwaitContextSlots = 4;  // scope info, outer context, extension …

constexpr uint32_t kGeneratorInput = 48;
constexpr uint32_t kGeneratorContinuation = 64;
constexpr uint32_t kAsyncFunctionPromise = 80;
constexpr int32_t kExecuting = -2;
constexpr int32_t kClosed = -1;

constexpr uint32_t kSymbolFlags = 12;
constexpr uint32_t kModuleExports = 8;

// Reads the fields of one object of a known kind; remembers whether one was absent.
class Fields {
 public:
  Fields(const Runtime& runtime, Tagged object) : runtime_(runtime), object_(object) {}
  Tagged Get(uint64_t offset) {
    const auto word = runtime_.Field(object_, offset);
    complete_ = complete_ && word.has_value();
    return word.value_or(0);
  }
  bool complete() const { return complete_; }
  template <typename T>
  std::optional<T> Finish(T value) const {
    return complete_ ? std::optional<T>(std::move(value)) : std::nullopt;
  }

 private:
  const Runtime& runtime_;
  Tagged object_;
  bool complete_ = true;
};

bool IsGeneratorKind(Kind kind) {
  return kind == Kind::kJSGeneratorObject || kind == Kind::kJSAsyncFunctionObject ||
         kind == Kind::kJSAsyncGeneratorObject;
}

std::string FlagLetters(uint32_t flags) {
  struct Letter {
    uint32_t bit;
    char letter;
  };
  // JSRegExp::Flag, in the order of RegExp.prototype.flags.
  constexpr Letter kLetters[] = {{7, 'd'}, {0, 'g'}, {1, 'i'}, {6, 'l'}, {2, 'm'},
                                 {5, 's'}, {4, 'u'}, {8, 'v'}, {3, 'y'}};
  std::string text;
  for (const auto [bit, letter] : kLetters)
    if ((flags >> bit & 1) != 0) text += letter;
  return text;
}

}  // namespace

std::optional<Date> Date::Load(const Runtime& runtime, Tagged object) {
  if (!runtime.Is(object, Kind::kJSDate)) return std::nullopt;
  const auto word = runtime.Field(object, runtime.layout().object.date_value);
  if (!word) return std::nullopt;
  if (runtime.layout().version >= kRawDates && !runtime.Is(*word, Kind::kHeapNumber))
    return Date{std::bit_cast<double>(*word)};
  if (const auto number = NumberOf(runtime, *word)) return Date{*number};
  return IsUndefined(runtime, *word) ? std::optional(Date{std::numeric_limits<double>::quiet_NaN()})
                                     : std::nullopt;
}

std::string IsoTime(double milliseconds) {
  if (!(std::abs(milliseconds) <= kMaxTime)) return "Invalid Date";
  using std::chrono::days;
  using std::chrono::sys_days;
  const std::chrono::sys_time<std::chrono::milliseconds> time{
      std::chrono::milliseconds(static_cast<int64_t>(milliseconds))};
  const sys_days day = std::chrono::floor<days>(time);
  // Not std::chrono's years, which end at 32767.
  const int64_t days_left = day.time_since_epoch().count();
  constexpr int64_t kDaysIn400Years = 146097;
  const int64_t eras = days_left >= 0 ? days_left / kDaysIn400Years
                                      : (days_left - kDaysIn400Years + 1) / kDaysIn400Years;
  const std::chrono::year_month_day date{sys_days(days(days_left - eras * kDaysIn400Years))};
  const int64_t year = int{date.year()} + eras * 400;
  const std::chrono::hh_mm_ss clock{time - day};
  const std::string year_text =
      year >= 0 && year <= 9999 ? fmt::format("{:04}", year) : fmt::format("{:+07}", year);
  return fmt::format("{}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", year_text, unsigned{date.month()},
                     unsigned{date.day()}, clock.hours().count(), clock.minutes().count(),
                     clock.seconds().count(), clock.subseconds().count());
}

std::optional<RegExp> RegExp::Load(const Runtime& runtime, Tagged object) {
  if (!runtime.Is(object, Kind::kJSRegExp)) return std::nullopt;
  Fields fields(runtime, object);
  const uint32_t source = runtime.layout().object.regexp_source;
  RegExp result{.source = fields.Get(source)};
  const Tagged flags = fields.Get(source + kWord);
  result.last_index = fields.Get(source + 2 * kWord);
  if (IsSmi(flags)) result.flags = FlagLetters(static_cast<uint32_t>(SmiValue(flags)));
  return fields.Finish(std::move(result));
}

std::string_view Name(PromiseState state) {
  switch (state) {
    case PromiseState::kFulfilled:
      return "fulfilled";
    case PromiseState::kRejected:
      return "rejected";
    default:
      return "pending";
  }
}

std::optional<Promise> Promise::Load(const Runtime& runtime, Tagged object) {
  if (!runtime.Is(object, Kind::kJSPromise)) return std::nullopt;
  Fields fields(runtime, object);
  Promise result{.reactions_or_result = fields.Get(kFirst)};
  const Tagged flags = fields.Get(kSecond);
  const uint32_t bits = IsSmi(flags) ? static_cast<uint32_t>(SmiValue(flags)) : kPromiseStatus;
  if ((bits & kPromiseStatus) == kPromiseStatus) return std::nullopt;
  result.state = PromiseState(bits & kPromiseStatus);
  result.has_handler = (bits & kPromiseHasHandler) != 0;
  return fields.Finish(result);
}

// `await` makes two functions whose context has the generator object in place of variables; V8 14
// has the object itself. Closures of programs have a script.
Tagged AwaiterOf(const Runtime& runtime, Tagged handler) {
  if (IsGeneratorKind(runtime.KindOf(handler))) return handler;
  if (!runtime.Is(handler, Kind::kJSFunction)) return 0;
  if (ScriptOf(runtime, SharedOf(runtime, handler)) != 0) return 0;
  const Tagged context = runtime.Field(handler, runtime.layout().function.context).value_or(0);
  if (!runtime.Is(context, Kind::kContext)) return 0;
  const uint32_t slots = runtime.CountField(context, kWord, kWord).value_or(0);
  for (uint32_t i = 0; i < std::min(slots, kAwaitContextSlots); ++i) {
    const Tagged slot = runtime.Field(context, kContextSlots + i * kWord).value_or(0);
    if (IsGeneratorKind(runtime.KindOf(slot))) return slot;
  }
  return 0;
}

std::optional<PromiseReaction> PromiseReaction::Load(const Runtime& runtime, Tagged object) {
  if (!runtime.Is(object, Kind::kPromiseReaction)) return std::nullopt;
  Fields fields(runtime, object);
  // V8 12 put a field before `next`, which is a Smi at the end of the list.
  uint32_t at = kReactionFirst;
  const Tagged second = fields.Get(at + kWord);
  const bool has_context = IsSmi(second) || runtime.Is(second, Kind::kPromiseReaction);
  const Tagged context = has_context ? fields.Get(at) : 0;
  if (has_context) at += kWord;
  PromiseReaction result{.next = fields.Get(at),
                         .on_fulfilled = fields.Get(at + 2 * kWord),
                         .on_rejected = fields.Get(at + kWord),
                         .promise = fields.Get(at + 3 * kWord),
                         .context = context};
  result.awaiter = AwaiterOf(runtime, result.on_fulfilled);
  return fields.Finish(result);
}

std::optional<Proxy> Proxy::Load(const Runtime& runtime, Tagged object) {
  if (!runtime.Is(object, Kind::kJSProxy)) return std::nullopt;
  Fields fields(runtime, object);
  return fields.Finish(Proxy{.target = fields.Get(2 * kWord), .handler = fields.Get(3 * kWord)});
}

std::optional<BoundFunction> BoundFunction::Load(const Runtime& runtime, Tagged object) {
  if (!runtime.Is(object, Kind::kJSBoundFunction)) return std::nullopt;
  Fields fields(runtime, object);
  BoundFunction result{.target = fields.Get(kFirst),
                       .bound_this = fields.Get(kSecond),
                       .arguments = fields.Get(kThird)};
  return fields.Finish(result);
}

std::optional<Generator> Generator::Load(const Runtime& runtime, Tagged object) {
  const Kind kind = runtime.KindOf(object);
  if (!IsGeneratorKind(kind)) return std::nullopt;
  Fields fields(runtime, object);
  Generator result{.function = fields.Get(kFirst),
                   .context = fields.Get(kSecond),
                   .receiver = fields.Get(kThird),
                   .bytecode_offset = fields.Get(kGeneratorInput)};
  const Tagged continuation = fields.Get(kGeneratorContinuation);
  if (!IsSmi(continuation)) return std::nullopt;
  switch (SmiValue(continuation)) {
    case kExecuting:
      result.state = GeneratorState::kRunning;
      break;
    case kClosed:
      result.state = GeneratorState::kClosed;
      break;
    case 0:  // generators stop before their first statement, async functions do not
      result.state = kind == Kind::kJSAsyncFunctionObject ? GeneratorState::kSuspended
                                                          : GeneratorState::kNotStarted;
      break;
    default:
      result.state = GeneratorState::kSuspended;
  }
  if (kind == Kind::kJSAsyncFunctionObject) result.promise = fields.Get(kAsyncFunctionPromise);
  return fields.Finish(result);
}

std::optional<WeakReference> WeakReference::Load(const Runtime& runtime, Tagged object) {
  if (!runtime.Is(object, Kind::kJSWeakRef)) return std::nullopt;
  Fields fields(runtime, object);
  return fields.Finish(WeakReference{fields.Get(kFirst)});
}

std::optional<FinalizationRegistry> FinalizationRegistry::Load(const Runtime& runtime,
                                                               Tagged object) {
  if (!runtime.Is(object, Kind::kJSFinalizationRegistry)) return std::nullopt;
  Fields fields(runtime, object);
  return fields.Finish(FinalizationRegistry{fields.Get(kSecond)});
}

std::optional<IndexedIterator> IndexedIterator::Load(const Runtime& runtime, Tagged object) {
  const Kind kind = runtime.KindOf(object);
  if (kind != Kind::kJSArrayIterator && kind != Kind::kJSStringIterator) return std::nullopt;
  Fields fields(runtime, object);
  IndexedIterator result{.iterated = fields.Get(kFirst)};
  const auto index = NumberOf(runtime, fields.Get(kSecond));
  if (!index) return std::nullopt;
  result.index = *index;
  if (kind == Kind::kJSArrayIterator) {
    const Tagged yields = fields.Get(kThird);
    if (!IsSmi(yields)) return std::nullopt;
    result.yields = SmiValue(yields);
  }
  return fields.Finish(result);
}

std::optional<PrimitiveWrapper> PrimitiveWrapper::Load(const Runtime& runtime, Tagged object) {
  if (!runtime.Is(object, Kind::kJSPrimitiveWrapper)) return std::nullopt;
  Fields fields(runtime, object);
  return fields.Finish(PrimitiveWrapper{fields.Get(kFirst)});
}

std::optional<ModuleNamespace> ModuleNamespace::Load(const Runtime& runtime, Tagged object) {
  if (!runtime.Is(object, Kind::kJSModuleNamespace)) return std::nullopt;
  // V8 14 put a field before the module.
  for (const uint32_t offset : {kFirst, kSecond}) {
    const Tagged module = runtime.Field(object, offset).value_or(0);
    const Kind kind = runtime.KindOf(module);
    if (kind != Kind::kSourceTextModule && kind != Kind::kSyntheticModule) continue;
    const auto exports = runtime.Field(module, kModuleExports);
    return exports ? std::optional(ModuleNamespace{*exports}) : std::nullopt;
  }
  return std::nullopt;
}

std::optional<Symbol> Symbol::Load(const Runtime& runtime, Tagged object) {
  if (!runtime.Is(object, Kind::kSymbol)) return std::nullopt;
  const auto description = runtime.Field(object, runtime.layout().symbol_name);
  const auto flags = runtime.Field<uint32_t>(object, kSymbolFlags);
  if (!description || !flags) return std::nullopt;
  Symbol result{.description = *description};
  if (runtime.layout().version >= Version{14, 2, 0}) {
    // Two bits say how private it is: a symbol of V8's or Node's own, a name, a brand.
    const uint32_t privacy = *flags & 3;
    result.is_registered = (*flags & 1U << 3) != 0;
    result.is_private_name = privacy >= 2;
    result.is_private_brand = privacy == 3;
    result.is_internal = privacy == 1;
    return result;
  }
  result.is_registered = (*flags & 1U << 2) != 0;
  result.is_private_name = (*flags & 1U << 4) != 0;
  result.is_private_brand = (*flags & 1U << 5) != 0;
  result.is_internal = (*flags & 1) != 0 && !result.is_private_name;
  return result;
}

}  // namespace nodeheap::v8
