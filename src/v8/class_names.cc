#include "v8/class_names.h"

#include <optional>
#include <string_view>

#include "v8/functions.h"
#include "v8/properties.h"
#include "v8/strings.h"

namespace nodeheap::v8 {
namespace {

// V8 makes no cycles of back pointers or prototypes; a damaged heap may have them.
constexpr int kMaxBackPointers = 4096;
constexpr int kMaxPrototypes = 1024;
constexpr uint64_t kMaxNameUnits = 1024;

constexpr uint32_t kIsPrototypeMap = 1U << 20;  // of bit_field3
constexpr uint8_t kNewTargetIsBase = 1;         // of bit_field2
constexpr uint32_t kTupleFirst = 8;             // Tuple2
constexpr uint32_t kWrappedValue = 24;          // JSPrimitiveWrapper

// FunctionTemplateInfo::class_name (v8/src/objects/templates.tq).
uint32_t ClassNameOffset(const Layout& layout) {
  return layout.version < Version{12, 0, 0} ? 56 : 40;
}

struct ClassName {
  std::string text;
  bool differs_by_object = false;
};

class Namer {
 public:
  explicit Namer(const Runtime& runtime) : runtime_(runtime), layout_(runtime.layout()) {}

  ClassName Run(Tagged object, const MapInfo& map) const {
    if (auto name = FromMap(map)) return {std::move(*name)};
    // A dictionary may hold what another object with the same map lacks.
    const bool differs = layout_.map.is_dictionary.Get(map.bit_field3) != 0;
    if (auto tag = OwnTag(object, map)) return {std::move(*tag), true};
    if (auto name = FromPrototypes(map)) return {std::move(*name), differs};
    return {BuiltinName(object, map),
            differs || map.kind == Kind::kJSPrimitiveWrapper || map.kind == Kind::kJSArrayBuffer};
  }

  // The function or template that made the map, found at the root of its transitions.
  Tagged ConstructorOf(const MapInfo& map) const {
    Address at = map.address;
    for (int i = 0; i < kMaxBackPointers; ++i) {
      const auto next = runtime_.Load<Tagged>(at + layout_.map.constructor_or_back_pointer);
      if (!next) return 0;
      const auto next_map = runtime_.MapOf(*next);
      if (!next_map) return 0;
      if (next_map->kind != Kind::kMap)
        return IsTuple(*next_map) ? runtime_.Field(*next, kTupleFirst).value_or(0) : *next;
      at = Untag(*next);
    }
    return 0;
  }

 private:
  // With a prototype that is not an object there are two: {constructor, prototype}.
  bool IsTuple(const MapInfo& map) const {
    return layout_.types.name(map.instance_type) == "TUPLE2";
  }

  std::optional<std::string> Text(Tagged string) const {
    const auto text = ReadString(runtime_, string, kMaxNameUnits);
    if (!text) return std::nullopt;
    return text->text;
  }

  // The name of a class that is worth telling.
  std::optional<std::string> FunctionNameOf(Tagged function) const {
    if (!runtime_.Is(function, Kind::kJSFunction)) return std::nullopt;
    std::string name = FunctionName(runtime_, SharedOf(runtime_, function));
    if (name.empty() || name == "Object") return std::nullopt;
    return name;
  }

  std::optional<std::string> FromMap(const MapInfo& map) const {
    if (map.kind == Kind::kJSProxy || (map.bit_field2 & kNewTargetIsBase) == 0 ||
        (map.bit_field3 & kIsPrototypeMap) != 0)
      return std::nullopt;
    const Tagged constructor = ConstructorOf(map);
    if (runtime_.Is(constructor, Kind::kFunctionTemplateInfo)) return TemplateName(constructor);
    return FunctionNameOf(constructor);
  }

  std::optional<std::string> TemplateName(Tagged info) const {
    const auto name = runtime_.Field(info, ClassNameOffset(layout_));
    return name ? Text(*name) : std::nullopt;
  }

  bool IsToStringTag(Tagged key) const {
    if (!runtime_.Is(key, Kind::kSymbol)) return false;
    const auto description = runtime_.Field(key, layout_.symbol_name);
    return description && TextEquals(runtime_, *description, "Symbol.toStringTag");
  }

  std::optional<std::string> OwnTag(Tagged object, const MapInfo& map) const {
    std::optional<std::string> tag;
    ForEachNamedProperty(runtime_, object, map, [&](const Property& property) {
      if (!IsToStringTag(property.key)) return true;
      if (!property.is_accessor) tag = Text(property.value);
      return false;
    });
    return tag;
  }

  // The receiver's own `constructor` tells what it is the prototype of, so it does not count.
  std::optional<std::string> FromPrototypes(const MapInfo& map) const {
    auto prototype = runtime_.Load<Tagged>(map.address + layout_.map.prototype);
    for (int i = 0; i < kMaxPrototypes && prototype; ++i) {
      const auto current = runtime_.MapOf(*prototype);
      if (!current || !layout_.types.IsReceiver(current->instance_type)) break;
      if (auto tag = OwnTag(*prototype, *current)) return tag;
      const auto constructor = FindProperty(runtime_, *prototype, "constructor");
      if (constructor)
        if (auto name = FunctionNameOf(*constructor)) return name;
      prototype = runtime_.Load<Tagged>(current->address + layout_.map.prototype);
    }
    return std::nullopt;
  }

  // JSReceiver::class_name, for objects that no constructor tells about.
  std::string BuiltinName(Tagged object, const MapInfo& map) const {
    switch (map.kind) {
      case Kind::kJSFunction:
      case Kind::kJSBoundFunction:
      case Kind::kJSWrappedFunction:
        return "Function";
      case Kind::kJSArguments:
        return "Arguments";
      case Kind::kJSArray:
        return "Array";
      case Kind::kJSArrayBuffer:
        return "ArrayBuffer";
      case Kind::kJSArrayIterator:
        return "Array Iterator";
      case Kind::kJSDate:
        return "Date";
      case Kind::kJSError:
        return "Error";
      case Kind::kJSGeneratorObject:
      case Kind::kJSAsyncFunctionObject:
      case Kind::kJSAsyncGeneratorObject:
        return "Generator";
      case Kind::kJSMap:
        return "Map";
      case Kind::kJSRegExp:
        return "RegExp";
      case Kind::kJSSet:
        return "Set";
      case Kind::kJSWeakMap:
        return "WeakMap";
      case Kind::kJSWeakSet:
        return "WeakSet";
      case Kind::kJSGlobalProxy:
        return "global";
      case Kind::kJSPrimitiveWrapper:
        return WrapperName(object);
      default:
        return TemplateNameOfConstructor(map).value_or("Object");
    }
  }

  std::string WrapperName(Tagged object) const {
    const Tagged value = runtime_.Field(object, kWrappedValue).value_or(0);
    switch (runtime_.KindOf(value)) {
      case Kind::kOddball:
        return "Boolean";
      case Kind::kString:
        return "String";
      case Kind::kBigInt:
        return "BigInt";
      case Kind::kSymbol:
        return "Symbol";
      case Kind::kScript:
        return "Script";
      default:
        return "Number";
    }
  }

  std::optional<std::string> TemplateNameOfConstructor(const MapInfo& map) const {
    Tagged constructor = ConstructorOf(map);
    if (runtime_.Is(constructor, Kind::kJSFunction))
      constructor =
          runtime_
              .Field(SharedOf(runtime_, constructor), layout_.shared.untrusted_function_data != 0
                                                          ? layout_.shared.untrusted_function_data
                                                          : layout_.shared.function_data)
              .value_or(0);
    return runtime_.Is(constructor, Kind::kFunctionTemplateInfo) ? TemplateName(constructor)
                                                                 : std::nullopt;
  }

  const Runtime& runtime_;
  const Layout& layout_;
};

}  // namespace

Tagged ConstructorOf(const Runtime& runtime, Tagged object) {
  auto map = runtime.MapOf(object);
  for (int i = 0; i < kMaxPrototypes && map; ++i) {
    const auto prototype =
        runtime.Load<Tagged>(map->address + runtime.layout().map.prototype).value_or(0);
    map = runtime.MapOf(prototype);
    if (!map || !runtime.layout().types.IsReceiver(map->instance_type)) return 0;
    const auto constructor = FindProperty(runtime, prototype, "constructor");
    if (constructor && runtime.Is(*constructor, Kind::kJSFunction)) return *constructor;
  }
  return 0;
}

std::string ConstructorName(const Runtime& runtime, Tagged object, const MapInfo& map) {
  return Namer(runtime).Run(object, map).text;
}

bool IsPrototype(const Runtime& runtime, Tagged object, const MapInfo& map) {
  if ((map.bit_field3 & kIsPrototypeMap) == 0) return false;
  const auto constructor = FindProperty(runtime, object, "constructor");
  if (!constructor || !runtime.Is(*constructor, Kind::kJSFunction)) return false;
  const Layout& layout = runtime.layout();
  auto prototype = runtime.Field(*constructor, layout.function.prototype_or_initial_map);
  if (prototype && runtime.Is(*prototype, Kind::kMap))
    prototype = runtime.Field(*prototype, layout.map.prototype);
  return prototype && Untag(*prototype) == Untag(object);
}

const std::string& ClassNames::Of(Tagged object, const MapInfo& map) {
  const auto [entry, is_new] = maps_.try_emplace(map.address, nullptr);
  if (!is_new && entry->second != nullptr) return *entry->second;
  ClassName name = Namer(runtime_).Run(object, map);
  const std::string& kept = *names_.insert(std::move(name.text)).first;
  if (is_new && !name.differs_by_object) entry->second = &kept;
  return kept;
}

}  // namespace nodeheap::v8
