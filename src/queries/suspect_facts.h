// What a dump tells of the nodes of its graph, for the search for suspects.
#pragma once

#include "nodeheap/session.h"
#include "suspects/suspects.h"

namespace nodeheap {

// Of a heap snapshot, only where functions and classes are defined. Uses the session.
SuspectFacts SuspectFactsOf(const Session& session);

}  // namespace nodeheap
