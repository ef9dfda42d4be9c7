// What the rules of DevTools need to know of the strings of a dump, found in one pass, so that the
// passes over nodes and edges compare small numbers instead of text.
#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <cstdint>

#include "nodeheap/column.h"
#include "nodeheap/graph.h"

namespace nodeheap {

enum class StringKind : uint8_t {
  kOther,
  kObject,             // "Object"
  kArray,              // "Array"
  kDomTrees,           // "(Document DOM trees)"
  kMapDescriptors,     // "(map descriptors)"
  kNativeContext,      // "system / NativeContext"
  kExternalString,     // "system / ExternalStringData"
  kArrayBufferData,    // "system / JSArrayBufferData"
  kSloppyFunctionMap,  // "sloppy_function_map"
  kElements,           // "elements"
  kProto,              // "__proto__"
  kFirst,              // "first"
  kSecond,             // "second"
  kEmpty,              // ""
  kTag,                // starts with "<"
  kDetachedTag,        // starts with "Detached <"
  kDetached,           // starts with "Detached " and no tag
  kEphemeron,          // "N / part of key (…) -> value (…) pair in WeakMap (table @T)"
};

// V8 shows a WeakMap entry as two edges to the value, one from the key and one from the table.
// Their names differ only in the leading number.
struct Ephemeron {
  uint64_t table_id;  // ObjectId of the table
  uint32_t pair;      // the same number for both edges of an entry
};

class StringFacts {
 public:
  StringFacts(const StringTable& strings, unsigned threads);

  StringKind kind(StringId id) const { return StringKind{kinds_[Index(id)]}; }
  StringKind kind(uint32_t id) const { return StringKind{kinds_[id]}; }
  // REQUIRES: kind(id) == kEphemeron.
  const Ephemeron& ephemeron(uint32_t id) const { return ephemerons_.at(id); }
  // The numbers of pairs are below this.
  uint32_t pair_count() const { return pair_count_; }

 private:
  Column<uint8_t> kinds_;
  boost::unordered_flat_map<uint32_t, Ephemeron> ephemerons_;  // by StringId
  uint32_t pair_count_ = 0;
};

}  // namespace nodeheap
