// The names that V8 gives its types of nodes and edges in snapshot.meta (v8/src/profiler/
// heap-snapshot-generator.cc), by NodeType and EdgeType.
#pragma once

#include <array>
#include <cstddef>
#include <string_view>

#include "nodeheap/graph.h"

namespace nodeheap {

inline constexpr std::array<std::string_view, static_cast<size_t>(NodeType::kFirstUnknown)>
    kNodeTypeNames = {"hidden",
                      "array",
                      "string",
                      "object",
                      "code",
                      "closure",
                      "regexp",
                      "number",
                      "native",
                      "synthetic",
                      "concatenated string",
                      "sliced string",
                      "symbol",
                      "bigint",
                      "object shape",
                      "wasm object"};

inline constexpr std::array<std::string_view, static_cast<size_t>(EdgeType::kFirstUnknown)>
    kEdgeTypeNames = {"context", "element",  "property", "internal",
                      "hidden",  "shortcut", "weak",     "invisible"};

static_assert(!kNodeTypeNames.back().empty() && !kEdgeTypeNames.back().empty());

}  // namespace nodeheap
