// Which objects of one dump are those of another.
#pragma once

#include "analysis/compare.h"
#include "nodeheap/session.h"

namespace nodeheap {

// What tells, as far as the dumps know: ids in snapshots of one process, addresses in cores of one.
MatchBy HowToMatch(const Session& before, const Session& after);

}  // namespace nodeheap
