#include "memory/memory_limit.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <limits>

namespace nodeheap {
namespace {

constexpr uint64_t kNoLimit = std::numeric_limits<uint64_t>::max();

// What the file holds, a number; "max" and files that are not there limit nothing.
uint64_t ReadLimit(const std::string& path) {
  uint64_t limit = kNoLimit;
  return std::ifstream(path) >> limit ? limit : kNoLimit;
}

// Of the group and all above it. Inside a container, the upper ones may be all that is visible.
uint64_t LeastUpwards(const std::string& mount, std::string group, const std::string& file) {
  uint64_t least = ReadLimit(mount + file);
  for (; group.size() > 1; group.erase(group.rfind('/')))
    least = std::min(least, ReadLimit(fmt::format("{}{}{}", mount, group, file)));
  return least;
}

}  // namespace

uint64_t ControlGroupLimit(const std::string& membership, const std::string& mount) {
  uint64_t least = kNoLimit;
  std::ifstream lines(membership);
  for (std::string line; std::getline(lines, line);) {
    // "0::/group" of version 2; "9:cpu,memory:/group" of version 1.
    const size_t controllers = line.find(':') + 1;
    const size_t group = line.find(":/", controllers);
    if (controllers == 0 || group == std::string::npos) continue;
    const std::string path = line.substr(group + 1);
    const std::string names = "," + line.substr(controllers, group - controllers) + ",";
    if (names == ",,") least = std::min(least, LeastUpwards(mount, path, "/memory.max"));
    if (names.contains(",memory,"))
      least = std::min(least, LeastUpwards(mount + "/memory", path, "/memory.limit_in_bytes"));
  }
  return least;
}

size_t MemoryLimit() {
  const auto pages = static_cast<uint64_t>(sysconf(_SC_PHYS_PAGES));
  const uint64_t machine = pages * static_cast<uint64_t>(sysconf(_SC_PAGESIZE));
  return std::min(machine, ControlGroupLimit("/proc/self/cgroup", "/sys/fs/cgroup"));
}

}  // namespace nodeheap
