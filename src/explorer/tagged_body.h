// Which words of an object are tagged: the rest of it is characters, numbers or machine code, and
// may look like a pointer by accident.
#pragma once

#include <cstdint>

#include "v8/heap.h"

namespace nodeheap::explorer {

struct Body {
  uint64_t begin = 0;  // offsets into the object, in bytes
  uint64_t end = 0;
};

// Without the map word.
inline Body TaggedBody(const v8::MapInfo& map, uint64_t size, const v8::Layout& layout) {
  using v8::Kind;
  using v8::StringShape;
  constexpr Body kNone{8, 8};
  switch (map.kind) {
    case Kind::kString:
      switch (v8::ShapeOf(map.instance_type)) {
        case StringShape::kCons:
          return {16, 32};
        case StringShape::kSliced:
        case StringShape::kThin:
          return {16, 24};
        default:
          return kNone;
      }
    case Kind::kHeapNumber:
    case Kind::kBigInt:
    case Kind::kByteArray:
    case Kind::kFixedDoubleArray:
    case Kind::kFeedbackMetadata:
    case Kind::kExternalPointerArray:
    case Kind::kForeign:
    case Kind::kCoverageInfo:
    case Kind::kHole:
    case Kind::kWasmNull:
    case Kind::kFiller:
    case Kind::kFreeSpace:
      return kNone;
    case Kind::kBytecodeArray:
      return {8, layout.bytecode_data / v8::kWord * v8::kWord};
    case Kind::kInstructionStream:
      return {8, layout.version >= v8::Version{12, 0, 0} ? uint64_t{32} : uint64_t{16}};
    case Kind::kCode:
      // Before V8 11 the instructions follow the header.
      if (layout.version < v8::Version{11, 0, 0}) return {8, layout.code_instruction_start};
      return {8, size};
    case Kind::kDescriptorArray:
      return {16, size};
    default:
      return {8, size};
  }
}

// True for an object that holds machine code, whose instructions may embed pointers to objects.
inline bool HoldsInstructions(v8::Kind kind, const v8::Layout& layout) {
  return kind == v8::Kind::kInstructionStream ||
         (kind == v8::Kind::kCode && layout.version < v8::Version{11, 0, 0});
}

}  // namespace nodeheap::explorer
