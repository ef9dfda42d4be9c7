// What glibc's malloc has of a process's memory, read from its own structures: arenas, their heaps,
// the chunks in them, and chunks that have a mapping of their own (malloc/malloc.c, arena.c). No
// symbol is needed: a stripped libc names none of them, and they are told by their shape.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "ledger/address_map.h"
#include "nodeheap/memory.h"

namespace nodeheap::ledger {

struct MallocArena {
  uint64_t address = 0;       // of struct malloc_state
  uint64_t system_bytes = 0;  // what it has from the system, as it says itself
  std::vector<Range> heaps;   // the memory that was walked
  uint64_t chunks = 0;        // that the program has
  uint64_t used = 0;          // bytes of these, with their headers
  uint64_t free = 0;          // bytes: chunks in bins and caches, and the top
  std::string problem;        // why this is not all; empty: chunks and arena agree
};

struct MallocRun {
  Range memory;
  uint32_t arena = 0;
  bool is_used = false;
};

struct Malloc {
  std::vector<MallocArena> arenas;  // the main one first
  std::vector<MallocRun> runs;      // neighbours of one kind together; ascending
  std::vector<MallocRun> cached;    // freed, but kept by a thread for itself: inside used runs
  std::vector<Range> mapped_chunks;
  std::string problem;         // why there are no arenas; empty if there are
  std::string mapped_problem;  // why mapped_chunks are not those that malloc counts
};

// `data`: where libc's own variables may lie. `anonymous`: where chunks of their own mapping may.
Malloc ReadGlibcMalloc(const MemorySource& memory, std::span<const Range> data,
                       std::span<const Range> anonymous);

}  // namespace nodeheap::ledger
