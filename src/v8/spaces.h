// The spaces that V8 divides its heap into.
#pragma once

#include <cstdint>
#include <string_view>

#include "v8/metadata.h"

namespace nodeheap::v8 {

// AllocationSpace, under the names that v8.getHeapSpaceStatistics() uses.
enum class Space : uint8_t {
  kReadOnly,
  kNew,
  kOld,
  kCode,
  kMap,
  kShared,
  kTrusted,
  kSharedTrusted,
  kNewLarge,
  kLarge,
  kCodeLarge,
  kSharedLarge,
  kSharedTrustedLarge,
  kTrustedLarge,
  kUnknown,
};
std::string_view Name(Space space);
constexpr bool IsLarge(Space space) {
  return space >= Space::kNewLarge && space <= Space::kTrustedLarge;
}

// The space with the number that this version gives it.
Space SpaceOf(uint32_t id, const Version& version);

}  // namespace nodeheap::v8
