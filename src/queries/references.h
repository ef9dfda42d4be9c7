// Searches over all edges of a dump.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "nodeheap/session.h"

namespace nodeheap {

// Each returns edges, ascending.
Result<std::vector<uint32_t>> EdgesTo(const HeapGraph& graph, NodeId node,
                                      const Progress& progress);
// Properties, variables and internal references called `name`.
Result<std::vector<uint32_t>> EdgesNamed(const HeapGraph& graph, std::string_view name,
                                         const Progress& progress);
// Edges to strings whose text, as far as the dump has it, is `text`.
Result<std::vector<uint32_t>> EdgesToString(const Session& session, std::string_view text,
                                            const Progress& progress);

}  // namespace nodeheap
