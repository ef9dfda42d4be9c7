// What V8 has of a process's memory: pages, divided into objects and what is free between them, and
// the memory outside of its heap that objects own.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "ledger/address_map.h"
#include "v8/heap.h"

namespace nodeheap::ledger {

enum class PagePart : uint8_t { kObjects, kFree, kUnread, kOverhead };

// Visits the parts of a page in order: objects that follow each other are one.
using VisitPart = std::function<void(const Range& memory, PagePart part)>;
void ForEachPart(const v8::Heap& heap, const v8::Page& page, const VisitPart& visit);

// Memory of an ArrayBuffer or of an external string.
struct OwnedMemory {
  Range memory;
  v8::Address object = 0;
};

struct NativeMemory {
  std::vector<OwnedMemory> buffers;  // as many as there are JSArrayBuffers with memory
  std::vector<OwnedMemory> strings;
  uint64_t unknown_strings = 0;  // external ones that do not tell where their characters are
};

NativeMemory FindNativeMemory(const v8::Heap& heap);

}  // namespace nodeheap::ledger
