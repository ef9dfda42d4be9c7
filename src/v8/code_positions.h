// Source position tables: which place in the source a piece of bytecode or machine code is for
// (v8/src/codegen/source-position-table.cc).
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "v8/runtime.h"

namespace nodeheap::v8 {

struct CodePosition {
  int32_t script_offset = -1;  // UTF-16 units
  int32_t inlining_id = -1;  // of machine code: index into its inlining positions; -1: not inlined
  friend bool operator==(const CodePosition&, const CodePosition&) = default;
};

// SourcePosition, 47 bits of one word: a bit for positions outside JavaScript, then both numbers,
// each plus one.
CodePosition DecodePosition(int64_t raw);

// The entry of the table that covers `offset` bytes into the code. The table's end or a number that
// does not fit ends the search.
std::optional<CodePosition> FindPosition(std::span<const std::byte> table, int64_t offset,
                                         const Version& version);

// The same for a ByteArray.
std::optional<CodePosition> FindPosition(const Runtime& runtime, Tagged byte_array, int64_t offset);

// The contents of a ByteArray; empty for what is none.
std::span<const std::byte> BytesOf(const Runtime& runtime, Tagged byte_array);

// Reads the numbers of V8's tables: seven bits a byte, the lowest first, 0x80 on all but the last.
class VlqReader {
 public:
  explicit VlqReader(std::span<const std::byte> bytes) : bytes_(bytes) {}
  // nullopt at the end, and of a number of more than 64 bits.
  std::optional<uint64_t> TakeUnsigned();
  // Zigzag: the lowest bit is the sign.
  std::optional<int64_t> TakeSigned();

 private:
  std::span<const std::byte> bytes_;
};

}  // namespace nodeheap::v8
