// Which memory a core holds, and where in the file: its PT_LOAD segments.
#pragma once

#include <elf.h>

#include <cstdint>
#include <span>
#include <vector>

#include "memory/bytes.h"
#include "nodeheap/memory.h"

namespace nodeheap {

// Memory [start, end) whose bytes follow each other in the file as well.
struct CoreExtent {
  uint64_t start = 0;
  uint64_t end = 0;
  const std::byte* bytes = nullptr;
};

struct CoreSegments {
  std::vector<MemoryRegion> regions;  // what MemorySource::regions() promises
  std::vector<CoreExtent> extents;    // the same memory, whatever its permissions; ascending
  std::vector<MemoryRegion> mapped;   // with the memory that the core tells of without its bytes
  uint64_t missing_bytes = 0;         // promised by the headers, but behind the end of the file
  uint64_t missing_segments = 0;      // how many segments that concerns

  // The first extent that ends after `address`; extents.end() if none does.
  std::vector<CoreExtent>::const_iterator Find(uint64_t address) const;
};

CoreSegments ReadSegments(Bytes file, std::span<const Elf64_Phdr> headers);

}  // namespace nodeheap
