// What a process tells of the nodes of its graph, for the search for suspects.
#pragma once

#include "nodeheap/session.h"
#include "suspects/suspects.h"

namespace nodeheap {

// Nothing for a heap snapshot. Uses the session.
SuspectFacts SuspectFactsOf(const Session& session);

}  // namespace nodeheap
