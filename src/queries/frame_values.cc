#include "queries/frame_values.h"

#include <fmt/format.h>

#include <optional>
#include <unordered_set>

#include "v8/context_variables.h"
#include "v8/stack_values.h"
#include "v8/strings.h"

namespace nodeheap {
namespace {

constexpr uint32_t kPreviousContext = 24;  // bytes into a Context
constexpr int kMaxScopes = 256;
constexpr uint64_t kMaxNameUnits = 200;
constexpr size_t kMaxVariables = 10'000;

std::unexpected<Error> NotFound(std::string message, std::string hint) {
  return std::unexpected(
      Error{.code = ErrorCode::kNotFound, .message = std::move(message), .hint = std::move(hint)});
}

Result<const ThreadState*> ThreadOf(const Process& process, const Arguments& arguments) {
  for (const ThreadState& thread : process.memory().threads())
    if (!arguments.Has("thread") || arguments.Integer("thread") == thread.id) return &thread;
  return NotFound("there is no such thread", "bt lists all threads");
}

}  // namespace

Result<ChosenFrame> ChooseFrame(const Process& process, const Arguments& arguments) {
  NH_TRY(const ThreadState* const thread, ThreadOf(process, arguments));
  const v8::NativeImage native = process.native_image();
  v8::ThreadStack stack = v8::ReadStack(process.runtime(), native, *thread);
  for (size_t i = 0; i < stack.frames.size(); ++i) {
    v8::Frame& frame = stack.frames[i];
    if (arguments.Has("frame") ? arguments.Integer("frame") != i : !frame.place) continue;
    if (frame.shared == 0) break;
    return ChosenFrame{.number = i, .frame = std::move(frame)};
  }
  return NotFound(arguments.Has("frame") ? "this frame is of no JavaScript function"
                                         : "this thread runs no JavaScript",
                  "bt lists all frames");
}

std::string FrameTitle(const v8::Runtime& runtime, const v8::Frame& frame) {
  std::string title =
      v8::FrameFunctionName(runtime, frame.function, frame.shared, frame.receiver.value_or(0));
  if (!frame.place) return title;
  title += fmt::format(" at {}", frame.place->script_name);
  if (frame.place->line)
    title += fmt::format(":{}:{}", *frame.place->line, frame.place->column.value_or(0));
  return title;
}

void ForEachFrameValue(const v8::Runtime& runtime, const v8::Frame& frame,
                       const std::function<void(const FrameValue&)>& visit) {
  if (frame.receiver) visit({.name = "this", .value = *frame.receiver});
  if (frame.function != 0) visit({.name = "function", .value = frame.function});
  for (size_t i = 0; i < frame.arguments.size(); ++i)
    visit({.name = fmt::format("arg{}", i), .value = frame.arguments[i]});
  std::unordered_set<std::string> seen;
  v8::Tagged context = frame.context;
  for (int i = 0; i < kMaxScopes && runtime.Is(context, v8::Kind::kContext); ++i) {
    v8::ForEachContextVariable(runtime, context, [&](const v8::ContextVariable& variable) {
      const auto name = v8::ReadString(runtime, variable.name, kMaxNameUnits);
      if (!name || seen.size() >= kMaxVariables || !seen.insert(name->text).second) return;
      visit({.name = name->text, .value = variable.value, .is_variable = true});
    });
    context = runtime.Field(context, kPreviousContext).value_or(0);
  }
}

Result<v8::Tagged> FindFrameValue(const v8::Runtime& runtime, const ChosenFrame& chosen,
                                  std::string_view name) {
  std::optional<v8::Tagged> found;
  ForEachFrameValue(runtime, chosen.frame, [&](const FrameValue& value) {
    if (!found && value.name == name) found = value.value;
  });
  if (found) return *found;
  return NotFound(fmt::format("frame {} ({}) has no value called \"{}\"", chosen.number,
                              FrameTitle(runtime, chosen.frame), name),
                  "frame lists those it has");
}

}  // namespace nodeheap
