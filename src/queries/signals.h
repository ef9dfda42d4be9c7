// Signals of Linux, as people know them.
#pragma once

#include <string>

#include "nodeheap/memory.h"

namespace nodeheap {

// "SIGSEGV: invalid memory access at 0x10"; "none" if nothing stopped the process.
std::string DescribeSignal(const SignalInfo& signal, uint32_t process_id);

}  // namespace nodeheap
