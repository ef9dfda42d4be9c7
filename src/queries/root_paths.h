// Paths from the root to a node over edges that keep their target alive.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "nodeheap/session.h"

namespace nodeheap {

// The edges of a path from the root, in order.
using EdgePath = std::vector<EdgeId>;

// A shortest path to every node, found in one breadth-first search. Roots that merely list what V8
// has, such as "(External strings)", stand in for a path only where there is no other.
class RootPaths {
 public:
  static Result<RootPaths> Compute(const HeapGraph& graph, Progress& progress);

  bool Reaches(NodeId node) const { return depths_[Index(node)] != 0; }
  // Edges from the root. REQUIRES: Reaches(node).
  uint32_t Length(NodeId node) const { return depths_[Index(node)] - 1; }
  // Empty for the root, and for what it does not reach.
  EdgePath Shortest(const HeapGraph& graph, NodeId node) const;

 private:
  // Appends what `node` reaches first to the queue.
  void Expand(const HeapGraph& graph, NodeId node, Column<uint32_t>& queue, uint32_t& end);

  Column<uint32_t> depths_;  // 1 for the root; 0: not reached
  Column<uint32_t> edges_;   // the last edge of the path
};

struct PathList {
  std::vector<EdgePath> paths;  // shortest first
  bool stopped = false;         // the search was cut: there may be more
};

// The `count` shortest paths to `node` that are free of cycles and pass different nodes.
// REQUIRES: the session is prepared for Need::kRetainers.
PathList ShortestPaths(const Session& session, const RootPaths& shortest, NodeId node,
                       uint64_t count);

// One line: "(GC roots) → (Global handles) → global .leaks → Array". The middle of a long path is
// left out. `places`, if there are any, say for each edge where what it leads to is defined.
std::string PathText(const Session& session, const EdgePath& path,
                     std::span<const std::string> places = {});

}  // namespace nodeheap
