// The entries of Map, Set, WeakMap and WeakSet objects, and where iterators over them stand.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>

#include "v8/runtime.h"

namespace nodeheap::v8 {

struct CollectionEntry {
  Tagged key = 0;
  Tagged value = 0;  // of a Set or WeakSet: the key
};

// Returning false stops.
using EntryVisitor = std::function<bool(const CollectionEntry&)>;

// True for the kinds whose entries can be visited.
bool IsCollection(Kind kind);

// Of a Map, Set, WeakMap or WeakSet; nullopt if its table cannot be read.
std::optional<uint32_t> CollectionSize(const Runtime& runtime, Tagged collection);

// Maps and sets: in the order of insertion. The entries that cannot be read are counted: the
// result.
uint32_t ForEachEntry(const Runtime& runtime, Tagged collection, const EntryVisitor& visit);

// The key-value pairs of an ObjectHashTable or EphemeronHashTable.
uint32_t ForEachHashTableEntry(const Runtime& runtime, Tagged table, const EntryVisitor& visit);

enum class Yields : uint8_t { kKeys, kValues, kEntries };

struct CollectionIterator {
  bool is_set = false;
  Yields yields = Yields::kEntries;
  Tagged table = 0;  // an OrderedHashMap or OrderedHashSet, that of the collection or an older one
  uint32_t index = 0;  // of the next entry, deleted ones included
};

// nullopt if `iterator` is neither a Map iterator nor a Set iterator.
std::optional<CollectionIterator> ReadCollectionIterator(const Runtime& runtime, Tagged iterator);

}  // namespace nodeheap::v8
