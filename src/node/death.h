// Why a process died, as far as a core shows it, and what that is concluded from.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "nodeheap/memory.h"
#include "v8/frames.h"
#include "v8/runtime.h"

namespace nodeheap::node {

enum class Cause : uint8_t {
  kLive,               // it did not: the core is of a live process
  kUncaughtException,  // with --abort-on-uncaught-exception
  kHeapLimit,
  kAbort,   // it ended itself: process.abort(), a failed check of V8 or Node
  kKilled,  // by a signal of another process
  kSignal,  // of the system, such as an invalid memory access in native code
};
std::string_view Name(Cause cause);  // "uncaught exception"

struct Death {
  Cause cause = Cause::kSignal;
  uint32_t thread_id = 0;             // that the signal came to
  std::string sentence;               // for people, without a full stop
  std::vector<std::string> evidence;  // sentences
  // Of an uncaught exception.
  v8::Tagged exception = 0;
  std::string error_class;
  std::string message;
  std::string stack;  // as error.stack has it; empty if it is no Error
};

Death FindDeath(const v8::Runtime& runtime, const v8::NativeImage& native);

}  // namespace nodeheap::node
