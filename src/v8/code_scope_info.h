// ScopeInfo: what V8's compiler leaves for the runtime of a function's scope. Its fields are
// optional and packed; flags tell which are there (v8/src/objects/scope-info.tq).
#pragma once

#include <cstdint>
#include <optional>

#include "v8/runtime.h"

namespace nodeheap::v8 {

struct ScopeInfo {
  Tagged function_name = 0;  // a string; 0 if anonymous
  Tagged inferred_name = 0;  // a string; 0 if there is none
  // UTF-16 units from the beginning of the script; of a function, from its parameters' parenthesis.
  std::optional<int32_t> start;
  std::optional<int32_t> end;
};

// Empty fields for what is no ScopeInfo.
ScopeInfo ReadScopeInfo(const Runtime& runtime, Tagged object);

}  // namespace nodeheap::v8
