// Why V8 keeps the roots at which paths start: what holds them, and where.
#pragma once

#include "queries/root_paths.h"

namespace nodeheap {

// A row for the root of each path, and for each weak root that leads to `node`, which keeps nothing
// alive. REQUIRES: the session is of a process, LoadGraph().
Result<Table> RootReasons(Session& session, NodeId node, const std::vector<EdgePath>& paths,
                          Progress& progress);

}  // namespace nodeheap
