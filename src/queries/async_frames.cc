#include "queries/async_frames.h"

#include <fmt/format.h>

#include <string_view>

#include "v8/stack_values.h"

namespace nodeheap {
namespace {

std::string_view NameOf(v8::AsyncFrameKind combinator) {
  switch (combinator) {
    case v8::AsyncFrameKind::kAny:
      return "Promise.any";
    case v8::AsyncFrameKind::kAllSettled:
      return "Promise.allSettled";
    default:
      return "Promise.all";
  }
}

}  // namespace

AsyncFunction DescribeAsync(const v8::Runtime& runtime, const v8::AsyncFrame& frame) {
  AsyncFunction result;
  if (frame.kind != v8::AsyncFrameKind::kAwait) {
    result.name = NameOf(frame.kind);
    if (frame.index) result.name += fmt::format(" (index {})", *frame.index);
    return result;
  }
  const auto generator = v8::Generator::Load(runtime, frame.generator);
  if (!generator) return result;
  result.function = generator->function;
  result.name = v8::FrameFunctionName(runtime, generator->function,
                                      v8::SharedOf(runtime, generator->function), 0);
  result.place = v8::SuspendedAt(runtime, *generator);
  return result;
}

std::string Text(const AsyncFunction& function) {
  if (!function.place) return function.name;
  const v8::SourcePlace& place = *function.place;
  std::string text = fmt::format("{} at {}", function.name,
                                 place.script_name.empty() ? "(no name)" : place.script_name);
  if (place.line) text += fmt::format(":{}:{}", *place.line, place.column.value_or(0));
  return text;
}

}  // namespace nodeheap
