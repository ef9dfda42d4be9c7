#include "v8/stack_values.h"

#include <fmt/format.h>

#include "v8/describe.h"
#include "v8/functions.h"
#include "v8/properties.h"
#include "v8/strings.h"

namespace nodeheap::v8 {
namespace {

constexpr uint64_t kMaxTextUnits = 60;
constexpr int kMaxPrototypes = 64;
constexpr uint32_t kMaxProperties = 10'000;  // looked at for a method's name

// The name of the property of `receiver`, or of what it inherits from, that holds the function.
std::string MethodName(const Runtime& runtime, Tagged receiver, Tagged function) {
  Tagged name = 0;
  uint32_t seen = 0;
  for (int i = 0; i < kMaxPrototypes && name == 0; ++i) {
    const auto map = runtime.MapOf(receiver);
    if (!map || !runtime.layout().types.IsReceiver(map->instance_type)) break;
    ForEachNamedProperty(runtime, receiver, *map, [&](const Property& property) {
      if (!property.unboxed && property.value == function) name = property.key;
      return name == 0 && ++seen < kMaxProperties;
    });
    receiver = runtime.Load<Tagged>(map->address + runtime.layout().map.prototype).value_or(0);
  }
  const auto text = ReadString(runtime, name, kMaxTextUnits);
  return text ? text->text : std::string();
}

}  // namespace

std::string DefinitionText(const Runtime& runtime, Tagged shared) {
  const auto place = DefinitionOf(runtime, shared);
  if (!place) return {};
  std::string text = place->script_name;
  if (place->line && place->column) text += fmt::format(":{}:{}", *place->line, *place->column);
  return text;
}

std::string DescribeValue(const Runtime& runtime, Tagged value) {
  const Description description = Describe(runtime, value, {.max_string_units = kMaxTextUnits});
  const std::string line = OneLine(description);
  return description.is_object ? fmt::format("0x{:x}:<{}>", Untag(value), line)
                               : fmt::format("<{}>", line);
}

std::string FrameFunctionName(const Runtime& runtime, Tagged function, Tagged shared,
                              Tagged receiver) {
  std::string name = FunctionName(runtime, shared);
  if (name.empty() && function != 0) name = MethodName(runtime, receiver, function);
  return name.empty() ? "(anonymous)" : name;
}

}  // namespace nodeheap::v8
