// An answer as a file, which must not exist before.
#pragma once

#include <functional>
#include <string>

#include "nodeheap/byte_sink.h"
#include "nodeheap/result.h"

namespace nodeheap::plugin {

// A file that could not be written whole is removed.
Result<void> WriteNewFile(const std::string& path,
                          const std::function<Result<void>(const ByteSink&)>& write);

}  // namespace nodeheap::plugin
