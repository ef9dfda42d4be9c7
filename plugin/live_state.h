// What LLDB tells of a stopped process besides its memory.
#pragma once

#include <vector>

#include "nodeheap/memory.h"
#include "plugin/lldb.h"

namespace nodeheap::plugin {

Architecture ReadArchitecture(lldb::SBProcess& process);
// What the process may read, ascending.
std::vector<MemoryRegion> ReadRegions(lldb::SBProcess& process);
// The selected thread is the first.
std::vector<ThreadState> ReadThreads(lldb::SBProcess& process);
std::vector<MappedFile> ReadFiles(lldb::SBProcess& process);
// What stopped the selected thread.
SignalInfo ReadSignal(lldb::SBProcess& process);

}  // namespace nodeheap::plugin
