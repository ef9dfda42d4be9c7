// The values of V8 that are no objects in the sense of JavaScript: numbers, BigInts, and the few
// constants that V8 calls oddballs and holes.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "v8/runtime.h"

namespace nodeheap::v8 {

// Stands in an array of doubles for an element that is absent (v8/src/common/globals.h).
inline constexpr uint64_t kHoleNan = 0xFFF7FFFFFFF7FFFF;
// The same for undefined, in builds that keep it among doubles (V8 14).
inline constexpr uint64_t kUndefinedNan = 0xFFF6FFFFFFF6FFFF;

enum class Oddball : uint8_t { kNone, kFalse, kTrue, kNull, kUndefined, kHole, kInternal };

// kNone if `word` is no oddball, kInternal for those that no program ever sees.
Oddball OddballOf(const Runtime& runtime, Tagged word);
inline bool IsHole(const Runtime& runtime, Tagged word) {
  return OddballOf(runtime, word) == Oddball::kHole;
}
inline bool IsUndefined(const Runtime& runtime, Tagged word) {
  return OddballOf(runtime, word) == Oddball::kUndefined;
}

// The value of a Smi or a heap number.
std::optional<double> NumberOf(const Runtime& runtime, Tagged word);

// As JavaScript prints it: the shortest digits that give the same number.
std::string NumberText(double number);

// "-5"; digits are decimal up to `max_digits` 64-bit digits, beyond that hexadecimal ("0x…"),
// because the conversion takes time that grows with the square of the length. nullopt if `bigint`
// cannot be read.
inline constexpr uint32_t kMaxDecimalDigits = 4096;
std::optional<std::string> BigIntText(const Runtime& runtime, Tagged bigint,
                                      uint32_t max_digits = kMaxDecimalDigits);

}  // namespace nodeheap::v8
