// The parts of analyze: each looks at the whole heap for one thing and returns it as a table.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "nodeheap/query.h"
#include "queries/root_paths.h"
#include "session/process.h"

namespace nodeheap {

// What the dump says about the process that it was taken of, where the process object is in it.
struct ProcessFacts {
  std::string node_version;  // "v22.1.0"; empty: not found
  std::string v8_version;
  std::string platform;  // "linux x64"
  std::string title;
};
ProcessFacts FindProcessFacts(const HeapGraph& graph);

// One row: what this dump is.
Table DumpTable(const Session& session);

// Of a core: why the process died, with the evidence, and where JavaScript was.
std::vector<Table> ProcessTables(const Process& process);

// An object that keeps many instances of one class alive.
struct GrowthPoint {
  NodeId owner{};   // what people would name: the array, not its elements
  NodeId sample{};  // one of the instances
  std::string of_class = {};
  uint64_t count = 0;
  uint64_t retained_size = 0;  // of the instances
  bool chain = false;          // each keeps the next alive, instead of side by side
};
std::vector<GrowthPoint> FindGrowthPoints(const Session& session, const DominatorTree& tree);
Table GrowthTable(const Session& session, const RootPaths& paths,
                  const std::vector<GrowthPoint>& points, const Paging& paging);

// Objects where memory accumulates: much is retained, and not nearly all of it by one child. Those
// that `paging` shows.
std::vector<NodeId> FindAccumulations(const Session& session, const DominatorTree& tree,
                                      const RootPaths& paths, const Paging& paging);
Table AccumulationTable(const Session& session, const RootPaths& paths,
                        const std::vector<NodeId>& nodes, const Paging& paging);

// True for what is there in every program: V8's own objects, and the global object, which holds
// nearly everything and explains nothing.
bool IsScenery(const Session& session, NodeId node);

// V8's backing stores and other inner parts of objects.
bool IsPlumbing(NodeType type);
// The nearest object at or above `node` in the dominator tree that a person would name.
NodeId OwnerOf(const Session& session, NodeId node);

// REQUIRES of all: Prepare(Need::kAll).

}  // namespace nodeheap
