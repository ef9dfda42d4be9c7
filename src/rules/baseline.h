// The leaks that are known, by their fingerprints: the answer of `suspects` as JSON.
#pragma once

#include <set>
#include <string>
#include <string_view>

#include "nodeheap/result.h"

namespace nodeheap::rules {

using Baseline = std::set<std::string, std::less<>>;

// `file` is for messages.
Result<Baseline> ParseBaseline(std::string_view json, std::string_view file);

}  // namespace nodeheap::rules
