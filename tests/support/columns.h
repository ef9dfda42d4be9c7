// Columns made without a file, for large graphs and for wrong ones.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "nodeheap/graph.h"

namespace nodeheap::test {

// Valid columns of `nodes` objects, the root being node 0, with ids 1, 3, 5 … and sizes of 1; and
// of `edges` property edges, all from the last node to the root. Everything has the name "x".
HeapGraph::Columns PlainColumns(size_t nodes, size_t edges);

// Throws the error.
HeapGraph CreateOrThrow(HeapGraph::Columns columns);

// A table of strings that stand escaped in `texts`.
StringTable TableOf(const std::vector<std::string>& texts);

}  // namespace nodeheap::test
