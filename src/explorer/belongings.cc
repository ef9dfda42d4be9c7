// ReferenceExtractor: names and types for what is only a part of something (V8's TagObject).
#include <algorithm>

#include "explorer/reference_extractor.h"
#include "v8/functions.h"

namespace nodeheap::explorer {
namespace {

using v8::Kind;
using v8::Tagged;
using v8::Version;

constexpr Version kTypesCode{10, 0, 0};       // tells what belongs to the program's code
constexpr Version kTypesShapes{11, 0, 0};     // tells what describes the shapes of objects
constexpr Version kPointersInCode{12, 0, 0};  // Code and its instructions are apart for good
constexpr unsigned kMaxConstantPoolDepth = 3;
constexpr uint32_t kMaxConstants = 1 << 20;  // of one function
constexpr uint64_t kArrayHeader = 16;
constexpr uint64_t kBoundArguments = 40;
constexpr uint64_t kConstantElements = 16;   // ArrayBoilerplateDescription
constexpr uint64_t kInstructionStream = 32;  // Code
constexpr uint64_t kScriptInfos = 88;        // Script, V8 9.0 to 14.6

}  // namespace

void ReferenceExtractor::LabelBelongings() {
  if (layout_.types.IsReceiver(map_.instance_type)) return LabelOfObject();
  switch (map_.kind) {
    case Kind::kSharedFunctionInfo:
      return LabelOfFunction();
    case Kind::kScript:
      return LabelOfScript();
    case Kind::kCode:
      return LabelOfCode();
    case Kind::kInstructionStream:
      if (layout_.version < kPointersInCode) return;
      LabelField(8, "(code)", NodeType::kCode);
      return LabelField(16, "(code relocation info)", NodeType::kCode);
    default:
      break;
  }
  if (layout_.version >= kTypesCode) LabelCodeLike();
  if (layout_.version >= kTypesShapes) LabelShapeLike();
}

void ReferenceExtractor::LabelCodeLike() {
  switch (map_.kind) {
    case Kind::kArrayBoilerplateDescription:
      return LabelField(kConstantElements, "(constant elements)", NodeType::kCode);
    case Kind::kAllocationSite:
      return LabelFields({Kind::kWeakArrayList, Kind::kDependentCode}, "(dependent code)",
                         NodeType::kCode);
    case Kind::kBytecodeArray:
      return LabelOfBytecode();
    case Kind::kFeedbackVector:
      return LabelFields({Kind::kWeakFixedArray, Kind::kFixedArray}, "(feedback)", NodeType::kCode);
    case Kind::kScopeInfo:
      return LabelFields({Kind::kHashTable}, "(context local names)", NodeType::kCode);
    default:
      return;
  }
}

void ReferenceExtractor::LabelShapeLike() {
  switch (map_.kind) {
    case Kind::kMap:
      return LabelField(layout_.map.prototype_validity_cell, "(prototype validity cell)",
                        NodeType::kObjectShape);
    case Kind::kEnumCache:
      return LabelFields({Kind::kFixedArray}, "(enum cache)", NodeType::kObjectShape);
    case Kind::kPrototypeInfo:
      LabelFields({Kind::kWeakArrayList, Kind::kDependentCode}, "(prototype users)",
                  NodeType::kObjectShape);
      return LabelFields({Kind::kFixedArray}, "(prototype chain enum cache)",
                         NodeType::kObjectShape);
    case Kind::kTransitionArray:
      if (!runtime_.Is(Word(kArrayHeader), Kind::kWeakFixedArray)) return;
      return LabelField(kArrayHeader, "(prototype transitions)", NodeType::kObjectShape);
    default:
      return;
  }
}

void ReferenceExtractor::LabelOfObject() {
  SetLabel(Word(layout_.object.properties), properties_label_);
  SetLabel(Word(layout_.object.elements), elements_label_);
  if (map_.kind == Kind::kJSBoundFunction) LabelField(kBoundArguments, "(bound arguments)");
  if (map_.kind == Kind::kJSFunction) SetLabel(Word(layout_.function.shared), shared_label_);
}

// The machine code that was made of a function is called after it.
void ReferenceExtractor::LabelOfFunction() {
  if (layout_.version >= kPointersInCode) SetLabel(v8::Tag(at_), shared_label_);
  Tagged code = Word(layout_.shared.function_data);
  if (layout_.types.name(runtime_.MapOf(code).value_or(v8::MapInfo{}).instance_type) ==
      "BASELINE_DATA")
    code = runtime_.Field(code, v8::kWord).value_or(0);
  if (!Is(code, Kind::kCode)) return;
  const std::string name = v8::FunctionName(runtime_, v8::Tag(at_));
  // V8 11 keeps them apart, but thinks of the instructions as the code.
  const Tagged stream = runtime_.Field(code, kInstructionStream).value_or(0);
  SetLabel(
      layout_.version >= Version{11, 0, 0} && layout_.version < kPointersInCode ? stream : code,
      names_.Fixed(name.empty() ? "(BASELINE code)" : "(code for " + name + ")"));
  if (layout_.version < kPointersInCode) return;
  SetLabel(stream, names_.Fixed(name.empty() ? "(BASELINE instruction stream)"
                                             : "(instruction stream for " + name + ")"));
}

void ReferenceExtractor::LabelOfScript() {
  LabelField(layout_.script.line_ends, "(script line ends)", NodeType::kCode);
  if (layout_.version < kTypesCode) return;
  LabelField(kScriptInfos, "(shared function infos)", NodeType::kCode);
  for (uint64_t offset = kScriptInfos + v8::kWord; offset < size_; offset += v8::kWord)
    if (Is(Word(offset), Kind::kFixedArray))
      return LabelField(offset, "(host-defined options)", NodeType::kCode);
}

void ReferenceExtractor::LabelOfCode() {
  std::optional<NodeType> type;
  if (layout_.version >= kTypesCode) type = NodeType::kCode;
  const uint32_t flags = page_->Load<uint32_t>(at_ + layout_.code.flags);
  const uint32_t kind = layout_.code.kind.Get(flags);
  const bool is_baseline = kind == layout_.code.baseline_kind;
  if (layout_.version < kPointersInCode) {
    LabelField(8, "(code relocation info)", type);
  } else if (is_baseline) {
    AddField("interpreter_data", layout_.code.deoptimization_data);
    AddField("bytecode_offset_table", layout_.code.positions);
  } else if (kind > layout_.code.baseline_kind) {  // optimized
    AddField("deoptimization_data", layout_.code.deoptimization_data);
    AddField("source_position_table", layout_.code.positions);
  }
  LabelField(layout_.code.positions,
             is_baseline ? "(bytecode offset table)" : "(source position table)", type);
}

void ReferenceExtractor::LabelOfBytecode() {
  uint32_t left = kMaxConstants;
  for (uint64_t offset = v8::kWord; offset + v8::kWord <= layout_.bytecode_data;
       offset += v8::kWord) {
    const Tagged word = Word(offset);
    const Kind kind = KindOf(word);
    if (kind == Kind::kByteArray)
      SetLabel(word,
               names_.Fixed(offset == layout_.bytecode_source_positions ? "(source position table)"
                                                                        : "(handler table)"),
               NodeType::kCode);
    else
      LabelConstantPool(word, kMaxConstantPoolDepth, left);
  }
}

// `left`: as many constants are still looked at; in a damaged heap a pool may hold itself.
void ReferenceExtractor::LabelConstantPool(Tagged array, unsigned depth, uint32_t& left) {
  const Kind kind = KindOf(array);
  const bool is_trusted = kind == Kind::kTrustedFixedArray;
  if (kind == Kind::kNameDictionary || kind == Kind::kNumberDictionary)
    return SetLabel(array, names_.Fixed("(constant pool)"), NodeType::kCode);
  if (kind != Kind::kFixedArray && !is_trusted) return;
  SetLabel(array, names_.Fixed("(constant pool)"), NodeType::kCode, is_trusted);
  if (depth == 1) return;
  const uint32_t count = runtime_.CountField(array, v8::kWord, v8::kWord).value_or(0);
  for (uint32_t i = 0; i < count && left != 0; ++i) {
    --left;
    if (const auto word = runtime_.Field(array, kArrayHeader + i * v8::kWord))
      LabelConstantPool(*word, depth - 1, left);
  }
}

void ReferenceExtractor::LabelFields(std::initializer_list<Kind> kinds, std::string_view name,
                                     std::optional<NodeType> type) {
  for (uint64_t offset = v8::kWord; offset + v8::kWord <= size_; offset += v8::kWord) {
    const Tagged word = Word(offset);
    if (!v8::IsStrong(word)) continue;
    const Kind kind = KindOf(word);
    if (std::ranges::find(kinds, kind) != kinds.end()) SetLabel(word, names_.Fixed(name), type);
  }
}

void ReferenceExtractor::SetLabel(Tagged target, uint32_t name, std::optional<NodeType> type,
                                  bool replaces_name) {
  if (!v8::IsStrong(target) || !state_.IsEssential(target)) return;
  const auto node = state_.NodeOf(target);
  if (!node) return;
  out_->labels.push_back({.node = *node,
                          .name = name,
                          .type = type ? static_cast<uint8_t>(*type) : Label::kSameType,
                          .replaces_name = replaces_name});
}

void ReferenceExtractor::LabelField(uint64_t offset, std::string_view name,
                                    std::optional<NodeType> type) {
  SetLabel(Word(offset), names_.Fixed(name), type);
}

}  // namespace nodeheap::explorer
