// What all objects of JavaScript have: elements, and properties under names and symbols.
#include "v8/builtins.h"
#include "v8/context_variables.h"
#include "v8/errors.h"
#include "v8/primitives.h"
#include "v8/strings.h"
#include "v8/views.h"

namespace nodeheap::v8 {
namespace {

constexpr uint64_t kMaxKeyUnits = 1000;
// AccessorPair (v8/src/objects/templates.tq): a function, a template, or null.
constexpr uint32_t kGetter = 8;
constexpr uint32_t kSetter = 16;

struct Key {
  MemberKind kind = MemberKind::kProperty;
  std::string name;
  bool is_symbol = false;
  bool is_brand = false;  // says of which class the object has the private methods
};

Key KeyOf(const Runtime& runtime, Tagged key) {
  Key result;
  result.name = KeyText(runtime, key, result.is_symbol);
  const auto symbol = Symbol::Load(runtime, key);
  if (!symbol) return result;
  if (symbol->is_private_name) result.is_symbol = false;  // "#name" is no symbol in the language
  if (symbol->is_private_brand) {
    result.name = "private methods of " + result.name;
    result.kind = MemberKind::kInternal;
    result.is_brand = true;
  } else if (symbol->is_internal) {
    result.kind = MemberKind::kInternal;
    result.is_symbol = false;
    if (result.name.empty()) result.name = "private symbol";
  }
  return result;
}

// V8 makes these itself: their values are shown in the line of the object, or as its own members.
bool HidesNativeAccessors(Kind kind) {
  return kind == Kind::kJSFunction || kind == Kind::kJSBoundFunction || kind == Kind::kJSArray ||
         kind == Kind::kJSPrimitiveWrapper || kind == Kind::kJSError ||
         kind == Kind::kJSModuleNamespace;
}

class Properties {
 public:
  Properties(const ViewInput& input, MemberSink& sink) : input_(input), sink_(sink) {}

  void Named(const Property& property) {
    if (input_.map.kind == Kind::kJSError && IsStack(property)) return;
    if (property.is_accessor) {
      const Kind kind = input_.runtime.KindOf(property.value);
      if (kind == Kind::kAccessorInfo && HidesNativeAccessors(input_.map.kind)) return;
      if (kind == Kind::kAccessorPair)
        return Accessor(property, KeyOf(input_.runtime, property.key));
    }
    const Key key = KeyOf(input_.runtime, property.key);
    if (key.is_brand && PrivateMethods(property)) return;
    if (sink_.Wants()) Give(property, key, {}, property.value);
  }

  void Element(const Property& property) {
    if (!sink_.Wants()) return;
    const Key key{MemberKind::kElement, std::to_string(property.index)};
    Give(property, key, {}, property.value);
  }

 private:
  // Shown as {stack}: the accessor that reads it, and what it reads.
  bool IsStack(const Property& property) const {
    return IsCapturedStack(input_.runtime, property) ||
           (property.is_accessor && TextEquals(input_.runtime, property.key, "stack"));
  }

  // They are variables of the class's scope, which the brand leads to (GetPrivateMembers in
  // v8/src/debug/debug-interface.cc). False if there is no such scope.
  bool PrivateMethods(const Property& brand) {
    if (!input_.runtime.Is(brand.value, Kind::kContext)) return false;
    ForEachContextVariable(input_.runtime, brand.value, [&](const ContextVariable& variable) {
      const Kind kind = input_.runtime.KindOf(variable.value);
      Key key = KeyOf(input_.runtime, variable.name);
      if (variable.is_static || !key.name.starts_with('#')) return;
      Property method = brand;
      method.value = variable.value;
      if (kind == Kind::kAccessorPair) return Accessor(method, key);
      if (kind == Kind::kJSFunction && sink_.Wants()) Give(method, key, {}, method.value);
    });
    return true;
  }

  void Accessor(const Property& property, const Key& key) {
    struct Half {
      const char* prefix;
      uint32_t offset;
    };
    for (const auto [prefix, offset] : {Half{"get ", kGetter}, Half{"set ", kSetter}}) {
      const Tagged function = input_.runtime.Field(property.value, offset).value_or(0);
      const Oddball oddball = OddballOf(input_.runtime, function);
      if (oddball == Oddball::kNull || oddball == Oddball::kUndefined) continue;
      if (sink_.Wants()) Give(property, key, prefix, function);
    }
  }

  void Give(const Property& property, Key key, const char* prefix, Tagged value) {
    sink_.Give(
        {.kind = key.kind,
         .name = std::move(key.name),
         .prefix = prefix == nullptr ? "" : prefix,
         .value = property.unboxed ? DescribeNumber(*property.unboxed) : sink_.Described(value),
         .is_symbol = key.is_symbol,
         .enumerable = property.enumerable,
         .writable = property.writable});
  }

  const ViewInput& input_;
  MemberSink& sink_;
};

}  // namespace

std::string KeyText(const Runtime& runtime, Tagged key, bool& is_symbol) {
  Tagged string = key;
  const auto symbol = Symbol::Load(runtime, key);
  is_symbol = symbol.has_value();
  if (symbol) string = symbol->description;
  const auto text = ReadString(runtime, string, kMaxKeyUnits);
  return text ? text->text : std::string();
}

void NamedMembers(const ViewInput& input, MemberSink& sink) {
  Properties properties(input, sink);
  sink.Skip(
      ForEachNamedProperty(input.runtime, input.word, input.map, [&](const Property& property) {
        properties.Named(property);
        return true;
      }));
}

void ElementMembers(const ViewInput& input, MemberSink& sink) {
  Properties properties(input, sink);
  sink.Skip(ForEachElement(input.runtime, input.word, input.map, [&](const Property& property) {
    properties.Element(property);
    return true;
  }));
}

void ObjectMembers(const ViewInput& input, MemberSink& sink) {
  ElementMembers(input, sink);
  NamedMembers(input, sink);
}

}  // namespace nodeheap::v8
