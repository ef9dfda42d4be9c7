// The stacks of a process's threads, JavaScript and native together, without walking the heap.
// Which kind of frame the code made is told by where the return address lies; frame markers, which
// V8 renumbers in every release, come from v8dbg (v8/src/execution/frames.h, frame-constants.h).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "memory/elf_image.h"
#include "v8/functions.h"
#include "v8/runtime.h"

namespace nodeheap::v8 {

enum class FrameKind : uint8_t {
  kNative,
  kInternal,  // V8's own, without a function of the program: Frame::marker tells which
  kBuiltin,   // JavaScript's own functions, such as Array.prototype.map
  // Functions of the program and of Node's scripts, by what runs them.
  kInterpreted,
  kBaseline,
  kMaglev,
  kTurbofan,
  kUnknown,
};
std::string_view Name(FrameKind kind);
constexpr bool IsJavaScript(FrameKind kind) {
  return kind >= FrameKind::kBuiltin && kind <= FrameKind::kTurbofan;
}

struct Frame {
  FrameKind kind = FrameKind::kUnknown;
  // The optimizer put the function's body into its caller's, the next frame: function, receiver and
  // arguments are not to be had.
  bool inlined = false;
  bool after_gap = false;    // frames before this one could not be found
  Address pc = 0;            // a return address but for the innermost frame; 0: unknown
  Address fp = 0;            // 0: unknown
  std::string marker = {};   // of kInternal: "exit", "entry", "stub", "construct" …
  std::string builtin = {};  // V8's name of the builtin at pc, such as "ArrayMap"; may be empty
  // Of JavaScript.
  Tagged function = 0;                    // 0: inlined
  Tagged shared = 0;                      // SharedFunctionInfo
  Tagged context = 0;                     // of the innermost scope; 0: inlined
  std::optional<SourcePlace> place = {};  // where it is in its script
  std::optional<Tagged> receiver = {};
  std::vector<Tagged> arguments =
      {};  // as the caller passed them; the function may have set others
  uint32_t arguments_left_out = 0;
};

struct ThreadStack {
  uint32_t thread_id = 0;
  const Isolate* isolate = nullptr;  // that the thread runs
  std::vector<Frame> frames;         // the innermost first
};

// The executable: with it, builtins have names and baseline code has lines.
struct NativeImage {
  const ElfImage* image = nullptr;  // may be nullptr
  uint64_t bias = 0;
};

ThreadStack ReadStack(const Runtime& runtime, const NativeImage& native, const ThreadState& thread);

}  // namespace nodeheap::v8
