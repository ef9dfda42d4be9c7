// The ledger of a process's memory as tables, for memory and analyze.
#pragma once

#include "nodeheap/query.h"
#include "session/process.h"

namespace nodeheap {

// A row for each kind of memory, the one with the most written bytes first.
Result<Table> ProcessMemoryTable(Process& process, Progress& progress);

// Bytes in pages that are not all zeros, without those of files. Error: the dump is a heap
// snapshot.
Result<uint64_t> WrittenMemory(const Session& dump, Progress& progress);

}  // namespace nodeheap
