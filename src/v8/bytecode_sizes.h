// How many bytes each bytecode takes: V8's interpreter::Bytecodes::kBytecodeSizes, for when the
// binary that has it is not at hand.
#pragma once

#include <cstddef>
#include <vector>

#include "v8/metadata.h"

namespace nodeheap::v8 {

// By width of operands (one byte, two, four), then by bytecode. Empty for versions of V8 that are
// not known: bytecodes change in every minor version, and in no other.
std::vector<std::byte> KnownBytecodeSizes(const Version& version);

}  // namespace nodeheap::v8
