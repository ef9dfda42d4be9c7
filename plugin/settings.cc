#include "plugin/settings.h"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <optional>
#include <string_view>

namespace nodeheap::plugin {
namespace {

std::unexpected<Error> Invalid(std::string message, std::string hint = {}) {
  return std::unexpected(Error{
      .code = ErrorCode::kInvalidArgument, .message = std::move(message), .hint = std::move(hint)});
}

std::optional<uint32_t> Number(const std::string& text) {
  uint32_t number = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (failed != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

Result<void> SetColor(const std::string& text, State& state, lldb::SBDebugger& /*debugger*/) {
  if (text != "auto" && text != "always" && text != "never")
    return Invalid(fmt::format("color cannot be \"{}\"", text), "auto, always or never");
  state.color = text;
  return {};
}

Result<void> SetTreePadding(const std::string& text, State& state, lldb::SBDebugger& /*debugger*/) {
  constexpr uint32_t kMost = 10;  // as in llnode
  const auto number = Number(text);
  if (!number || *number == 0 || *number > kMost)
    return Invalid(fmt::format("tree-padding cannot be \"{}\"", text), "1 to 10");
  state.tree_padding = *number;
  return {};
}

Result<void> SetIsolate(const std::string& text, State& state, lldb::SBDebugger& /*debugger*/) {
  const auto number = Number(text);
  if (!number && text != "all")
    return Invalid(fmt::format("\"{}\" is no isolate", text), "0, 1 … or all");
  state.dumps.SetIsolate(number);
  return {};
}

Result<void> SetSourceMap(const std::string& text, State& state, lldb::SBDebugger& /*debugger*/) {
  state.dumps.SetSourceMaps(text == "none" ? std::string() : text);
  return {};
}

Result<void> SetCore(const std::string& text, State& state, lldb::SBDebugger& debugger) {
  return state.dumps.SetCorePath(debugger, text);
}

struct Setting {
  std::string_view name;
  std::string_view values;
  Result<void> (*set)(const std::string& text, State& state, lldb::SBDebugger& debugger);
};

constexpr std::array<Setting, 5> kSettings = {{
    {"color", "auto|always|never", &SetColor},
    {"tree-padding", "1…10", &SetTreePadding},
    {"isolate", "N|all", &SetIsolate},
    {"source-map", "DIR|none", &SetSourceMap},
    {"core", "PATH", &SetCore},
}};

std::string All() {
  std::string text;
  for (const Setting& setting : kSettings)
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", setting.name, setting.values);
  return text;
}

}  // namespace

std::string SettingsHelp() { return "v8 settings set NAME VALUE: " + All(); }

Result<void> Set(std::span<const std::string> words, State& state, lldb::SBDebugger& debugger) {
  if (words.size() == 2)
    for (const Setting& setting : kSettings)
      if (setting.name == words[0]) return setting.set(words[1], state, debugger);
  return Invalid("set needs a setting and its value", All());
}

}  // namespace nodeheap::plugin
