// Leak suspects as a table, for each query that shows some.
#pragma once

#include <vector>

#include "nodeheap/query.h"
#include "nodeheap/session.h"
#include "suspects/suspects.h"

namespace nodeheap {

// `duplicates`: those of the dump, where somebody has computed them. Fails only with kCancelled.
// REQUIRES: Prepare(Need::kAll).
Result<std::vector<Suspect>> FindSuspectsIn(
    const Session& session, const Progress& progress,
    const std::vector<DuplicateString>* duplicates = nullptr);

// REQUIRES: Prepare(Need::kAll).
Table SuspectsTable(const Session& session, const std::vector<Suspect>& suspects,
                    const Paging& paging);

}  // namespace nodeheap
