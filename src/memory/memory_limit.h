// How much memory this process may use.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace nodeheap {

// The memory of the machine, or less where a control group (a container) allows less. In bytes.
size_t MemoryLimit();

// The least limit of the control groups in `membership`, a file like /proc/self/cgroup, and of
// those above them; `mount` is where control groups are mounted. UINT64_MAX: none. Source:
// cgroups(7).
uint64_t ControlGroupLimit(const std::string& membership, const std::string& mount);

}  // namespace nodeheap
