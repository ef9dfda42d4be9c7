// From a request to the text that answers it.
#pragma once

#include <string>

#include "plugin/lldb.h"
#include "plugin/state.h"

namespace nodeheap::plugin {

// Asks the selected target, and shows the answer in `result`; an answer with a next page leaves its
// request in state.next_page.
Result<void> Answer(const QueryInfo& query, Request request, State& state,
                    lldb::SBDebugger& debugger, lldb::SBCommandReturnObject& result);

}  // namespace nodeheap::plugin
