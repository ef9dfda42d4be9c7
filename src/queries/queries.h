// The declarations that each query's file defines.
#pragma once

#include "nodeheap/query.h"

namespace nodeheap {

#define NH_QUERY(name) extern const QueryInfo k##name;
#include "queries/queries.def"
#undef NH_QUERY

}  // namespace nodeheap
