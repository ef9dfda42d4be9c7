// Queries about the process in a core, not about a graph.
#pragma once

#include "nodeheap/query.h"
#include "session/process.h"

namespace nodeheap {

// The process that the query is about. Error: the dump is a heap snapshot.
Result<Process*> RequireProcess(const Session& dump, std::string_view query);
inline Result<Process*> RequireProcess(const QueryInput& input, std::string_view query) {
  return RequireProcess(input.session, query);
}

// "0x7f0012345678"
std::string AddressText(uint64_t address);

}  // namespace nodeheap
