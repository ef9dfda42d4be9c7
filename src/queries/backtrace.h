// Stacks as tables.
#pragma once

#include "nodeheap/report.h"
#include "session/process.h"
#include "v8/frames.h"

namespace nodeheap {

// The innermost JavaScript frames of a thread, at most `limit`.
Table JavaScriptStackTable(const Process& process, const ThreadState& thread, size_t limit);

// "inMap at /app/server.js:29:5", "v8::internal::Execution::Call(…)"
std::string FrameTitle(const Process& process, const v8::Frame& frame, bool is_innermost);

}  // namespace nodeheap
