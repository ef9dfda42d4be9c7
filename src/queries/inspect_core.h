// inspect and print on a core: every kind of object decoded, read where it lies, without a graph.
#pragma once

#include "nodeheap/query.h"

namespace nodeheap {

// REQUIRES: the session has a process; the parameters are those of inspect, or of print.
Result<Report> InspectInCore(const QueryInput& input);
Result<Report> PrintInCore(const QueryInput& input);

}  // namespace nodeheap
