#include "v8/stack_javascript.h"

#include <algorithm>

#include "v8/code_baseline.h"
#include "v8/code_objects.h"

namespace nodeheap::v8 {
namespace {

// Offsets from the frame pointer (StandardFrameConstants, InterpreterFrameConstants); the same in
// V8 9 to 14.
constexpr int64_t kContext = -8;
constexpr int64_t kFunction = -16;
constexpr int64_t kArgumentCount = -24;
constexpr int64_t kBytecodeArray = -32;
constexpr int64_t kBytecodeOffset = -40;
constexpr int64_t kReceiver = 16;
constexpr int64_t kFirstArgument = 24;

// Since this version the receiver counts as an argument.
constexpr Version kReceiverCounts{9, 7, 0};
constexpr uint64_t kMaxArgumentCount = 1 << 16;
constexpr uint32_t kMaxShownArguments = 64;
// Of the place, only the script is known.
constexpr int32_t kNoPosition = -1;

}  // namespace

Tagged JavaScriptFrames::Word(Address fp, int64_t offset) const {
  return stack_.Word(fp + static_cast<uint64_t>(offset)).value_or(0);
}

bool JavaScriptFrames::IsInterpreted(Address fp) const {
  return runtime_.Is(Word(fp, kBytecodeArray), Kind::kBytecodeArray) &&
         IsSmi(Word(fp, kBytecodeOffset));
}

void JavaScriptFrames::ReadArguments(Frame& frame) const {
  frame.receiver = stack_.Word(frame.fp + kReceiver);
  uint64_t count = Word(frame.fp, kArgumentCount);
  if (runtime_.layout().version >= kReceiverCounts && count > 0) --count;
  if (count > kMaxArgumentCount) return;
  const auto shown = static_cast<uint32_t>(std::min<uint64_t>(count, kMaxShownArguments));
  for (uint32_t i = 0; i < shown; ++i) {
    const auto argument = stack_.Word(frame.fp + kFirstArgument + i * kWord);
    if (!argument) break;
    frame.arguments.push_back(*argument);
  }
  frame.arguments_left_out = static_cast<uint32_t>(count - frame.arguments.size());
}

void JavaScriptFrames::Place(Frame& frame, int32_t position) const {
  const Tagged script = ScriptOf(runtime_, frame.shared);
  if (script != 0) frame.place = PlaceInScript(runtime_, script, position);
}

void JavaScriptFrames::PlaceInterpreted(Frame& frame) const {
  const Tagged bytecode = Word(frame.fp, kBytecodeArray);
  // The interpreter counts from the tagged pointer to the array.
  const int64_t offset = int64_t{SmiValue(Word(frame.fp, kBytecodeOffset))} -
                         (int64_t{runtime_.layout().bytecode_data} - 1);
  Place(frame, SourcePositionOf(runtime_, bytecode, offset).value_or(kNoPosition));
}

void JavaScriptFrames::PlaceBaseline(const CodeObject& code, Address return_address,
                                     Frame& frame) const {
  const Tagged bytecode = BytecodeOf(runtime_, frame.shared);
  const auto offset =
      BytecodeOffsetAt(runtime_, code, bytecode, return_address, code_.bytecode_sizes());
  const auto position = offset ? SourcePositionOf(runtime_, bytecode, *offset) : std::nullopt;
  Place(frame, position.value_or(kNoPosition));
}

void JavaScriptFrames::AppendOptimized(const CodeObject& code, Address return_address, Frame frame,
                                       std::vector<Frame>& frames) const {
  const std::vector<InlinedCall> calls = InlinedCallsAt(runtime_, code, return_address);
  for (const InlinedCall& call : calls) {
    if (call.shared == 0) continue;
    Frame inlined{.kind = frame.kind, .inlined = true, .pc = frame.pc, .fp = frame.fp};
    inlined.after_gap = std::exchange(frame.after_gap, false);
    inlined.shared = call.shared;
    Place(inlined, call.position);
    frames.push_back(std::move(inlined));
  }
  Place(frame, calls.empty() ? kNoPosition : calls.back().position);
  frames.push_back(std::move(frame));
}

bool JavaScriptFrames::Append(const ChainLink& link, bool is_innermost,
                              std::vector<Frame>& frames) const {
  const Tagged function = Word(link.fp, kFunction);
  const Tagged shared = SharedOf(runtime_, function);
  if (shared == 0) return false;
  Frame frame{.after_gap = link.after_gap, .pc = link.pc, .fp = link.fp};
  frame.function = function;
  frame.shared = shared;
  frame.context = Word(link.fp, kContext);
  ReadArguments(frame);
  // Where the program stands, not where a call returns to, counts as if the instruction were a
  // call.
  const Address return_address = link.pc + (is_innermost ? 1 : 0);
  const auto code = code_.IsHeapCode(link.pc) ? FindCode(runtime_, link.pc) : std::nullopt;
  const CodeTier tier = code ? code->tier : CodeTier::kOther;
  if (tier == CodeTier::kMaglev || tier == CodeTier::kTurbofan) {
    frame.kind = tier == CodeTier::kMaglev ? FrameKind::kMaglev : FrameKind::kTurbofan;
    AppendOptimized(*code, return_address, std::move(frame), frames);
    return true;
  }
  if (tier == CodeTier::kBaseline) {
    frame.kind = FrameKind::kBaseline;
    PlaceBaseline(*code, return_address, frame);
  } else if (IsInterpreted(link.fp)) {
    frame.kind = FrameKind::kInterpreted;
    PlaceInterpreted(frame);
  } else if (code_.IsBuiltin(link.pc)) {
    frame.kind = FrameKind::kBuiltin;
    frame.builtin = code_.BuiltinName(link.pc);
  }
  frames.push_back(std::move(frame));
  return true;
}

}  // namespace nodeheap::v8
