#include "v8/functions.h"

#include "v8/code_scope_info.h"

namespace nodeheap::v8 {
namespace {

constexpr uint64_t kMaxNameUnits = 4096;
// UncompiledData, by v8dbg of all versions.
constexpr uint64_t kUncompiledInferredName = 8;
constexpr uint64_t kUncompiledStart = 16;
constexpr uint64_t kUncompiledEnd = 20;
// Where an InterpreterData or the Code of a baseline function may keep its bytecode: among its
// first fields.
constexpr uint64_t kMaxBytecodeField = 48;
// DebugInfo replaces the script of functions under a debugger (V8 9 to 11), and keeps it here.
constexpr uint64_t kDebugInfoScript = 16;
constexpr uint16_t kTokenOffsetOutOfRange = 0xFFFF;

// The first of the function's data that is of the kind; 0 if none is.
Tagged DataOf(const Runtime& runtime, Tagged shared, Kind kind) {
  const auto& layout = runtime.layout().shared;
  for (const uint32_t offset : {layout.function_data, layout.untrusted_function_data}) {
    if (offset == 0) continue;
    const Tagged data = runtime.Field(shared, offset).value_or(0);
    if (runtime.Is(data, kind)) return data;
  }
  return 0;
}

Tagged FindBytecodeIn(const Runtime& runtime, Tagged object) {
  Tagged interpreter_data = 0;
  for (uint64_t offset = kWord; offset <= kMaxBytecodeField; offset += kWord) {
    const Tagged word = runtime.Field(object, offset).value_or(0);
    const Kind kind = runtime.KindOf(word);
    if (kind == Kind::kBytecodeArray) return word;
    if (kind == Kind::kInterpreterData) interpreter_data = word;
  }
  return interpreter_data;
}

std::string TextOf(const Runtime& runtime, Tagged string) {
  if (string == 0) return {};
  const auto text = ReadString(runtime, string, kMaxNameUnits);
  return text ? text->text : std::string();
}

ScopeInfo ScopeInfoOf(const Runtime& runtime, Tagged shared) {
  const auto word = runtime.Field(shared, runtime.layout().shared.name_or_scope_info);
  return ReadScopeInfo(runtime, word.value_or(0));
}

}  // namespace

Tagged SharedOf(const Runtime& runtime, Tagged function) {
  if (!runtime.Is(function, Kind::kJSFunction)) return 0;
  const Tagged shared = runtime.Field(function, runtime.layout().function.shared).value_or(0);
  return runtime.Is(shared, Kind::kSharedFunctionInfo) ? shared : 0;
}

std::string OwnFunctionName(const Runtime& runtime, Tagged shared) {
  if (!runtime.Is(shared, Kind::kSharedFunctionInfo)) return {};
  const Tagged name = runtime.Field(shared, runtime.layout().shared.name_or_scope_info).value_or(0);
  if (runtime.Is(name, Kind::kString)) return TextOf(runtime, name);
  return TextOf(runtime, ReadScopeInfo(runtime, name).function_name);
}

std::string FunctionName(const Runtime& runtime, Tagged shared) {
  if (!runtime.Is(shared, Kind::kSharedFunctionInfo)) return {};
  std::string name = OwnFunctionName(runtime, shared);
  if (name.empty()) name = TextOf(runtime, ScopeInfoOf(runtime, shared).inferred_name);
  if (!name.empty()) return name;
  const Tagged uncompiled = DataOf(runtime, shared, Kind::kUncompiledData);
  if (uncompiled == 0) return {};
  return TextOf(runtime, runtime.Field(uncompiled, kUncompiledInferredName).value_or(0));
}

Tagged ScriptOf(const Runtime& runtime, Tagged shared) {
  if (!runtime.Is(shared, Kind::kSharedFunctionInfo)) return 0;
  Tagged script = runtime.Field(shared, runtime.layout().shared.script).value_or(0);
  if (runtime.Is(script, Kind::kDebugInfo))
    script = runtime.Field(script, kDebugInfoScript).value_or(0);
  return runtime.Is(script, Kind::kScript) ? script : 0;
}

std::optional<SourceRange> SourceRangeOf(const Runtime& runtime, Tagged shared) {
  if (!runtime.Is(shared, Kind::kSharedFunctionInfo)) return std::nullopt;
  const ScopeInfo scope = ScopeInfoOf(runtime, shared);
  SourceRange range;
  if (scope.start && scope.end) {
    range = {.start = *scope.start, .parameters = *scope.start, .end = *scope.end};
  } else if (const Tagged data = DataOf(runtime, shared, Kind::kUncompiledData); data != 0) {
    range.parameters = runtime.Field<int32_t>(data, kUncompiledStart).value_or(-1);
    range.end = runtime.Field<int32_t>(data, kUncompiledEnd).value_or(-1);
  }
  const auto token_offset =
      runtime.Field<uint16_t>(shared, runtime.layout().shared.function_token_offset);
  if (range.parameters < 0 || range.end < range.parameters) return std::nullopt;
  range.start = range.parameters;
  if (token_offset && *token_offset != kTokenOffsetOutOfRange && *token_offset <= range.start)
    range.start -= *token_offset;
  return range;
}

std::optional<SourcePlace> DefinitionOf(const Runtime& runtime, Tagged shared) {
  const Tagged script = ScriptOf(runtime, shared);
  const auto range = SourceRangeOf(runtime, shared);
  if (script == 0 || !range) return std::nullopt;
  return PlaceInScript(runtime, script, range->parameters);
}

Tagged BytecodeOf(const Runtime& runtime, Tagged shared) {
  if (!runtime.Is(shared, Kind::kSharedFunctionInfo)) return 0;
  Tagged data = runtime.Field(shared, runtime.layout().shared.function_data).value_or(0);
  // Code of a baseline function (V8 9: BaselineData), then InterpreterData, then the bytecode.
  for (int hops = 0; hops < 3; ++hops) {
    const Kind kind = runtime.KindOf(data);
    if (kind == Kind::kBytecodeArray) return data;
    if (kind != Kind::kInterpreterData && kind != Kind::kCode && kind != Kind::kStruct) return 0;
    data = FindBytecodeIn(runtime, data);
  }
  return 0;
}

}  // namespace nodeheap::v8
