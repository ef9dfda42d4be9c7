// The synthetic nodes: the root of the graph, below it "(GC roots)" of each isolate, below that the
// kinds of roots.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "explorer/edges.h"
#include "explorer/shared_state.h"
#include "explorer/string_pool.h"
#include "v8/roots.h"

namespace nodeheap::explorer {

class RootGroups {
 public:
  struct Group {
    uint32_t parent = 0;  // node
    std::string name;
    std::vector<const v8::Root*> roots;
  };

  // `roots` must outlive this.
  RootGroups(const v8::Runtime& runtime, std::span<const v8::Root> roots);

  // Group i is node i: the root is node 0.
  std::span<const Group> groups() const { return groups_; }
  uint32_t node_count() const { return static_cast<uint32_t>(groups_.size()); }
  // Appends the edges of all groups and tells how many each has.
  void AddEdges(const SharedState& state, std::span<const v8::Root> roots, StringPool& pool,
                Edges& edges, std::span<uint32_t> counts) const;

 private:
  uint32_t Add(uint32_t parent, std::string name);

  std::vector<Group> groups_;
};

}  // namespace nodeheap::explorer
