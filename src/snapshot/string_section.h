// The "strings" array: finds where each string starts, leaving it escaped as it is.
#pragma once

#include "memory/input.h"
#include "nodeheap/graph.h"
#include "nodeheap/result.h"
#include "snapshot/json_cursor.h"

namespace nodeheap {

struct StringSection {
  Column<uint64_t> starts;  // offsets into the input, behind the opening quotes
  bool truncated = false;   // the input ended early; a string that was cut is left out
};

// The cursor stands on the '[', and afterwards behind the ']'.
Result<StringSection> ParseStrings(const Input& input, JsonCursor& cursor);

}  // namespace nodeheap
