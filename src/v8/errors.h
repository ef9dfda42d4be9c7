// Error objects: what they say, and the stack that V8 captured when they were made.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "v8/functions.h"
#include "v8/properties.h"
#include "v8/runtime.h"

namespace nodeheap::v8 {

// A frame of a captured stack.
struct CapturedFrame {
  Tagged function = 0;
  std::string name = {};                  // empty if anonymous
  std::optional<SourcePlace> place = {};  // nullopt for native functions
};

struct CapturedError {
  std::string name;     // "TypeError"
  std::string message;  // empty if there is none
  // The text that `error.stack` has; empty if the program never read it.
  std::string stack;
  // Instead of the text, V8 keeps the frames until it is read.
  std::vector<CapturedFrame> frames;

  // nullopt if `object` is no JSError.
  static std::optional<CapturedError> Load(const Runtime& runtime, Tagged object);
  // The stack as text, made of the frames where the program never read it.
  std::string StackText() const;
};

// True for the own property of an error by which V8 keeps its stack. Its key is a private symbol;
// most versions give those no description.
bool IsCapturedStack(const Runtime& runtime, const Property& property);

}  // namespace nodeheap::v8
