// The dumps of a query that takes a series of them.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "nodeheap/query.h"

namespace nodeheap {

// As the user gave them.
std::vector<std::string> DumpPaths(const QueryInput& input);

// Calls visit(dump) in their order, each with its graph loaded, and no more than two of them open.
// The report learns of the sources, and of what each but the first could not tell.
Result<void> VisitSeries(const QueryInput& input, Report& report,
                         const std::function<Result<void>(Session& dump)>& visit);

}  // namespace nodeheap
