// "$rax" and "$0" where a query wants an address: a register of the selected frame, or a result
// that LLDB kept. Nothing is run in the process, and nothing is parsed: only the value is read.
#pragma once

#include "nodeheap/query.h"
#include "plugin/lldb.h"

namespace nodeheap::plugin {

// Puts addresses in the place of such names. Error: there is nothing of that name.
Result<void> EvaluateNodes(const QueryInfo& query, lldb::SBDebugger& debugger,
                           Arguments::Values& values);

}  // namespace nodeheap::plugin
