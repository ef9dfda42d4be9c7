// One source map (https://tc39.es/ecma426): where each place of a generated script came from.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "nodeheap/result.h"

namespace nodeheap {

// A place in a file; lines and columns count from 1.
struct OriginalPlace {
  std::string file;
  uint32_t line = 0;
  uint32_t column = 0;
};

class SourceMap {
 public:
  // `json` is a source map of version 3; index maps, which have sections, are refused.
  static Result<SourceMap> Parse(std::string_view json);

  // What the generated place was made of. The file is as the map names it, below its sourceRoot.
  std::optional<OriginalPlace> Find(uint32_t line, uint32_t column) const;

 private:
  struct Segment {
    uint32_t line;  // all of these count from 0
    uint32_t column;
    int32_t source;  // into sources_; -1: made of nothing
    uint32_t original_line;
    uint32_t original_column;
  };

  Result<void> Decode(std::string_view mappings);

  std::vector<std::string> sources_;
  std::vector<Segment> segments_;  // by place
};

}  // namespace nodeheap
