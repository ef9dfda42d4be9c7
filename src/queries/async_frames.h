// How queries show the functions that wait for a promise.
#pragma once

#include <optional>
#include <string>

#include "v8/async_stack.h"

namespace nodeheap {

struct AsyncFunction {
  std::string name;                           // "asyncOuter", "Promise.all (index 2)"
  v8::Tagged function = 0;                    // 0: of V8
  std::optional<v8::SourcePlace> place = {};  // where it awaits
};

AsyncFunction DescribeAsync(const v8::Runtime& runtime, const v8::AsyncFrame& frame);

// "asyncOuter at /app/server.js:75:18"
std::string Text(const AsyncFunction& function);

}  // namespace nodeheap
