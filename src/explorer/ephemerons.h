// The entries of weak collections: a value lives as long as its key and the table. V8 writes each
// as an edge from the key and one from the table, both called "part of key (…) -> value (…) pair".
#pragma once

#include <cstdint>
#include <functional>
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
  // An edge of an entry: that of the key or that of the table.
  struct Entry {
    uint32_t owner = 0;  // node of the key or the table
    uint32_t value = 0;  // node
    uint32_t pair = 0;   // the same for both
  };

  // `tables`: the ephemeron hash tables in the graph, ascending. `id_of` tells the id of a node.
  Ephemerons(const SharedState& state, std::span<const uint32_t> tables,
             const std::function<uint32_t(uint32_t)>& id_of);

  std::span<const Entry> all() const { return entries_; }  // by owner
  std::span<const Entry> Of(uint32_t owner) const;

  // Appends the edges of a key or a table. They are numbered among its edges, which begin at
  // `first`.
  void AddEdges(uint32_t node, size_t first, StringPool& pool, Edges& edges) const;

 private:
  void AddTable(const SharedState& state, v8::ObjectIndex object,
                const std::function<uint32_t(uint32_t)>& id_of);

  std::vector<std::string> texts_;  // by pair
  std::vector<Entry> entries_;      // by owner
};

}  // namespace nodeheap::explorer
