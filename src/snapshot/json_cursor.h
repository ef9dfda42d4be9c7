// Finds the sections of a `.heapsnapshot` without reading what is in them.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "memory/input.h"
#include "nodeheap/result.h"

namespace nodeheap {

// Walks the members of the JSON object that is the whole input.
class JsonCursor {
 public:
  explicit JsonCursor(const Input& input) : input_(input), text_(input.bytes()) {}

  // The opening '{'.
  Result<void> EnterObject();
  // The next member's key, or nullopt behind the last one. The cursor stands on the value.
  Result<std::optional<std::string>> NextKey();
  // Steps over the value: a string, an object or array (balanced), or a literal.
  Result<std::string_view> SkipValue();
  // The '[' of an array value.
  Result<void> EnterArray();

  size_t offset() const { return at_; }
  void set_offset(size_t offset) { at_ = offset; }

  std::unexpected<Error> Bad(std::string message, size_t offset) const;
  std::unexpected<Error> Truncated(std::string message) const;

 private:
  void SkipSpaces();
  Result<void> Expect(char c, const char* message);
  Result<void> SkipString();
  Result<void> SkipNested();

  const Input& input_;
  std::string_view text_;
  size_t at_ = 0;
  bool first_member_ = true;
};

}  // namespace nodeheap
