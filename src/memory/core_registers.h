// The registers in a core's NT_PRSTATUS: struct user_regs_struct of x64, user_pt_regs of arm64.
#pragma once

#include "memory/bytes.h"
#include "nodeheap/memory.h"

namespace nodeheap {

// Registers that `bytes` is too short for are missing from the list, and 0 among the named ones.
ThreadState ReadRegisters(Bytes bytes, Architecture architecture);

}  // namespace nodeheap
