#include "v8/frames.h"

#include <algorithm>
#include <cctype>
#include <utility>

#include "v8/stack_chain.h"
#include "v8/stack_code.h"
#include "v8/stack_exits.h"
#include "v8/stack_javascript.h"

namespace nodeheap::v8 {
namespace {

// "BuiltinExit" becomes "builtin exit".
std::string Spaced(std::string_view name) {
  std::string text;
  for (const char c : name) {
    if (std::isupper(static_cast<unsigned char>(c)) != 0 && !text.empty()) text += ' ';
    text += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  return text;
}

class StackReader {
 public:
  StackReader(const Runtime& runtime, const StackCode& code, const ThreadState& thread)
      : runtime_(runtime),
        code_(code),
        thread_(thread),
        stack_(runtime.memory(), thread),
        javascript_(runtime, code, stack_) {}

  std::vector<Frame> Read(const Isolate* isolate) {
    const ChainHints hints{.exits = FindExits(runtime_, isolate, thread_, stack_)};
    const auto chain = FindChain(runtime_.memory(), thread_, stack_, hints);
    for (size_t i = 0; i < chain.size(); ++i) Append(chain[i], i == 0);
    return std::move(frames_);
  }

 private:
  bool IsV8Code(Address pc) const { return code_.IsBuiltin(pc) || code_.IsHeapCode(pc); }

  // A builtin without a frame of its own was interrupted: the frame pointer is its caller's, and
  // the return address is in the link register, or the last word on the stack.
  std::optional<Address> FramelessCaller(const ChainLink& link) const {
    const MemorySource& memory = runtime_.memory();
    const bool has_link = memory.architecture() == Architecture::kArm64;
    const Address caller =
        memory.ReturnAddress(has_link ? thread_.lr : stack_.Word(stack_.start()).value_or(0));
    if (!code_.IsBuiltin(link.pc) || !IsV8Code(caller)) return std::nullopt;
    // A link register that was saved already tells of a frame.
    const Address saved = memory.ReturnAddress(stack_.Word(link.fp + kWord).value_or(0));
    if (has_link && caller == saved) return std::nullopt;
    return caller;
  }

  void AppendBuiltin(const ChainLink& link) {
    frames_.push_back({.kind = FrameKind::kInternal,
                       .pc = link.pc,
                       .marker = "builtin",
                       .builtin = code_.BuiltinName(link.pc)});
  }

  void Append(ChainLink link, bool is_innermost) {
    if (is_innermost) {
      if (const auto caller = FramelessCaller(link)) {
        AppendBuiltin(link);
        link.pc = *caller;
        is_innermost = false;
      }
    }
    Frame frame{
        .kind = FrameKind::kNative, .after_gap = link.after_gap, .pc = link.pc, .fp = link.fp};
    const bool may_be_v8 = link.fp != 0 && (link.pc == 0 || IsV8Code(link.pc));
    const std::string_view marker =
        may_be_v8 ? MarkerOf(runtime_, stack_, link.fp) : std::string_view();
    if (!marker.empty()) {
      frame.kind = FrameKind::kInternal;
      frame.marker = Spaced(marker);
      frame.builtin = code_.BuiltinName(link.pc);
    } else if (may_be_v8 && javascript_.Append(link, is_innermost, frames_)) {
      return;
    } else if (IsV8Code(link.pc)) {
      frame.kind = FrameKind::kUnknown;
      frame.builtin = code_.BuiltinName(link.pc);
    } else if (link.pc == 0) {
      // A native frame of which nothing is known but that it was there.
      gap_ = true;
      return;
    }
    frames_.push_back(std::move(frame));
  }

  const Runtime& runtime_;
  const StackCode& code_;
  const ThreadState& thread_;
  StackMemory stack_;
  JavaScriptFrames javascript_;
  std::vector<Frame> frames_;
  bool gap_ = false;  // before the next frame
};

}  // namespace

std::string_view Name(FrameKind kind) {
  switch (kind) {
    case FrameKind::kNative:
      return "native";
    case FrameKind::kInternal:
      return "internal";
    case FrameKind::kBuiltin:
      return "builtin";
    case FrameKind::kInterpreted:
      return "interpreted";
    case FrameKind::kBaseline:
      return "baseline";
    case FrameKind::kMaglev:
      return "maglev";
    case FrameKind::kTurbofan:
      return "turbofan";
    case FrameKind::kUnknown:
      break;
  }
  return "unknown";
}

ThreadStack ReadStack(const Runtime& runtime, const NativeImage& native,
                      const ThreadState& thread) {
  ThreadStack stack;
  stack.thread_id = thread.id;
  for (const Isolate& isolate : runtime.isolates())
    if (isolate.thread_id == thread.id) stack.isolate = &isolate;
  const StackCode code(runtime, native);
  stack.frames = StackReader(runtime, code, thread).Read(stack.isolate);
  return stack;
}

}  // namespace nodeheap::v8
