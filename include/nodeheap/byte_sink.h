// Where the bytes of a file that is being written go.
#pragma once

#include <functional>
#include <string_view>

#include "nodeheap/result.h"

namespace nodeheap {

// Takes the next bytes; its error ends the writing.
using ByteSink = std::function<Result<void>(std::string_view bytes)>;

}  // namespace nodeheap
