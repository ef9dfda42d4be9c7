// Where a thread left JavaScript: V8 chains these frames, whatever native code does to the frame
// pointer in between.
#pragma once

#include <string_view>
#include <vector>

#include "v8/runtime.h"
#include "v8/stack_chain.h"

namespace nodeheap::v8 {

// V8's name of a frame by its marker, without "Frame": "Exit", "Entry"; empty if it has none.
std::string_view MarkerOf(const Runtime& runtime, const StackMemory& stack, Address fp);

// The frame pointers of the exit frames on the stack, ascending. `isolate` may be nullptr.
std::vector<Address> FindExits(const Runtime& runtime, const Isolate* isolate,
                               const ThreadState& thread, const StackMemory& stack);

}  // namespace nodeheap::v8
