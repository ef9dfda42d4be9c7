// The references of heap objects that V8 treats as weak although their words are tagged strong
// (v8/src/heap/objects-visiting.h, marking-visitor-inl.h).
#pragma once

#include <cstdint>

#include "v8/heap.h"

namespace nodeheap::explorer {

// The offset of the one weak field of objects of this kind; 0: none.
inline uint64_t WeakFieldOf(v8::Kind kind, uint64_t size, const v8::Layout& layout) {
  using v8::Kind;
  switch (kind) {
    case Kind::kJSWeakRef:
      return 24;
    case Kind::kWeakCell:
      // Its target; V8 14 has the holdings' fields in another order.
      return layout.version >= v8::Version{14, 0, 0} ? 24 : 16;
    case Kind::kAllocationSite:
      return size > 40 ? 40 : 0;  // weak_next
    case Kind::kNativeContext:
      return size - v8::kWord;  // next_context_link
    default:
      return 0;
  }
}

// Entries of hash tables follow {map, length, elements, deleted, capacity} and, in dictionaries, a
// prefix.
inline constexpr uint64_t kHashTableHeader = 40;  // bytes
// An ephemeron hash table's entries are a key and a value.
inline constexpr uint64_t kEphemeronEntry = 16;

}  // namespace nodeheap::explorer
