// What the threads that explore a heap share, and only read.
#pragma once

#include <cstdint>

#include "explorer/inessential.h"
#include "explorer/native_memory.h"
#include "explorer/object_numbers.h"
#include "v8/dispatch_table.h"
#include "v8/heap.h"

namespace nodeheap::explorer {

struct SharedState {
  const v8::Heap& heap;
  const ObjectNumbers& numbers;
  const NativeMemories& natives;
  const v8::DispatchTables& dispatch_tables;
  const Inessential& inessential;

  std::optional<uint32_t> NodeOf(v8::Tagged word) const {
    if ((word & 1) == 0) return std::nullopt;
    const auto object = heap.Find(v8::Untag(word));
    if (!object || !numbers.Has(*object)) return std::nullopt;
    return numbers.Of(*object);
  }
  bool IsEssential(v8::Tagged word) const { return !inessential.Has(v8::Untag(word)); }
};

}  // namespace nodeheap::explorer
