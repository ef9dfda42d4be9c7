#include "v8/code_baseline.h"

#include "v8/code_positions.h"

namespace nodeheap::v8 {
namespace {

// The first bytecodes of all versions widen the operands of the one that follows: Wide, ExtraWide,
// and the same two for breakpoints.
constexpr uint32_t kPrefixes = 4;

// The size of the bytecode that starts at `code`, with its prefix; 0 if it is cut off.
size_t SizeOf(std::span<const std::byte> code, BytecodeSizes sizes) {
  const size_t count = sizes.size() / 3;
  if (code.empty()) return 0;
  const auto first = static_cast<size_t>(code[0]);
  if (first >= kPrefixes) return first < count ? static_cast<size_t>(sizes[first]) : 0;
  if (code.size() < 2) return 0;
  const auto bytecode = static_cast<size_t>(code[1]);
  const size_t width = 1 + first % 2;
  return bytecode < count ? 1 + static_cast<size_t>(sizes[width * count + bytecode]) : 0;
}

std::span<const std::byte> BytecodesOf(const Runtime& runtime, Tagged array) {
  const auto length = runtime.CountField(array, kWord, 1);
  return runtime.memory().View(Untag(array) + runtime.layout().bytecode_data, length.value_or(0));
}

}  // namespace

std::optional<int64_t> BytecodeOffsetAt(const Runtime& runtime, const CodeObject& code,
                                        Tagged bytecode_array, Address return_address,
                                        BytecodeSizes sizes) {
  const Tagged table = runtime.Field(code.code, runtime.layout().code.positions).value_or(0);
  VlqReader pieces(BytesOf(runtime, table));
  const std::span<const std::byte> bytecodes = BytecodesOf(runtime, bytecode_array);
  const uint64_t wanted = return_address - code.start;
  // The first piece is the function's entry; then one for each bytecode.
  uint64_t end = pieces.TakeUnsigned().value_or(0);
  uint64_t offset = 0;
  while (true) {
    const auto piece = pieces.TakeUnsigned();
    if (!piece) return std::nullopt;
    end += *piece;
    if (wanted <= end) return static_cast<int64_t>(offset);
    const size_t size = SizeOf(bytecodes.subspan(offset), sizes);
    if (size == 0 || size > bytecodes.size() - offset) return std::nullopt;
    offset += size;
  }
}

}  // namespace nodeheap::v8
