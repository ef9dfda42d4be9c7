#include "v8/code_positions.h"

#include "v8/functions.h"

namespace nodeheap::v8 {
namespace {

constexpr Version kFlagsBesideDelta{14, 1, 0};
constexpr uint64_t kByteArrayData = 16;

// The distance to the previous entry. It also tells statements from expressions: by its sign until
// V8 13, in the lowest two bits later.
std::optional<int64_t> TakeCodeDelta(VlqReader& reader, const Version& version) {
  if (version >= kFlagsBesideDelta) {
    const auto word = reader.TakeUnsigned();
    if (!word) return std::nullopt;
    return static_cast<int64_t>(*word >> 2);
  }
  const auto delta = reader.TakeSigned();
  if (!delta) return std::nullopt;
  return *delta >= 0 ? *delta : -(*delta + 1);
}

}  // namespace

std::optional<uint64_t> VlqReader::TakeUnsigned() {
  uint64_t value = 0;
  for (unsigned shift = 0; shift < 64 && !bytes_.empty(); shift += 7) {
    const auto byte = static_cast<uint8_t>(bytes_.front());
    bytes_ = bytes_.subspan(1);
    value |= uint64_t{byte & 0x7FU} << shift;
    if ((byte & 0x80) == 0) return value;
  }
  return std::nullopt;
}

std::optional<int64_t> VlqReader::TakeSigned() {
  const auto word = TakeUnsigned();
  if (!word) return std::nullopt;
  return static_cast<int64_t>((*word >> 1) ^ (0 - (*word & 1)));
}

CodePosition DecodePosition(int64_t raw) {
  const auto bits = static_cast<uint64_t>(raw);
  return {.script_offset = static_cast<int32_t>(bits >> 1 & 0x3FFFFFFF) - 1,
          .inlining_id = static_cast<int32_t>(bits >> 31 & 0xFFFF) - 1};
}

std::optional<CodePosition> FindPosition(std::span<const std::byte> table, int64_t offset,
                                         const Version& version) {
  VlqReader reader(table);
  int64_t code_offset = -1;  // of a function's entry, before its first bytecode
  uint64_t position = 0;
  std::optional<CodePosition> found;
  while (true) {
    const auto code_delta = TakeCodeDelta(reader, version);
    const auto position_delta = reader.TakeSigned();
    if (!code_delta || !position_delta) return found;
    code_offset = static_cast<int64_t>(static_cast<uint64_t>(code_offset) +
                                       static_cast<uint64_t>(*code_delta));
    position += static_cast<uint64_t>(*position_delta);
    if (code_offset > offset) return found;
    found = DecodePosition(static_cast<int64_t>(position));
  }
}

std::span<const std::byte> BytesOf(const Runtime& runtime, Tagged byte_array) {
  if (!runtime.Is(byte_array, Kind::kByteArray)) return {};
  const auto length = runtime.CountField(byte_array, kWord, 1);
  return runtime.memory().View(Untag(byte_array) + kByteArrayData, length.value_or(0));
}

std::optional<CodePosition> FindPosition(const Runtime& runtime, Tagged byte_array,
                                         int64_t offset) {
  return FindPosition(BytesOf(runtime, byte_array), offset, runtime.layout().version);
}

std::optional<int32_t> SourcePositionOf(const Runtime& runtime, Tagged bytecode_array,
                                        int64_t offset) {
  if (!runtime.Is(bytecode_array, Kind::kBytecodeArray)) return std::nullopt;
  const auto table =
      runtime.Field(bytecode_array, runtime.layout().bytecode_source_positions).value_or(0);
  const auto position = FindPosition(runtime, table, offset);
  if (!position || position->script_offset < 0) return std::nullopt;
  return position->script_offset;
}

}  // namespace nodeheap::v8
