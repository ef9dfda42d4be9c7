// The entries of weak collections: a value lives as long as its key and the table. V8 writes each
// as an edge from the key and one from the table, both called "part of key (…) -> value (…) pair".
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "explorer/edges.h"
#include "explorer/shared_state.h"
#include "explorer/string_pool.h"
#include "nodeheap/graph.h"

namespace nodeheap::explorer {

class Ephemerons {
 public:
  // `tables`: the ephemeron hash tables in the graph, ascending. `ids`: by node.
  Ephemerons(const SharedState& state, std::span<const uint32_t> tables,
             const Column<uint32_t>& ids);

  // Appends the edges of a key or a table. They are numbered among its edges, which begin at
  // `first`.
  void AddEdges(uint32_t node, size_t first, StringPool& pool, Edges& edges) const;

 private:
  struct Entry {
    uint32_t owner = 0;  // node of the key or the table
    uint32_t value = 0;  // node
    uint32_t text = 0;
  };

  void AddTable(const SharedState& state, v8::ObjectIndex object, const Column<uint32_t>& ids);

  std::vector<std::string> texts_;
  std::vector<Entry> entries_;  // by owner
};

}  // namespace nodeheap::explorer
