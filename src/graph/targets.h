// Where references of a name lead.
#pragma once

#include <optional>
#include <string_view>

#include "nodeheap/graph.h"

namespace nodeheap {

std::optional<NodeId> Target(const HeapGraph& graph, NodeId node, EdgeType type,
                             std::string_view name);

// The script that a closure is of; nullopt for V8's own functions.
std::optional<NodeId> ScriptOf(const HeapGraph& graph, NodeId closure);
// The same, by the closure's SharedFunctionInfo.
std::optional<NodeId> ScriptOfShared(const HeapGraph& graph, NodeId shared);

}  // namespace nodeheap
