// Where the answer goes. A file appears whole or not at all.
#pragma once

#include <string>
#include <string_view>

#include "nodeheap/result.h"

namespace nodeheap::cli {

// Fails if `path` may not be written, before time is spent on an answer.
Result<void> CheckOutput(const std::string& path, bool force);

// To `path`, or to standard output if that is empty or "-". A reader that went away is no error.
Result<void> WriteOutput(const std::string& path, bool force, std::string_view bytes);

}  // namespace nodeheap::cli
