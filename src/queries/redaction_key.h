// The key under which a redacted snapshot's words are hashed.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>

#include "nodeheap/result.h"

namespace nodeheap {

// From a file of 32 hexadecimal digits; without a file, a random one that nobody learns.
Result<std::array<uint8_t, 16>> RedactionKey(const std::optional<std::string>& path);

}  // namespace nodeheap
