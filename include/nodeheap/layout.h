// What builds of Node tell of the layout of their objects, for nodeheap's own tables: with those, a
// core can be read without the binary.
#pragma once

#include <span>
#include <string>

#include "nodeheap/result.h"

namespace nodeheap {

// The table of these executables, one for all, as src/v8/packs/ has them. Fails at the first that
// is not Node.
Result<std::string> ExtractLayout(std::span<const std::string> executables);

}  // namespace nodeheap
