// Searches over all edges of a dump.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "nodeheap/session.h"

namespace nodeheap {

// Each returns edges, ascending.
std::vector<uint32_t> EdgesTo(const HeapGraph& graph, NodeId node);
// Properties, variables and internal references called `name`.
std::vector<uint32_t> EdgesNamed(const HeapGraph& graph, std::string_view name);
// Edges to strings whose text, as far as the dump has it, is `text`.
std::vector<uint32_t> EdgesToString(const Session& session, std::string_view text);

}  // namespace nodeheap
