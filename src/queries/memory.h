// The ledger of a process's memory as tables, for memory and analyze.
#pragma once

#include "nodeheap/query.h"
#include "session/process.h"

namespace nodeheap {

// A row for each kind of memory, the one with the most written bytes first.
Result<Table> ProcessMemoryTable(Process& process, Progress& progress);

// Bytes.
struct MemoryTotals {
  uint64_t written = 0;        // in pages that are not all zeros, without those of files
  uint64_t most_resident = 0;  // the RSS was not higher
};
// `asker` is what the user asked for. Error: the dump is a heap snapshot.
Result<MemoryTotals> MemoryTotalsOf(const Session& dump, std::string_view asker,
                                    Progress& progress);

}  // namespace nodeheap
