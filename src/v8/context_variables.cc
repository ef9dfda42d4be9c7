#include "v8/context_variables.h"

namespace nodeheap::v8 {
namespace {

constexpr uint64_t kSlots = 16;    // bytes before a context's slots: map, length
constexpr uint32_t kMinSlots = 2;  // scope info and outer context
// ScopeFlags (v8/src/objects/scope-info.tq); the same bits in V8 9.0 to 14.6.
constexpr BitField kIsStrict = {1U << 5, 5};
constexpr BitField kIsDeclarationScope = {1U << 6, 6};
constexpr BitField kHasContextExtensionSlot = {1U << 26, 26};
// NameToIndexHashTable: {map, length, elements, deleted, capacity} and {name, index} entries.
constexpr uint64_t kTableCapacity = 32;
constexpr uint64_t kTableEntries = 40;
// VariableProperties, one for each variable behind the names; the same bits in V8 9.4 to 14.6.
constexpr uint32_t kIsStaticBit = 22;

class Variables {
 public:
  Variables(const Runtime& runtime, Tagged context,
            const std::function<void(const ContextVariable&)>& visit)
      : runtime_(runtime), context_(context), visit_(visit) {}

  void Run() {
    const auto scope_info = runtime_.Field(context_, kSlots);
    const auto length = runtime_.CountField(context_, kWord, kWord);
    if (!scope_info || !length || !runtime_.Is(*scope_info, Kind::kScopeInfo)) return;
    length_ = *length;
    const Layout& layout = runtime_.layout();
    const auto count = runtime_.CountField(
        *scope_info, kWord * (1 + uint64_t{layout.scope_info.context_local_count_index}), kWord);
    if (!count) return;
    header_ = kMinSlots + (HasExtensionSlot(ScopeFlagsOf(runtime_, context_)) ? 1 : 0);
    const uint64_t names = kWord * (1 + uint64_t{layout.scope_info.first_vars_index});
    const auto first = runtime_.Field(*scope_info, names);
    if (!first) return;
    scope_info_ = *scope_info;
    const bool inlined = runtime_.Is(*first, Kind::kString);
    infos_ = names + (inlined ? uint64_t{*count} : 1) * kWord;
    if (inlined)
      Inlined(names, *count);
    else
      FromTable(*first);
  }

 private:
  void Inlined(uint64_t names, uint32_t count) {
    for (uint32_t i = 0; i < count; ++i)
      if (const auto name = runtime_.Field(scope_info_, names + i * kWord)) Variable(*name, i);
  }
  void FromTable(Tagged table) {
    if (!IsHashTable(runtime_.KindOf(table))) return;
    const uint32_t capacity = runtime_.CountField(table, kTableCapacity, 2 * kWord).value_or(0);
    for (uint64_t i = 0; i < capacity; ++i) {
      const auto name = runtime_.Field(table, kTableEntries + i * 2 * kWord);
      const auto index = runtime_.SmiField(table, kTableEntries + i * 2 * kWord + kWord);
      if (name && index && *index >= 0) Variable(*name, static_cast<uint32_t>(*index));
    }
  }
  void Variable(Tagged name, uint32_t index) {
    if (index >= length_ || header_ + index >= length_ || !runtime_.Is(name, Kind::kString)) return;
    const uint64_t offset = kSlots + (uint64_t{header_} + index) * kWord;
    if (const auto value = runtime_.Field(context_, offset))
      visit_({name, *value, offset, IsStatic(index)});
  }
  bool IsStatic(uint32_t index) const {
    const auto properties = runtime_.SmiField(scope_info_, infos_ + uint64_t{index} * kWord);
    return (static_cast<uint32_t>(properties.value_or(0)) >> kIsStaticBit & 1) != 0;
  }

  const Runtime& runtime_;
  Tagged context_;
  const std::function<void(const ContextVariable&)>& visit_;
  Tagged scope_info_ = 0;
  uint64_t infos_ = 0;  // where the properties of the variables stand in it
  uint32_t length_ = 0;
  uint32_t header_ = kMinSlots;
};

}  // namespace

Tagged ScopeInfoOf(const Runtime& runtime, Tagged context) {
  const Tagged scope_info = runtime.Field(context, kSlots).value_or(0);
  return runtime.Is(scope_info, Kind::kScopeInfo) ? scope_info : 0;
}
uint64_t ScopeFlagsOf(const Runtime& runtime, Tagged context) {
  const Tagged scope_info = ScopeInfoOf(runtime, context);
  if (scope_info == 0) return 0;
  const uint64_t flags = runtime.Field(scope_info, kWord).value_or(0);
  return IsSmi(flags) ? flags >> 32 : flags;
}
bool IsStrictScope(uint64_t flags) { return kIsStrict.Get(flags) != 0; }
bool IsDeclarationScope(uint64_t flags) { return kIsDeclarationScope.Get(flags) != 0; }
bool HasExtensionSlot(uint64_t flags) { return kHasContextExtensionSlot.Get(flags) != 0; }

void ForEachContextVariable(const Runtime& runtime, Tagged context,
                            const std::function<void(const ContextVariable&)>& visit) {
  if (runtime.Is(context, Kind::kContext)) Variables(runtime, context, visit).Run();
}

}  // namespace nodeheap::v8
