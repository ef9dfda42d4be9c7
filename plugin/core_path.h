// Which file a core target of LLDB was made from.
#pragma once

#include <string>

#include "plugin/lldb.h"

namespace nodeheap::plugin {

bool IsCore(lldb::SBProcess process);

// Empty if LLDB does not tell. REQUIRES: IsCore(process).
std::string CorePath(lldb::SBDebugger& debugger, const lldb::SBProcess& process);

}  // namespace nodeheap::plugin
