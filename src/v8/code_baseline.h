// Baseline code: machine code made of a function's bytecode, piece by piece. Its table tells how
// many bytes each piece has (v8/src/baseline/bytecode-offset-iterator.h).
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "v8/code_objects.h"

namespace nodeheap::v8 {

// V8's table of the sizes of bytecodes, `Bytecodes::kBytecodeSizes`: bytes, operands included, by
// bytecode; three times, for operands of single, double and fourfold width.
using BytecodeSizes = std::span<const std::byte>;

// The offset in `bytecode_array`, of which `code` was made, of the bytecode that a call returns to.
// REQUIRES: code.tier is kBaseline.
std::optional<int64_t> BytecodeOffsetAt(const Runtime& runtime, const CodeObject& code,
                                        Tagged bytecode_array, Address return_address,
                                        BytecodeSizes sizes);

}  // namespace nodeheap::v8
