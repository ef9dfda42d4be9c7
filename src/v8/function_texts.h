// The source texts of functions. Keeps that of one script, since functions of one are asked for
// together.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "v8/runtime.h"
#include "v8/strings.h"

namespace nodeheap::v8 {

class FunctionTexts {
 public:
  explicit FunctionTexts(const Runtime& runtime) : runtime_(runtime) {}

  // From its first token to its end; nullopt for native functions, and where the script cannot be
  // read. Valid until the next call. `shared` is a SharedFunctionInfo.
  std::optional<std::string_view> Of(Tagged shared);

 private:
  struct Mark {
    uint64_t unit = 0;
    size_t byte = 0;
  };

  bool Open(Tagged script);
  void AddMarks();
  size_t ByteAt(uint64_t unit) const;

  const Runtime& runtime_;
  Tagged script_ = 0;
  std::optional<StringText> source_;  // nullopt if it cannot be read
  std::vector<Mark> marks_;           // one for so many units, ascending; empty for ASCII
};

}  // namespace nodeheap::v8
