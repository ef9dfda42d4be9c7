// A frame of a stack, and the values that have names in it.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "nodeheap/query.h"
#include "session/process.h"
#include "v8/frames.h"

namespace nodeheap {

struct ChosenFrame {
  size_t number = 0;  // as bt counts
  v8::Frame frame;
};

// By the parameters kFrameParam and kThreadParam; without a frame, the innermost of JavaScript that
// has a script.
Result<ChosenFrame> ChooseFrame(const Process& process, const Arguments& arguments);

// "respond at /app/server.js:35:36"
std::string FrameTitle(const v8::Runtime& runtime, const v8::Frame& frame);

// `this`, `function`, arg0 …, then the variables that closures share, those of inner scopes first;
// each name once. What V8 keeps in registers only has no name in a release build.
struct FrameValue {
  std::string name;
  v8::Tagged value = 0;
  bool is_variable = false;
};
void ForEachFrameValue(const v8::Runtime& runtime, const v8::Frame& frame,
                       const std::function<void(const FrameValue&)>& visit);

Result<v8::Tagged> FindFrameValue(const v8::Runtime& runtime, const ChosenFrame& chosen,
                                  std::string_view name);

}  // namespace nodeheap
