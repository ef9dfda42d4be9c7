#pragma once

#include <cstdint>

#include "analysis/string_facts.h"
#include "nodeheap/column.h"
#include "nodeheap/graph.h"

namespace nodeheap {

// Self sizes as DevTools shows them: V8's own helper objects (hidden ones, arrays, data of external
// strings) count as part of the object that alone owns them. (DevTools: calculateShallowSizes.)
SizeColumn FindShallowSizes(const HeapGraph& graph, const StringFacts& facts);

}  // namespace nodeheap
