// Leak suspects as a table, for each query that shows some.
#pragma once

#include <vector>

#include "nodeheap/query.h"
#include "nodeheap/session.h"
#include "suspects/suspects.h"

namespace nodeheap {

// REQUIRES: Prepare(Need::kAll).
Table SuspectsTable(const Session& session, const std::vector<Suspect>& suspects,
                    const Paging& paging);

}  // namespace nodeheap
