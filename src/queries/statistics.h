// DevTools' Statistics as a table.
#pragma once

#include "nodeheap/session.h"

namespace nodeheap {

// REQUIRES: Prepare(Need::kDominators).
Table StatisticsTable(const Session& session);

}  // namespace nodeheap
