// The ledger of a process's memory: every byte that was mapped stands in exactly one part, so the
// parts add up to all of it. Where several could claim a byte, the first in the order of Kind has
// it.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/glibc_malloc.h"
#include "ledger/thread_stacks.h"
#include "ledger/v8_memory.h"
#include "memory/core_file.h"
#include "v8/heap.h"

namespace nodeheap::ledger {

enum class Kind : uint8_t {
  kHeapObjects,
  kHeapFree,
  kHeapUnread,
  kHeapOverhead,
  kStacks,
  kFiles,
  kBuffers,
  kStrings,
  kMallocUsed,
  kMallocFree,
  kCode,
  kKernel,
  kUnknown,
  kReserved,
};
std::string_view Name(Kind kind);   // "heap_objects"
std::string_view Title(Kind kind);  // "V8's heap: objects"

struct Part {
  Kind kind{};
  std::string what;        // the space, file, arena, thread or address
  uint32_t thread_id = 0;  // of stacks
  uint64_t size = 0;       // bytes
  uint64_t dumped = 0;     // of it, bytes that the dump has
  uint64_t written = 0;    // of it, bytes in pages that are not all zeros; nothing of files
  uint64_t pieces = 0;     // places in the address space
};

struct Ledger {
  std::vector<Part> parts;     // by kind, none empty
  uint64_t mapped = 0;         // bytes; the sum of all parts
  uint64_t most_resident = 0;  // of these, bytes that may have been in memory
  uint64_t mappings = 0;
  Malloc malloc;
  NativeMemory native;
};

Ledger Account(const v8::Heap& heap, std::span<const CoreFile::Module> modules);

}  // namespace nodeheap::ledger
