// V8's words. The builds that nodeheap reads have 8-byte tagged words without pointer compression:
// a small integer (Smi) in the upper half of a word whose lower half is zero, or the address of a
// heap object plus 1 (strong) or 3 (weak). See v8/include/v8-internal.h.
#pragma once

#include <cstdint>

namespace nodeheap::v8 {

using Address = uint64_t;
using Tagged = uint64_t;  // one word as it stands in memory

inline constexpr uint64_t kWord = 8;  // bytes

constexpr bool IsSmi(Tagged word) { return (word & 0xFFFFFFFF) == 0; }
constexpr int32_t SmiValue(Tagged word) { return static_cast<int32_t>(word >> 32); }
constexpr bool IsStrong(Tagged word) { return (word & 3) == 1; }
// The word of a weak reference whose object died is 3, without an address.
constexpr bool IsWeak(Tagged word) { return (word & 3) == 3 && word != 3; }
constexpr bool IsCleared(Tagged word) { return (word & 0xFFFFFFFF) == 3; }
constexpr Address Untag(Tagged word) { return word & ~uint64_t{3}; }
constexpr Tagged Tag(Address address) { return address | 1; }

constexpr uint64_t RoundUp(uint64_t value, uint64_t multiple) {
  return (value + multiple - 1) / multiple * multiple;
}

}  // namespace nodeheap::v8
