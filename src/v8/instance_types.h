// Instance types: the 16-bit number in every map that tells what its objects are. V8 renumbers them
// in every release.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "nodeheap/result.h"
#include "v8/metadata.h"

namespace nodeheap::v8 {

enum class Kind : uint8_t {
  kUnknown,  // a type without a name in v8dbg
#define KIND(kind, ...) kind,
#include "v8/kinds.def"
#undef KIND
  kString,  // all representations: the type's bits tell which
  kBigInt,
  kContext,  // but for native contexts
  kNativeContext,
  // Hash tables, all laid out as fixed arrays.
  kHashTable,  // one of another kind than those below
  kEphemeronHashTable,
  kGlobalDictionary,
  kNameDictionary,
  kNumberDictionary,
  kOrderedHashMap,
  kOrderedHashSet,
  kOrderedNameDictionary,
  kTransitionArray,
  kFeedbackMetadata,
  kFiller,
  kFreeSpace,
  kJSFunction,
  kJSMapIterator,
  kJSSetIterator,
  kJSOtherObject,  // a JSObject of a type not listed, such as Intl.Collator
  kStruct,         // a named type not listed: all its fields are tagged
};

constexpr bool IsHashTable(Kind kind) {
  return kind >= Kind::kHashTable && kind <= Kind::kOrderedNameDictionary;
}

// Bits of a string's instance type (v8/src/objects/instance-type.h); the same from 16 to 26.
enum class StringShape : uint8_t {
  kSequential = 0,
  kCons = 1,
  kExternal = 2,
  kSliced = 3,
  kThin = 5
};
constexpr StringShape ShapeOf(uint16_t string_type) { return StringShape(string_type & 7); }
constexpr bool IsOneByte(uint16_t string_type) { return (string_type & 8) != 0; }
constexpr bool IsUncachedExternal(uint16_t string_type) { return (string_type & 16) != 0; }
constexpr bool IsInternalized(uint16_t string_type) { return (string_type & 32) == 0; }

class InstanceTypes {
 public:
  // Fails if a type is missing without which no heap can be read.
  static Result<InstanceTypes> Resolve(const Metadata& metadata);

  Kind kind(uint16_t type) const { return type < kinds_.size() ? kinds_[type] : Kind::kUnknown; }
  // As in v8dbg, without "_TYPE": "JS_MAP"; empty if there is none.
  std::string_view name(uint16_t type) const {
    return type < names_.size() ? std::string_view(names_[type]) : std::string_view();
  }
  uint16_t map_type() const { return map_type_; }
  bool IsString(uint16_t type) const { return type < first_nonstring_; }
  // A JSReceiver: an object in the sense of JavaScript.
  bool IsReceiver(uint16_t type) const { return type >= first_receiver_; }

 private:
  std::vector<Kind> kinds_;         // by type
  std::vector<std::string> names_;  // by type
  uint16_t map_type_ = 0;
  uint16_t first_nonstring_ = 0;
  uint16_t first_receiver_ = 0;
};

}  // namespace nodeheap::v8
