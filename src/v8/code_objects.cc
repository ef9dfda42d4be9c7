#include "v8/code_objects.h"

#include <algorithm>
#include <cstring>
#include <span>

#include "v8/code_positions.h"

namespace nodeheap::v8 {
namespace {

constexpr Version kCodeOutsideInstructions{11, 0, 0};
constexpr uint64_t kStreamCode = 8;  // InstructionStream: its Code
constexpr uint64_t kElements = 16;   // FixedArray and its kin
constexpr uint64_t kMaxCodeBytes = 64 << 20;
// No function is inlined deeper (v8_flags.max_inlined…); corrupt tables may be circular.
constexpr size_t kMaxInliningDepth = 64;

// The object that holds the instructions around `pc`: the nearest map word of its kind below. Map
// words are not found in code by accident.
Tagged FindHolder(const Runtime& runtime, Address pc) {
  const Page* const page = runtime.pages().FindContaining(pc);
  if (page == nullptr) return 0;
  const bool outside = runtime.layout().version >= kCodeOutsideInstructions;
  const Kind wanted = outside ? Kind::kInstructionStream : Kind::kCode;
  const Address lowest =
      IsLarge(page->space) || pc - page->area_start < kMaxCodeBytes ? page->area_start : pc;
  for (Address at = pc / kWord * kWord; at >= lowest; at -= kWord) {
    const Tagged word = page->Word(at);
    if (!IsStrong(word)) continue;
    const auto map = ReadMap(runtime.pages(), runtime.layout(), word);
    if (map && map->kind == wanted) return Tag(at);
  }
  return 0;
}

CodeTier TierOf(const Runtime& runtime, Tagged code) {
  const auto& layout = runtime.layout().code;
  const uint32_t kind = layout.kind.Get(runtime.Field<uint32_t>(code, layout.flags).value_or(0));
  if (kind < layout.baseline_kind || kind > layout.baseline_kind + 2) return CodeTier::kOther;
  constexpr CodeTier kTiers[] = {CodeTier::kBaseline, CodeTier::kMaglev, CodeTier::kTurbofan};
  return kTiers[kind - layout.baseline_kind];
}

// The Code of what FindHolder() returns.
Tagged CodeOf(const Runtime& runtime, Tagged holder) {
  if (runtime.layout().version < kCodeOutsideInstructions) return holder;
  return runtime.Field(holder, kStreamCode).value_or(0);
}

Tagged Element(const Runtime& runtime, Tagged array, uint32_t index) {
  const auto count = runtime.CountField(array, kWord, kWord);
  if (!count || index >= *count) return 0;
  return runtime.Field(array, kElements + index * kWord).value_or(0);
}

// An element of an array of inlined functions may be wrapped (V8 13 and later).
Tagged SharedIn(const Runtime& runtime, Tagged word) {
  if (runtime.Is(word, Kind::kSharedFunctionInfo)) return word;
  const Tagged inner = runtime.Is(word, Kind::kStruct) ? runtime.Field(word, kWord).value_or(0) : 0;
  return runtime.Is(inner, Kind::kSharedFunctionInfo) ? inner : 0;
}

bool IsArray(const Runtime& runtime, Tagged word) {
  switch (runtime.KindOf(word)) {
    case Kind::kFixedArray:
    case Kind::kTrustedFixedArray:
    case Kind::kWeakFixedArray:
      return true;
    default:
      return false;
  }
}

// Where a function was inlined: the position of the call, and the function, by its index among the
// literals.
struct InliningPosition {
  int64_t position = 0;
  int32_t function = -1;
};

std::optional<InliningPosition> ReadInliningPosition(std::span<const std::byte> table,
                                                     int32_t index) {
  constexpr size_t kEntry = 16;  // bytes: an int64, an int32, padding
  const auto at = static_cast<size_t>(index) * kEntry;
  if (index < 0 || at >= table.size() || table.size() - at < kEntry) return std::nullopt;
  InliningPosition entry;
  std::memcpy(&entry.position, table.data() + at, sizeof(entry.position));
  std::memcpy(&entry.function, table.data() + at + sizeof(entry.position), sizeof(entry.function));
  return entry;
}

}  // namespace

CodeTier TierOfInstructions(const Runtime& runtime, Tagged instructions) {
  return TierOf(runtime, CodeOf(runtime, instructions));
}

std::optional<CodeObject> FindCode(const Runtime& runtime, Address pc) {
  const Tagged holder = FindHolder(runtime, pc);
  if (holder == 0) return std::nullopt;
  const Layout& layout = runtime.layout();
  CodeObject found;
  if (layout.version < kCodeOutsideInstructions) {
    found.code = holder;
    found.start = Untag(holder) + layout.code_instruction_start;
  } else {
    found.code = CodeOf(runtime, holder);
    if (!runtime.Is(found.code, Kind::kCode)) return std::nullopt;
    found.start = runtime.Field<Address>(found.code, layout.code.instruction_pointer).value_or(0);
  }
  const auto size = runtime.Field<int32_t>(found.code, layout.code.instruction_size);
  found.size = static_cast<uint64_t>(std::max(size.value_or(0), 0));
  // A return address may be that after the last instruction.
  if (pc < found.start || pc - found.start > found.size) return std::nullopt;
  found.tier = TierOf(runtime, found.code);
  return found;
}

std::vector<InlinedCall> InlinedCallsAt(const Runtime& runtime, const CodeObject& code,
                                        Address return_address) {
  const Layout& layout = runtime.layout();
  const Tagged positions = runtime.Field(code.code, layout.code.positions).value_or(0);
  // The entry of a call is for the call instruction, not for what comes after it.
  const auto offset = static_cast<int64_t>(return_address - code.start) - 1;
  auto position = FindPosition(runtime, positions, offset);
  if (!position) return {};
  const Tagged data = runtime.Field(code.code, layout.code.deoptimization_data).value_or(0);
  if (!IsArray(runtime, data)) return {};
  const Tagged literals = Element(runtime, data, layout.deoptimization.literal_array);
  const auto inlining =
      BytesOf(runtime, Element(runtime, data, layout.deoptimization.inlining_positions));
  std::vector<InlinedCall> calls;
  while (position->inlining_id >= 0 && calls.size() < kMaxInliningDepth) {
    const auto entry = ReadInliningPosition(inlining, position->inlining_id);
    if (!entry || entry->function < 0 || !IsArray(runtime, literals)) return {};
    const Tagged literal = Element(runtime, literals, static_cast<uint32_t>(entry->function));
    calls.push_back({.shared = SharedIn(runtime, literal), .position = position->script_offset});
    position = DecodePosition(entry->position);
  }
  calls.push_back({.shared = 0, .position = position->script_offset});
  return calls;
}

}  // namespace nodeheap::v8
