// What stands in the place of an address: "$rax", "$0" or "*($rbp+16)", and, where JavaScript runs,
// "this", "arg0" or the name of a variable. Nothing is run in the process: values are read.
#pragma once

#include "nodeheap/query.h"
#include "plugin/frames.h"
#include "plugin/lldb.h"

namespace nodeheap::plugin {

// Puts addresses in their places. Error: there is nothing of that name.
Result<void> EvaluateAddresses(const QueryInfo& query, const FrameChoice& frame, Session& session,
                               lldb::SBDebugger& debugger, Progress& progress,
                               Arguments::Values& values);

}  // namespace nodeheap::plugin
