#include "node/death.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <optional>

#include "base/text.h"
#include "node/environments.h"
#include "node/heap_limit.h"
#include "v8/errors.h"
#include "v8/stack_values.h"

namespace nodeheap::node {
namespace {

using v8::Address;
using v8::Frame;
using v8::Kind;
using v8::kWord;
using v8::Runtime;
using v8::Tagged;

constexpr uint64_t kMaxNativeStack = 1 << 20;  // bytes of native frames that are looked at
constexpr uint64_t kExitArgument = 16;         // from an exit frame's fp, if it is the only one
constexpr size_t kMaxMessage = 200;            // characters

// Functions that end a process, by a part of their (mangled) names.
struct Ending {
  std::string_view symbol;
  Cause cause;
  std::string_view what;
};
constexpr std::array<Ending, 8> kEndings = {{
    {"FatalProcessOutOfMemory", Cause::kHeapLimit, "V8 reported that memory ran out"},
    {"OOMErrorHandler", Cause::kHeapLimit, "Node was told that memory ran out"},
    {"CreateMessageOrAbort", Cause::kUncaughtException, "V8 found no handler for an exception"},
    {"TriggerUncaughtException", Cause::kUncaughtException,
     "Node found no handler for an exception"},
    {"V8_Fatal", Cause::kAbort, "a check of V8 failed"},
    {"4node6Assert", Cause::kAbort, "an assertion of Node failed"},
    {"4node12OnFatalError", Cause::kAbort, "V8 reported a fatal error"},
    {"4node5Abort", Cause::kAbort, "Node aborted"},
}};

// base::OS::Abort: int3 or ud2 on x64, brk on arm64.
bool IsTrap(const SignalInfo& signal) {
  constexpr int kSigill = 4;
  constexpr int kSigtrap = 5;
  return signal.number == kSigill || signal.number == kSigtrap;
}

class Coroner {
 public:
  Coroner(const Runtime& runtime, const v8::NativeImage& native)
      : runtime_(runtime), memory_(runtime.memory()), native_(native) {}

  Death Find() {
    if (memory_.signal().number == 0 || memory_.threads().empty()) {
      death_.cause = Cause::kLive;
      death_.sentence = "the process was alive when the core was taken";
      return std::move(death_);
    }
    const ThreadState& thread = memory_.threads().front();
    death_.thread_id = thread.id;
    stack_ = v8::ReadStack(runtime_, native_, thread);
    if (!Known(thread)) Unknown();
    AddPlace();
    return std::move(death_);
  }

 private:
  const Ending* FindEnding() const {
    if (native_.image == nullptr) return nullptr;
    for (const Frame& frame : stack_.frames) {
      if (frame.kind != v8::FrameKind::kNative) break;
      const auto function = native_.image->FindFunction(frame.pc - native_.bias - 1);
      if (!function) continue;
      for (const Ending& ending : kEndings)
        if (function->name.contains(ending.symbol)) return &ending;
    }
    return nullptr;
  }

  // What the native frames above the last JavaScript one have handles to: pointers to a slot.
  std::vector<Tagged> HandledObjects(Address start, Address end) const {
    std::vector<Tagged> objects;
    const auto bytes = memory_.View(start, std::min(end - start, kMaxNativeStack));
    for (size_t at = 0; at + kWord <= bytes.size(); at += kWord) {
      Address word = 0;
      std::memcpy(&word, bytes.data() + at, kWord);
      if (word == 0 || word % kWord != 0) continue;
      const Tagged object = memory_.Read<Tagged>(word).value_or(0);
      if (runtime_.MapOf(object)) objects.push_back(object);
    }
    return objects;
  }

  // `throw` passes its value to V8 as the only argument, behind the frame by which JavaScript was
  // left. An error that V8 itself throws is the innermost it has a handle to.
  Tagged ThrownValue(const ThreadState& thread) const {
    const auto exit = std::ranges::find_if(stack_.frames, [](const Frame& frame) {
      return frame.kind != v8::FrameKind::kNative && frame.fp != 0;
    });
    const Address start = thread.sp / kWord * kWord;
    if (exit == stack_.frames.end() || exit->fp < start) return 0;
    const std::vector<Tagged> objects = HandledObjects(start, exit->fp);
    const Tagged argument = memory_.Read<Tagged>(exit->fp + kExitArgument).value_or(0);
    if (std::ranges::find(objects, argument) != objects.end()) return argument;
    const auto error = std::ranges::find_if(
        objects, [this](Tagged object) { return runtime_.Is(object, Kind::kJSError); });
    return error == objects.end() ? 0 : *error;
  }

  bool Known(const ThreadState& thread) {
    const Ending* const ending = FindEnding();
    if (ending != nullptr) death_.evidence.emplace_back(ending->what);
    const auto statistics = FindHeapStatistics(memory_, thread);
    if (statistics || (ending != nullptr && ending->cause == Cause::kHeapLimit)) {
      HeapLimit(statistics);
      return true;
    }
    // Without symbols, the trap tells by which V8 kills the process.
    const bool uncaught =
        ending != nullptr ? ending->cause == Cause::kUncaughtException : IsTrap(memory_.signal());
    const Tagged exception = uncaught ? ThrownValue(thread) : 0;
    if (exception != 0) {
      UncaughtException(exception);
      return true;
    }
    if (ending == nullptr) return false;
    death_.cause = ending->cause;
    death_.sentence = ending->what;
    return true;
  }

  void HeapLimit(const std::optional<HeapStatistics>& statistics) {
    death_.cause = Cause::kHeapLimit;
    if (statistics) {
      death_.evidence.push_back(
          fmt::format("V8's statistics of the last moment are on the stack: {} in {}",
                      HumanSize(statistics->in_largest_space), statistics->largest_space));
      // It also ends a process that asks for one array that is too large, or when the system has no
      // memory left.
      const bool is_full = statistics->taken > statistics->allowed / 2;
      death_.sentence = fmt::format(
          "{}: it took {} of at most {} for old and young objects",
          is_full ? "V8's heap reached its limit" : "V8 got no memory, with room left in its heap",
          HumanSize(statistics->taken), HumanSize(statistics->allowed));
      return;
    }
    uint64_t bytes = 0;
    for (const v8::Page& page : runtime_.pages().all())
      if (stack_.isolate == nullptr || page.heap == stack_.isolate->heap) bytes += page.size;
    death_.sentence =
        fmt::format("V8's heap reached its limit: its pages take {}", HumanSize(bytes));
  }

  void UncaughtException(Tagged exception) {
    death_.cause = Cause::kUncaughtException;
    death_.exception = exception;
    death_.evidence.emplace_back("the value is still in V8's hands");
    death_.error_class = ClassOf(runtime_, exception);
    if (const auto error = v8::CapturedError::Load(runtime_, exception)) {
      death_.message = error->message;
      death_.stack = error->StackText();
    }
    const std::string what =
        death_.error_class.empty()
            ? v8::DescribeValue(runtime_, exception)
            : fmt::format("{}: {}", death_.error_class, Escape(death_.message, kMaxMessage));
    death_.sentence = "an exception was not caught: " + what;
  }

  void Unknown() {
    const SignalInfo& signal = memory_.signal();
    constexpr int kSigabrt = 6;
    if (signal.code <= 0 && signal.sender != 0 && signal.sender != memory_.process_id()) {
      death_.cause = Cause::kKilled;
      death_.sentence = fmt::format("process {} sent it signal {}", signal.sender, signal.number);
    } else if (signal.number == kSigabrt) {
      death_.cause = Cause::kAbort;
      death_.sentence = "the process ended itself (abort)";
    } else {
      death_.cause = Cause::kSignal;
      death_.sentence = fmt::format("signal {} stopped native code", signal.number);
      if (signal.address != 0)
        death_.sentence += fmt::format(", at address 0x{:x}", signal.address);
    }
  }

  // The innermost function of the program.
  void AddPlace() {
    for (const Frame& frame : stack_.frames) {
      if (!frame.place || frame.place->script_name.starts_with("node:")) continue;
      const std::string name =
          v8::FrameFunctionName(runtime_, frame.function, frame.shared, frame.receiver.value_or(0));
      death_.sentence += fmt::format(", in {} at {}", name, frame.place->script_name);
      if (frame.place->line) death_.sentence += fmt::format(":{}", *frame.place->line);
      return;
    }
  }

  const Runtime& runtime_;
  const MemorySource& memory_;
  const v8::NativeImage& native_;
  v8::ThreadStack stack_;
  Death death_;
};

}  // namespace

std::string_view Name(Cause cause) {
  switch (cause) {
    case Cause::kLive:
      return "live";
    case Cause::kUncaughtException:
      return "uncaught exception";
    case Cause::kHeapLimit:
      return "heap limit";
    case Cause::kAbort:
      return "abort";
    case Cause::kKilled:
      return "killed";
    case Cause::kSignal:
      break;
  }
  return "signal";
}

Death FindDeath(const Runtime& runtime, const v8::NativeImage& native) {
  return Coroner(runtime, native).Find();
}

}  // namespace nodeheap::node
