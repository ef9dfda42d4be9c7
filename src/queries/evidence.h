// What `assert` measures of its dumps.
#pragma once

#include "nodeheap/query.h"
#include "rules/config.h"
#include "rules/evaluate.h"

namespace nodeheap {

// Whatever the rules of `config` ask for. The report learns of the dumps.
Result<rules::Evidence> GatherEvidence(const QueryInput& input, const rules::Config& config,
                                       Report& report);

}  // namespace nodeheap
