// Where the answer goes. A file appears whole or not at all.
#pragma once

#include <functional>
#include <string>

#include "nodeheap/byte_sink.h"
#include "nodeheap/result.h"

namespace nodeheap::cli {

// Empty, "-" and "/dev/stdout".
bool IsStandardOutput(const std::string& path);

// Fails if `path` may not or cannot be written, before time is spent on an answer.
Result<void> CheckOutput(const std::string& path, bool force);

// A reader that went away is no error. With `force`, a file is replaced that exists, or that a
// symbolic link leads to; it keeps its mode.
Result<void> WriteOutput(const std::string& path, bool force,
                         const std::function<Result<void>(const ByteSink&)>& write);

}  // namespace nodeheap::cli
