// The contents of JavaScript strings, whatever their representation.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "v8/runtime.h"

namespace nodeheap::v8 {

struct StringText {
  std::string text;         // WTF-8: lone surrogates are kept
  uint64_t length = 0;      // UTF-16 units of the whole string
  bool complete = true;     // false if it was cut at max_units, or parts of it could not be read
  bool unreadable = false;  // some part could not be read: absent memory, a cycle, a bad pointer
};

inline constexpr uint64_t kAllUnits = ~uint64_t{0};

// Up to `max_units` UTF-16 units; nullopt if `string` is no string. Cons strings are read without
// recursion, and cycles among them end.
std::optional<StringText> ReadString(const Runtime& runtime, Tagged string,
                                     uint64_t max_units = kAllUnits);

// True if `string` is a string of exactly these characters; cheap if it is of another length.
bool TextEquals(const Runtime& runtime, Tagged string, std::string_view ascii);

}  // namespace nodeheap::v8
