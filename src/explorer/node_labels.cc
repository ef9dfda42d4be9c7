#include "explorer/node_labels.h"

#include <cctype>

#include "v8/builtins.h"
#include "v8/functions.h"

namespace nodeheap::explorer {
namespace {

using v8::Kind;
using v8::MapInfo;
using v8::Runtime;
using v8::Tagged;
using v8::Version;

// "UNCOMPILED_DATA" -> "UncompiledData", "JS_PROXY" -> "JSProxy"
std::string CamelCase(std::string_view type) {
  std::string result;
  if (type.starts_with("JS_")) {
    result = "JS";
    type.remove_prefix(3);
  }
  bool upper = true;
  for (const char c : type) {
    if (c == '_') {
      upper = true;
      continue;
    }
    result += upper ? c : static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    upper = false;
  }
  return result;
}

// Objects that belong to the program's code; V8 10 and later tell them apart.
bool IsCodeLike(Kind kind, std::string_view type, const Version& version) {
  if (version < Version{10, 0, 0}) return false;
  switch (kind) {
    case Kind::kAllocationSite:
    case Kind::kBytecodeArray:
    case Kind::kClosureFeedbackCellArray:
    case Kind::kCodeDataContainer:
    case Kind::kFeedbackCell:
    case Kind::kFeedbackMetadata:
    case Kind::kFeedbackVector:
    case Kind::kInterpreterData:
    case Kind::kObjectBoilerplateDescription:
    case Kind::kPreparseData:
    case Kind::kScopeInfo:
    case Kind::kUncompiledData:
      return true;
    default:
      break;
  }
  if (type.ends_with("BOILERPLATE_DESCRIPTION") || type.ends_with("_HANDLER") ||
      type == "CLOSURE_FEEDBACK_CELL_ARRAY" || type == "TEMPLATE_OBJECT_DESCRIPTION")
    return true;
  return version >= Version{13, 0, 0} && (type == "BYTECODE_WRAPPER" || type == "CODE_WRAPPER");
}

// V8's own fixed arrays, save those beyond the sandbox.
bool IsArrayLike(Kind kind, std::string_view type) {
  return kind == Kind::kFixedArray || kind == Kind::kFixedDoubleArray || v8::IsHashTable(kind) ||
         (kind == Kind::kByteArray && !type.starts_with("TRUSTED"));
}

bool IsReadOnly(const Runtime& runtime, Tagged object) {
  const v8::Page* const page = runtime.pages().Find(v8::Untag(object));
  return page != nullptr && page->space == v8::Space::kReadOnly;
}

// V8 11 and later: what describes the shapes of the program's objects.
bool IsShapeLike(const Runtime& runtime, Tagged object, Kind kind) {
  if (runtime.layout().version < Version{11, 0, 0}) return false;
  switch (kind) {
    case Kind::kDescriptorArray:
    case Kind::kTransitionArray:
    case Kind::kPrototypeInfo:
    case Kind::kEnumCache:
      return true;
    case Kind::kMap:
      return !IsReadOnly(runtime, object);
    default:
      return false;
  }
}

// "UncachedExternalOneByteInternalizedString", which V8 12 began to call
// "UncachedExternalInternalizedOneByteString".
std::string StringTypeName(uint16_t type, const Version& version) {
  const bool is_new = version >= Version{12, 0, 0};
  const bool is_internalized = v8::IsInternalized(type);
  constexpr uint16_t kShared = 64;
  std::string name = (type & kShared) != 0 ? "Shared" : "";
  switch (v8::ShapeOf(type)) {
    case v8::StringShape::kSequential:
      if (is_new && !is_internalized) name += "Seq";
      break;
    case v8::StringShape::kCons:
      name += "Cons";
      break;
    case v8::StringShape::kExternal:
      name += v8::IsUncachedExternal(type) ? "UncachedExternal" : "External";
      break;
    case v8::StringShape::kSliced:
      name += "Sliced";
      break;
    case v8::StringShape::kThin:
      name += "Thin";
      break;
  }
  if (is_new && is_internalized) name += "Internalized";
  if (v8::IsOneByte(type))
    name += "OneByte";
  else if (is_new)
    name += "TwoByte";
  if (!is_new && is_internalized) name += "Internalized";
  return name + "String";
}

std::string MapName(const Runtime& runtime, Tagged map) {
  const v8::Layout& layout = runtime.layout();
  const auto type = runtime.Field<uint16_t>(map, layout.map.instance_type);
  if (!type || !layout.types.IsString(*type)) return "system / Map";
  return "system / Map (" + StringTypeName(*type, layout.version) + ")";
}

NodeText DescribeInternal(const Runtime& runtime, Tagged object, const MapInfo& map) {
  const std::string_view type = runtime.layout().types.name(map.instance_type);
  const bool is_array = IsArrayLike(map.kind, type);
  NodeType node_type = NodeType::kHidden;
  if (IsCodeLike(map.kind, type, runtime.layout().version))
    node_type = NodeType::kCode;
  else if (is_array)
    node_type = NodeType::kArray;
  else if (IsShapeLike(runtime, object, map.kind))
    node_type = NodeType::kObjectShape;
  // Snapshots name nameless arrays by what they belong to.
  if (is_array) return {node_type, {}};
  return {node_type, "system / " + (type.empty() ? "Object" : CamelCase(type))};
}

NodeText DescribeString(const Runtime& runtime, Tagged object, const MapInfo& map) {
  switch (v8::ShapeOf(map.instance_type)) {
    case v8::StringShape::kCons:
      return {NodeType::kConsString, "(concatenated string)"};
    case v8::StringShape::kSliced:
      return {NodeType::kSlicedString, "(sliced string)"};
    default:
      return {NodeType::kString, StringPrefix(runtime, object)};
  }
}

NodeText DescribeSymbol(const Runtime& runtime, Tagged object) {
  const auto symbol = v8::Symbol::Load(runtime, object);
  if (symbol && (symbol->is_internal || symbol->is_private_name))
    return {NodeType::kHidden, "private symbol"};
  return {NodeType::kSymbol, "symbol"};
}

NodeText DescribeScript(const Runtime& runtime, Tagged script) {
  const auto name = runtime.Field(script, runtime.layout().script.name);
  return {NodeType::kCode, name ? StringPrefix(runtime, *name) : std::string()};
}

NodeText DescribeOddball(const Runtime& runtime, Tagged object) {
  // V8 13 and later name oddballs by their to_string, the second field.
  if (runtime.layout().version < Version{13, 0, 0}) return {NodeType::kHidden, "system / Oddball"};
  const auto text = runtime.Field(object, 16);
  return {NodeType::kHidden, text ? StringPrefix(runtime, *text) : std::string()};
}

// V8 14 and later tell global objects from their proxies.
NodeText DescribeGlobal(const Runtime& runtime, Tagged object, const MapInfo& map) {
  std::string name = v8::ConstructorName(runtime, object, map);
  if (runtime.layout().version >= Version{14, 0, 0})
    name += map.kind == Kind::kJSGlobalObject ? " (global)" : " (global*)";
  return {NodeType::kObject, std::move(name)};
}

NodeText DescribeObject(const Runtime& runtime, Tagged object, const MapInfo& map) {
  switch (map.kind) {
    case Kind::kJSGlobalObject:
    case Kind::kJSGlobalProxy:
      return DescribeGlobal(runtime, object, map);
    case Kind::kJSFunction:
      return {NodeType::kClosure, v8::OwnFunctionName(runtime, v8::SharedOf(runtime, object))};
    case Kind::kJSBoundFunction:
      return {NodeType::kClosure, "native_bind"};
    case Kind::kJSRegExp: {
      const auto source = runtime.Field(object, runtime.layout().object.regexp_source);
      return {NodeType::kRegExp, source ? StringPrefix(runtime, *source) : std::string()};
    }
    case Kind::kJSProxy:
      return {NodeType::kHidden, "system / JSProxy"};
    default:
      return {NodeType::kObject, v8::ConstructorName(runtime, object, map)};
  }
}

// Called like all others of its class, by the object's constructor.
bool IsNamedByClass(const MapInfo& map, const v8::InstanceTypes& types) {
  switch (map.kind) {
    case Kind::kJSGlobalObject:
    case Kind::kJSGlobalProxy:
    case Kind::kJSFunction:
    case Kind::kJSBoundFunction:
    case Kind::kJSRegExp:
    case Kind::kJSProxy:
      return false;
    default:
      return types.IsReceiver(map.instance_type);
  }
}

}  // namespace

NodeText Describe(const Runtime& runtime, Tagged object, const MapInfo& map) {
  if (runtime.layout().types.IsReceiver(map.instance_type))
    return DescribeObject(runtime, object, map);
  switch (map.kind) {
    case Kind::kString:
      return DescribeString(runtime, object, map);
    case Kind::kSymbol:
      return DescribeSymbol(runtime, object);
    case Kind::kBigInt:
      return {NodeType::kBigInt, "bigint"};
    case Kind::kHeapNumber:
      return {NodeType::kNumber, "heap number"};
    case Kind::kOddball:
      return DescribeOddball(runtime, object);
    case Kind::kMap: {
      NodeText text = DescribeInternal(runtime, object, map);
      text.name = MapName(runtime, object);
      return text;
    }
    case Kind::kCode:
    case Kind::kInstructionStream:
      return {NodeType::kCode, {}};
    case Kind::kSharedFunctionInfo:
      return {NodeType::kCode, v8::OwnFunctionName(runtime, object)};
    case Kind::kScript:
      return DescribeScript(runtime, object);
    case Kind::kNativeContext:
      return {NodeType::kHidden, "system / NativeContext"};
    case Kind::kContext:
      return {NodeType::kObject, "system / Context"};
    default:
      return DescribeInternal(runtime, object, map);
  }
}

// Functions are called like all others of their source, what is not listed like all of its map.
std::optional<v8::Address> NodeLabels::CacheKey(Tagged object, const MapInfo& map) const {
  switch (map.kind) {
    case Kind::kString: {
      const v8::StringShape shape = v8::ShapeOf(map.instance_type);
      const bool has_text = shape != v8::StringShape::kCons && shape != v8::StringShape::kSliced;
      return has_text ? std::nullopt : std::optional(map.address);
    }
    case Kind::kSharedFunctionInfo:
    case Kind::kScript:
    case Kind::kSymbol:
    case Kind::kOddball:
    case Kind::kMap:
    case Kind::kJSRegExp:
      return std::nullopt;
    case Kind::kJSFunction:
      return v8::SharedOf(runtime_, object);
    default:
      return map.address;
  }
}

NodeLabel NodeLabels::Of(Tagged object, const MapInfo& map) {
  if (IsNamedByClass(map, runtime_.layout().types)) {
    const std::string& name = class_names_.Of(object, map);
    const auto [found, is_new] = classes_.try_emplace(&name, 0);
    if (is_new) found->second = pool_.Intern(name);
    return {NodeType::kObject, found->second};
  }
  const auto key = CacheKey(object, map);
  if (key) {
    if (const auto found = cache_.find(*key); found != cache_.end()) return found->second;
  }
  const NodeText text = Describe(runtime_, object, map);
  const NodeLabel label{text.type, pool_.Intern(text.name)};
  if (key) cache_.emplace(*key, label);
  return label;
}

}  // namespace nodeheap::explorer
