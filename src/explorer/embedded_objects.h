// The objects that machine code embeds among its instructions.
#pragma once

#include "v8/code_objects.h"
#include "v8/heap.h"
#include "v8/maps.h"

namespace nodeheap::explorer {

// Tells which of them are held weakly: optimized code dies with the contexts, receivers, cells and
// maps that it was made for (v8/src/objects/code-inl.h, Code::IsWeakObject).
class EmbeddedObjects {
 public:
  // Of the object of instructions at the address.
  EmbeddedObjects(const v8::Heap& heap, v8::Address instructions)
      : heap_(heap), optimized_(IsOptimized(heap.runtime(), v8::Tag(instructions))) {}

  // REQUIRES: `object` is a pointer to an object. `maps` are those of the heap.
  bool IsWeak(v8::Tagged object, v8::MapCache& maps) const {
    return optimized_ && IsWeakInOptimizedCode(object, maps);
  }

 private:
  static bool IsOptimized(const v8::Runtime& runtime, v8::Tagged instructions);
  bool IsWeakInOptimizedCode(v8::Tagged object, v8::MapCache& maps) const;

  const v8::Heap& heap_;
  const bool optimized_;
};

}  // namespace nodeheap::explorer
