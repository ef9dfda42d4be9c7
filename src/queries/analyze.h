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

// Objects that keep much alive, and not nearly all of it by one child. Those that `paging` shows.
std::vector<NodeId> FindBigDominators(const Session& session, const RootPaths& paths,
                                      const Paging& paging);
Table BigDominatorsTable(const Session& session, const RootPaths& paths,
                         const std::vector<NodeId>& nodes, const Paging& paging);

// REQUIRES of all: Prepare(Need::kAll).

}  // namespace nodeheap
