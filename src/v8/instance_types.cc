#include "v8/instance_types.h"

#include <algorithm>
#include <array>
#include <optional>

namespace nodeheap::v8 {
namespace {

constexpr int64_t kMaxType = 4096;  // V8's types end below 2200

struct NamedKind {
  Kind kind;
  std::array<std::string_view, 4> types;
};
constexpr NamedKind kNamedKinds[] = {
#define KIND(kind, ...) {Kind::kind, {__VA_ARGS__}},
#include "v8/kinds.def"
#undef KIND
};

// "type_JSMap__JS_MAP_TYPE" -> "JS_MAP_TYPE"
std::optional<std::string_view> TypeName(std::string_view symbol) {
  if (!symbol.starts_with("type_")) return std::nullopt;
  const size_t separator = symbol.find("__");
  if (separator == symbol.npos) return std::nullopt;
  return symbol.substr(separator + 2);
}

// Collects numbers by name, and assigns kinds to numbers that v8dbg does not name but whose place
// among the named ones is fixed (v8/src/objects/objects-definitions.h, instance-type.h).
class Resolver {
 public:
  explicit Resolver(const Metadata& metadata) : metadata_(metadata) {
    kinds_.assign(kMaxType, Kind::kUnknown);
    names_.resize(kMaxType);
    for (const auto& [symbol, value] : metadata.values) {
      const auto name = TypeName(symbol);
      if (!name || value < 0 || value >= kMaxType) continue;
      numbers_.emplace(*name, static_cast<uint16_t>(value));
      names_[static_cast<size_t>(value)] = name->substr(0, name->rfind("_TYPE"));
    }
  }

  std::optional<uint16_t> Number(std::string_view type) const {
    const auto found = numbers_.find(type);
    if (found == numbers_.end()) return std::nullopt;
    return found->second;
  }
  std::optional<int64_t> Constant(std::string_view name) const {
    const auto value = metadata_.Find(name);
    if (!value || *value < 0 || *value >= kMaxType) return std::nullopt;
    return value;
  }

  void Fill(int64_t first, int64_t last, Kind kind) {
    for (int64_t type = first; type <= last && type < kMaxType; ++type)
      kinds_[static_cast<size_t>(type)] = kind;
  }
  void Set(int64_t type, Kind kind, std::string_view name) {
    if (type < 0 || type >= kMaxType) return;
    kinds_[static_cast<size_t>(type)] = kind;
    names_[static_cast<size_t>(type)] = name;
  }

  void SetUnlisted(uint16_t first_receiver) {
    for (const auto& [name, number] : numbers_)
      kinds_[number] = number >= first_receiver ? Kind::kJSOtherObject : Kind::kStruct;
    Fill(first_receiver, kMaxType - 1, Kind::kJSOtherObject);
  }
  void SetListed() {
    for (const NamedKind& named : kNamedKinds)
      for (const std::string_view type : named.types)
        if (const auto number = Number(type); number && !type.empty()) kinds_[*number] = named.kind;
  }
  void SetHashTables(int64_t fixed_array) {
    Set(fixed_array + 1, Kind::kHashTable, "HASH_TABLE");
    Set(fixed_array + 2, Kind::kEphemeronHashTable, "EPHEMERON_HASH_TABLE");
    Set(fixed_array + 3, Kind::kGlobalDictionary, "GLOBAL_DICTIONARY");
    Set(fixed_array + 4, Kind::kNameDictionary, "NAME_DICTIONARY");
    int64_t next = fixed_array + 5;
    if (metadata_.v8_version >= Version{10, 0, 0})
      Set(next++, Kind::kHashTable, "NAME_TO_INDEX_HASH_TABLE");
    Set(next++, Kind::kNumberDictionary, "NUMBER_DICTIONARY");
    Set(next++, Kind::kOrderedHashMap, "ORDERED_HASH_MAP");
    Set(next++, Kind::kOrderedHashSet, "ORDERED_HASH_SET");
    Set(next++, Kind::kOrderedNameDictionary, "ORDERED_NAME_DICTIONARY");
    // No tables, but laid out as fixed arrays, too, until V8 12 changed and named them.
    if (metadata_.v8_version < Version{10, 0, 0} || metadata_.v8_version >= Version{12, 0, 0})
      return;
    Set(fixed_array + 12, Kind::kHashTable, "CLOSURE_FEEDBACK_CELL_ARRAY");
    Set(fixed_array + 13, Kind::kHashTable, "OBJECT_BOILERPLATE_DESCRIPTION");
  }

  // Five unnamed types before one that depends on the version.
  void SetCollectionIterators(int64_t js_function) {
    constexpr std::string_view kNames[] = {"JS_MAP_KEY_ITERATOR", "JS_MAP_KEY_VALUE_ITERATOR",
                                           "JS_MAP_VALUE_ITERATOR", "JS_SET_KEY_VALUE_ITERATOR",
                                           "JS_SET_VALUE_ITERATOR"};
    const int64_t count = std::ssize(kNames);
    for (const auto next :
         {Number("JS_DATA_VIEW_TYPE"), Number("JS_ITERATOR_DROP_HELPER_TYPE"),
          Number("JS_ATOMICS_CONDITION_TYPE"), Number("JS_ASYNC_FUNCTION_OBJECT_TYPE")}) {
      if (!next || *next <= js_function + count) continue;
      // JS_GENERATOR_OBJECT stands unnamed before JS_ASYNC_FUNCTION_OBJECT.
      const int64_t first =
          *next - count - (next == Number("JS_ASYNC_FUNCTION_OBJECT_TYPE") ? 1 : 0);
      const auto is_free = [&](const std::string& name) { return name.empty(); };
      if (!std::all_of(names_.begin() + first, names_.begin() + first + count, is_free)) continue;
      for (int64_t i = 0; i < count; ++i)
        Set(first + i, i < 3 ? Kind::kJSMapIterator : Kind::kJSSetIterator,
            kNames[static_cast<size_t>(i)]);
      return;
    }
  }

  std::vector<Kind> TakeKinds() { return std::move(kinds_); }
  std::vector<std::string> TakeNames() { return std::move(names_); }

 private:
  std::vector<Kind> kinds_;
  std::vector<std::string> names_;
  const Metadata& metadata_;
  std::map<std::string_view, uint16_t> numbers_;
};

// The first type that is not a hash table any more.
int64_t EndOfHashTables(const Resolver& resolver, int64_t fixed_array, int64_t first_context) {
  const int64_t byte_array = resolver.Number("BYTE_ARRAY_TYPE").value_or(first_context);
  return byte_array > fixed_array ? std::min(byte_array, first_context) : first_context;
}

// What every supported Node names, and what others are told from.
struct Anchors {
  uint16_t map;
  uint16_t fixed_array;
  uint16_t feedback_vector;
  uint16_t weak_fixed_array;
  uint16_t heap_number;
  uint16_t proxy;
  uint16_t function;
  int64_t first_nonstring;
  int64_t first_context;
  int64_t last_context;
};

std::optional<Anchors> FindAnchors(const Resolver& types) {
  const auto map = types.Number("MAP_TYPE");
  const auto fixed_array = types.Number("FIXED_ARRAY_TYPE");
  const auto feedback_vector = types.Number("FEEDBACK_VECTOR_TYPE");
  const auto weak_fixed_array = types.Number("WEAK_FIXED_ARRAY_TYPE");
  const auto heap_number = types.Number("HEAP_NUMBER_TYPE");
  const auto proxy = types.Number("JS_PROXY_TYPE");
  const auto function = types.Number("JS_FUNCTION_TYPE");
  const auto first_nonstring = types.Constant("FirstNonstringType");
  const auto first_context = types.Constant("FirstContextType");
  const auto last_context = types.Constant("LastContextType");
  if (!map || !fixed_array || !feedback_vector || !weak_fixed_array || !heap_number || !proxy ||
      !function || !first_nonstring || !first_context || !last_context)
    return std::nullopt;
  return Anchors{*map,   *fixed_array, *feedback_vector, *weak_fixed_array, *heap_number,
                 *proxy, *function,    *first_nonstring, *first_context,    *last_context};
}

void SetRanges(Resolver& types, const Anchors& at, const Version& version) {
  types.SetUnlisted(at.proxy);
  types.Fill(0, at.first_nonstring - 1, Kind::kString);
  types.Fill(at.fixed_array, EndOfHashTables(types, at.fixed_array, at.first_context) - 1,
             Kind::kHashTable);
  types.SetListed();
  types.SetHashTables(at.fixed_array);
  types.Fill(at.first_context, at.last_context, Kind::kContext);
  types.Set(at.first_context + 7, Kind::kNativeContext, "NATIVE_CONTEXT");
  const int64_t functions =
      version < Version{9, 6, 0} ? 14 : (version < Version{10, 0, 0} ? 15 : 16);
  types.Fill(types.Constant("FirstJSFunctionType").value_or(at.function),
             types.Constant("LastJSFunctionType").value_or(at.function + functions),
             Kind::kJSFunction);
  types.SetCollectionIterators(at.function);
}

// Types that stand unnamed beside a named one.
void SetNeighbours(Resolver& types, const Anchors& at, const Version& version) {
  types.Set(at.heap_number - 1, Kind::kBigInt, "BIG_INT");
  types.Set(at.weak_fixed_array + 1, Kind::kTransitionArray, "TRANSITION_ARRAY");
  types.Set(at.feedback_vector - 1, Kind::kFeedbackMetadata, "FEEDBACK_METADATA");
  types.Set(at.feedback_vector + 1, Kind::kFiller, "FILLER");
  types.Set(at.feedback_vector + 2, Kind::kFreeSpace, "FREE_SPACE");
  if (version >= Version{12, 0, 0}) types.Set(at.feedback_vector + 3, Kind::kHole, "HOLE");

  // V8 9 and 10 do not name it.
  const auto before_foreign =
      types.Number(version < Version{10, 0, 0} ? "ABSTRACT_INTERNAL_CLASS_SUBCLASS2_TYPE"
                                               : "TURBOFAN_UNION_TYPE_TYPE");
  if (before_foreign && version < Version{11, 0, 0})
    types.Set(*before_foreign + 1, Kind::kForeign, "FOREIGN");
  if (const auto task = types.Number("PROMISE_RESOLVE_THENABLE_JOB_TASK_TYPE")) {
    types.Set(*task + 1, Kind::kStruct, "LOAD_HANDLER");
    types.Set(*task + 2, Kind::kStruct, "STORE_HANDLER");
  }
  if (const auto async_function = types.Number("JS_ASYNC_FUNCTION_OBJECT_TYPE"))
    types.Set(*async_function - 1, Kind::kJSGeneratorObject, "JS_GENERATOR_OBJECT");
  if (const auto deferred = types.Number("JS_DEFERRED_MODULE_NAMESPACE_TYPE"))
    types.Set(*deferred - 1, Kind::kJSModuleNamespace, "JS_MODULE_NAMESPACE");
  types.Set(types.Constant("APIObjectType").value_or(-1), Kind::kJSObject, "JS_API_OBJECT");
  types.Set(types.Constant("SpecialAPIObjectType").value_or(-1), Kind::kJSObject,
            "JS_SPECIAL_API_OBJECT");
}

}  // namespace

Result<InstanceTypes> InstanceTypes::Resolve(const Metadata& metadata) {
  Resolver types(metadata);
  const auto anchors = FindAnchors(types);
  if (!anchors)
    return std::unexpected(Error{.code = ErrorCode::kUnsupported,
                                 .message = "the debug metadata of " + metadata.origin +
                                            " lacks instance types that every supported Node has",
                                 .hint = "nodeheap reads Node 16 and later"});
  SetRanges(types, *anchors, metadata.v8_version);
  SetNeighbours(types, *anchors, metadata.v8_version);

  InstanceTypes result;
  result.kinds_ = types.TakeKinds();
  result.names_ = types.TakeNames();
  result.map_type_ = anchors->map;
  result.first_nonstring_ = static_cast<uint16_t>(anchors->first_nonstring);
  result.first_receiver_ = anchors->proxy;
  return result;
}

}  // namespace nodeheap::v8
