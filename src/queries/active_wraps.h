// What getactivehandles and getactiverequests share.
#pragma once

#include <vector>

#include "node/wraps.h"
#include "nodeheap/query.h"

namespace nodeheap {

enum class WrapKind { kHandles, kRequests };

// The report of one of the two queries.
Result<Report> ReportWraps(const QueryInput& input, std::string_view query, WrapKind kind);

}  // namespace nodeheap
