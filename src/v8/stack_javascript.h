// Frames of JavaScript functions: all tiers of V8 lay them out alike.
#pragma once

#include <vector>

#include "v8/frames.h"
#include "v8/stack_chain.h"
#include "v8/stack_code.h"

namespace nodeheap::v8 {

class JavaScriptFrames {
 public:
  JavaScriptFrames(const Runtime& runtime, const StackCode& code, const StackMemory& stack)
      : runtime_(runtime), code_(code), stack_(stack) {}

  // Appends the frame, after those of the functions that were inlined into it. False if it is none.
  bool Append(const ChainLink& link, bool is_innermost, std::vector<Frame>& frames) const;

 private:
  Tagged Word(Address fp, int64_t offset) const;
  bool IsInterpreted(Address fp) const;
  void ReadArguments(Frame& frame) const;
  void Place(Frame& frame, int32_t position) const;
  void PlaceInterpreted(Frame& frame) const;
  void PlaceBaseline(const CodeObject& code, Address return_address, Frame& frame) const;
  void AppendOptimized(const CodeObject& code, Address return_address, Frame frame,
                       std::vector<Frame>& frames) const;

  const Runtime& runtime_;
  const StackCode& code_;
  const StackMemory& stack_;
};

}  // namespace nodeheap::v8
