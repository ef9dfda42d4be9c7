// The native side of a process: functions of its executable, and what its threads are for.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "session/process.h"

namespace nodeheap {

struct NativePlace {
  std::string function;  // demangled: "node::Abort()"
  uint64_t offset = 0;   // bytes into it
};

// The function of the executable that contains the address; nullopt without the executable.
std::optional<NativePlace> FindNativePlace(const Process& process, uint64_t address);

// What a thread is for: "main", "worker 1", "thread pool of libuv" …; empty if unknown.
std::string ThreadRole(const Process& process, const ThreadState& thread);

// The thread to whose stack the address belongs, if any; the stack reaches from the stack pointer
// to the end of its memory.
const ThreadState* FindStack(const MemorySource& memory, uint64_t address);

// The region that contains the address.
const MemoryRegion* FindRegion(const MemorySource& memory, uint64_t address);

}  // namespace nodeheap
