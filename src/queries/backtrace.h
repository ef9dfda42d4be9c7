// Stacks as tables.
#pragma once

#include "nodeheap/report.h"
#include "session/process.h"

namespace nodeheap {

// The innermost JavaScript frames of a thread, at most `limit`.
Table JavaScriptStackTable(const Process& process, const ThreadState& thread, size_t limit);

}  // namespace nodeheap
