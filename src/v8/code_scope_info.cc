#include "v8/code_scope_info.h"

namespace nodeheap::v8 {
namespace {

// ScopeFlags; the same bits in V8 9.0 to 14.6.
constexpr BitField kScopeType = {0xF, 0};
constexpr BitField kReceiverVariable = {3U << 7, 7};
constexpr BitField kHasSavedClassVariable = {1U << 10, 10};
constexpr BitField kFunctionVariable = {3U << 12, 12};
constexpr BitField kHasInferredName = {1U << 14, 14};

// Scopes of classes, functions, modules, scripts and eval: the first types, in whatever order.
constexpr uint32_t kLastTypeWithPositions = 5;
// VariableAllocationInfo
constexpr uint32_t kNone = 0;
constexpr uint32_t kUnused = 3;
// Until this version, the place of `this` has a field of its own.
constexpr Version kNoReceiverInfo{10, 0, 0};
// From so many variables on, V8 9.8 and later keep their names in one hash table.
constexpr uint32_t kMaxInlinedNames = 75;
// With the positions at fixed places, the variables begin here.
constexpr uint32_t kFirstVarsAfterPositions = 5;

// The fields of a ScopeInfo, one after the other.
class Fields {
 public:
  Fields(const Runtime& runtime, Tagged object, uint32_t index)
      : runtime_(runtime), object_(object), index_(index) {}

  Tagged Take() { return runtime_.Field(object_, kWord * (1 + uint64_t{index_++})).value_or(0); }
  Tagged TakeString() {
    const Tagged word = Take();
    return runtime_.Is(word, Kind::kString) ? word : 0;
  }
  std::optional<int32_t> TakeSmi() {
    const Tagged word = Take();
    if (!IsSmi(word)) return std::nullopt;
    return SmiValue(word);
  }
  void Skip(uint32_t count) { index_ += count; }

 private:
  const Runtime& runtime_;
  Tagged object_;
  uint32_t index_;
};

// A Smi until V8 12, an uint32 in the lower half of the word later; the other half is zero.
uint32_t FlagsOf(const Runtime& runtime, Tagged object) {
  const uint64_t word = runtime.Field(object, kWord).value_or(0);
  return static_cast<uint32_t>(IsSmi(word) ? word >> 32 : word);
}

// Names and properties of the variables.
void SkipVariables(const Runtime& runtime, Tagged object, Fields& fields) {
  const uint64_t count_offset =
      kWord * (1 + uint64_t{runtime.layout().scope_info.context_local_count_index});
  const uint32_t count = runtime.CountField(object, count_offset, kWord).value_or(0);
  Fields ahead = fields;
  const bool inlined = count < kMaxInlinedNames || ahead.TakeString() != 0;
  fields.Skip(inlined ? 2 * count : 1 + count);
}

}  // namespace

ScopeInfo ReadScopeInfo(const Runtime& runtime, Tagged object) {
  ScopeInfo info;
  if (!runtime.Is(object, Kind::kScopeInfo)) return info;
  const Layout& layout = runtime.layout();
  const uint32_t flags = FlagsOf(runtime, object);
  const uint32_t first_vars = layout.scope_info.first_vars_index;
  const bool positions_first = first_vars >= kFirstVarsAfterPositions;
  if (positions_first) {
    Fields fields(runtime, object, first_vars - 2);
    info.start = fields.TakeSmi();
    info.end = fields.TakeSmi();
  }
  Fields fields(runtime, object, first_vars);
  SkipVariables(runtime, object, fields);
  fields.Skip(kHasSavedClassVariable.Get(flags));
  const uint32_t receiver = kReceiverVariable.Get(flags);
  fields.Skip(layout.version < kNoReceiverInfo && receiver != kNone && receiver != kUnused);
  if (kFunctionVariable.Get(flags) != kNone) {
    info.function_name = fields.TakeString();
    fields.Skip(1);
  }
  if (kHasInferredName.Get(flags) != 0) info.inferred_name = fields.TakeString();
  if (!positions_first && kScopeType.Get(flags) <= kLastTypeWithPositions) {
    info.start = fields.TakeSmi();
    info.end = fields.TakeSmi();
  }
  return info;
}

}  // namespace nodeheap::v8
