// How much of a process's memory a dump has, and how much of that was ever written.
#pragma once

#include <cstdint>

#include "ledger/address_map.h"
#include "nodeheap/memory.h"

namespace nodeheap::ledger {

struct Amounts {
  uint64_t dumped = 0;   // bytes
  uint64_t written = 0;  // of these, bytes in pages that are not all zeros
};

// Fast for ranges that ascend: it remembers the last page.
class Contents {
 public:
  explicit Contents(const MemorySource& memory) : memory_(memory) {}

  Amounts Of(const Range& range);

 private:
  struct PageState {
    uint64_t address = 1;  // of none
    bool is_dumped = false;
    bool is_written = false;
  };
  const PageState& StateOf(uint64_t page);

  const MemorySource& memory_;
  PageState last_;
};

}  // namespace nodeheap::ledger
