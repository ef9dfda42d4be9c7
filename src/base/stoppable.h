// Long loops that stop soon after the work is cancelled.
#pragma once

#include <algorithm>
#include <cstdint>

#include "nodeheap/progress.h"
#include "nodeheap/result.h"

namespace nodeheap {

inline Result<void> CheckCancelled(const Progress& progress) {
  if (!progress.cancelled()) return {};
  return std::unexpected(Error{.code = ErrorCode::kCancelled, .message = "interrupted"});
}

// Calls visit(i) for each i below `count`, which fits 32 bits wherever nodes, edges or rows are
// counted.
template <typename Visit>
Result<void> ForEachBelow(uint64_t count, const Progress& progress, const Visit& visit) {
  constexpr uint64_t kBlock = 1024;
  for (uint64_t i = 0; i < count;) {
    NH_CHECK(CheckCancelled(progress));
    for (const uint64_t end = i + std::min(kBlock, count - i); i < end; ++i)
      visit(static_cast<uint32_t>(i));
  }
  return {};
}

}  // namespace nodeheap
