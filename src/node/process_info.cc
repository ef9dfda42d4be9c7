#include "node/process_info.h"

#include "v8/primitives.h"
#include "v8/properties.h"

namespace nodeheap::node {
namespace {

using v8::Kind;
using v8::Runtime;
using v8::Tagged;

constexpr size_t kMaxTexts = 10'000;

std::vector<std::string> TextsOf(const Runtime& runtime, Tagged array) {
  std::vector<std::string> texts;
  const auto map = runtime.MapOf(array);
  if (!map || map->kind != Kind::kJSArray) return texts;
  v8::ForEachElement(runtime, array, *map, [&](const v8::Property& property) {
    texts.push_back(TextOf(runtime, property.value));
    return texts.size() < kMaxTexts;
  });
  return texts;
}

NamedTexts PropertiesOf(const Runtime& runtime, Tagged object) {
  NamedTexts texts;
  const auto map = runtime.MapOf(object);
  if (!map || !runtime.layout().types.IsReceiver(map->instance_type)) return texts;
  v8::ForEachNamedProperty(runtime, object, *map, [&](const v8::Property& property) {
    if (!property.unboxed && runtime.Is(property.value, Kind::kString))
      texts.emplace_back(TextOf(runtime, property.key), TextOf(runtime, property.value));
    return texts.size() < kMaxTexts;
  });
  return texts;
}

// globalThis.process is an accessor; its getter has the object as a variable.
Tagged FindProcess(const Runtime& runtime, const Environment& environment) {
  const Tagged value = FindValue(runtime, environment.global, "process");
  if (ClassOf(runtime, value) == "process") return value;
  for (const std::string_view name : {"process", "_process"})
    if (const Tagged found = FindVariable(runtime, value, name);
        ClassOf(runtime, found) == "process")
      return found;
  return 0;
}

}  // namespace

std::optional<ProcessInfo> FindProcessInfo(const Runtime& runtime, const Environment& environment) {
  const Tagged process = FindProcess(runtime, environment);
  if (process == 0) return std::nullopt;
  const auto value = [&](std::string_view name) { return FindValue(runtime, process, name); };
  const auto text = [&](std::string_view name) { return TextOf(runtime, value(name)); };
  ProcessInfo info{.process = process};
  if (const auto pid = v8::NumberOf(runtime, value("pid"))) info.pid = static_cast<int64_t>(*pid);
  info.version = text("version");
  info.platform = text("platform");
  info.arch = text("arch");
  info.exec_path = text("execPath");
  info.argv = TextsOf(runtime, value("argv"));
  info.exec_argv = TextsOf(runtime, value("execArgv"));
  info.versions = PropertiesOf(runtime, value("versions"));
  info.release = PropertiesOf(runtime, value("release"));
  return info;
}

}  // namespace nodeheap::node
