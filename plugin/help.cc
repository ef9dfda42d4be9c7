#include "plugin/help.h"

#include <fmt/format.h>

#include <algorithm>

#include "plugin/words.h"

namespace nodeheap::plugin {
namespace {

std::string OptionLine(std::string_view name, char short_name, std::string_view placeholder,
                       std::string_view help) {
  const std::string letter = short_name == 0 ? "   " : fmt::format("-{},", short_name);
  const std::string option = fmt::format("{} --{} {}", letter, name, placeholder);
  return fmt::format("  {:<24} {}\n", option, help);
}

std::string Default(const Param& param) {
  const bool shown = !param.default_value.empty() && param.default_value != "0";
  return shown ? fmt::format("{} (default {})", param.help, param.default_value)
               : std::string(param.help);
}

// As in a shell, but for the dump that is named first there.
std::string Examples(const QueryInfo& query) {
  if (query.dumps != 1) return {};
  std::string text = "\nExamples:\n";
  for (const Example& example : query.examples) {
    const size_t dump = std::min(example.arguments.find(' '), example.arguments.size());
    text +=
        fmt::format("  v8 {}{}  ({})\n", query.name, example.arguments.substr(dump), example.what);
  }
  return text;
}

}  // namespace

std::string Usage(const QueryInfo& query) {
  std::string text = fmt::format("v8 {}", query.name);
  if (query.dumps == 2) text += fmt::format(" {}", query.dump_names[0]);
  for (const Param& param : query.params)
    if (param.positional)
      text += fmt::format(" {}{}{}", param.required ? "" : "[", param.placeholder,
                          param.required ? "" : "]");
  return text + " [OPTIONS]";
}

std::string HelpFor(const QueryInfo& query) {
  std::string text = fmt::format("{}\n\nUsage: {}\n", query.summary, Usage(query));
  for (size_t i = 0; i < query.aliases.size(); ++i)
    text += fmt::format("{}{}", i == 0 ? "Also called: " : ", ", query.aliases[i]);
  if (!query.aliases.empty()) text += '\n';
  text += fmt::format("\n{}\n\nOptions:\n", query.description);
  for (const Param& param : AllParams(query)) {
    if (param.positional)
      text += fmt::format("  {:<24} {}\n", param.placeholder, Default(param));
    else
      text += OptionLine(param.name, param.short_name, param.placeholder, Default(param));
  }
  for (const CommonOption& option : CommonOptions())
    text += OptionLine(option.name, 0, option.placeholder, option.help);
  text += "\nSort keys:";
  for (const SortOption& sort : query.sorts) text += fmt::format(" {}", sort.key);
  return text + '\n' + Examples(query);
}

}  // namespace nodeheap::plugin
