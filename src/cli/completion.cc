#include <fmt/format.h>

#include "cli/documents.h"

namespace nodeheap::cli {
namespace {

std::string CommandNames() {
  std::string names;
  for (const QueryInfo* query : Queries()) names += std::string(query->name) + ' ';
  for (const ExtraCommand& extra : ExtraCommands()) names += std::string(extra.name) + ' ';
  names.pop_back();
  return names;
}

std::string OptionNames(const QueryInfo& query) {
  std::string names;
  for (const Param& param : AllParams(query)) {
    if (param.positional) continue;
    names += fmt::format("--{} ", param.name);
    if (param.short_name != 0) names += fmt::format("-{} ", param.short_name);
  }
  return names;
}

std::string CommonNames() {
  std::string names;
  for (const CommonOption& option : CommonOptions()) names += std::string(option.name) + ' ';
  names.pop_back();
  return names;
}

std::string SortKeys(const QueryInfo& query) {
  std::string keys;
  for (const SortOption& sort : query.sorts) keys += std::string(sort.key) + ' ';
  if (!keys.empty()) keys.pop_back();
  return keys;
}

// 'text' for zsh's _arguments, inside single quotes: brackets and colons are its syntax.
std::string ZshText(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\'') {
      out += "'\\''";
    } else {
      if (std::string_view("[]:\\").contains(c)) out += '\\';
      out += c;
    }
  }
  return out;
}

std::string ZshValue(std::string_view name, std::string_view choices) {
  if (!choices.empty()) return fmt::format(":{}:({})", ZshText(name), choices);
  if (name.empty()) return {};
  return fmt::format(":{}:{}", ZshText(name), name == "FILE" ? "_files" : " ");
}

std::string ZshParam(const QueryInfo& query, const Param& param) {
  const std::string value =
      param.name == "sort" ? ZshValue("KEY", SortKeys(query)) : ZshValue(param.placeholder, "");
  const std::string_view again = param.repeatable ? "*" : "";
  std::string out =
      fmt::format("        '{}--{}[{}]{}'", again, param.name, ZshText(param.help), value);
  if (param.short_name != 0)
    out += fmt::format(" \\\n        '{}-{}[{}]{}'", again, param.short_name, ZshText(param.help),
                       value);
  return out + " \\\n";
}

std::string ZshCommand(const QueryInfo& query) {
  std::string out = fmt::format("    {})\n      _arguments -s \\\n", query.name);
  for (const Param& param : AllParams(query))
    if (!param.positional) out += ZshParam(query, param);
  for (const CommonOption& option : CommonOptions())
    out += fmt::format("        '{}[{}]{}' \\\n", option.name, ZshText(option.help),
                       ZshValue(option.value, option.choices));
  out += "        '*:dump:_files' ;;\n";
  return out;
}

}  // namespace

std::string BashCompletion() {
  std::string out = fmt::format(R"(# bash completion for nodeheap; made by: nodeheap completion bash
_nodeheap() {{
  local current=${{COMP_WORDS[COMP_CWORD]}} previous=${{COMP_WORDS[COMP_CWORD-1]}}
  local options="{} " keys="" words=""
  case ${{COMP_WORDS[1]}} in
)",
                                CommonNames());
  for (const QueryInfo* query : Queries()) {
    out += fmt::format("    {}) options+=\"{}\" keys=\"{}\" ;;\n", query->name, OptionNames(*query),
                       SortKeys(*query));
  }
  out += "  esac\n  if ((COMP_CWORD == 1)); then\n";
  out += fmt::format("    words=\"{} --help --version\"\n  else\n", CommandNames());
  out += "    case ${COMP_WORDS[1]}:$previous in\n";
  out += fmt::format("      help:help) words=\"{}\" ;;\n", CommandNames());
  for (const ExtraCommand& extra : ExtraCommands())
    if (!extra.choices.empty())
      out += fmt::format("      {0}:{0}) words=\"{1}\" ;;\n", extra.name, extra.choices);
  for (const CommonOption& option : CommonOptions())
    if (!option.choices.empty())
      out += fmt::format("      *:{}) words=\"{}\" ;;\n", option.name, option.choices);
  out += R"(      *:--sort) words=$keys ;;
      *) [[ $current == -* ]] && words=$options ;;
    esac
  fi
  if [[ -n $words ]]; then
    mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
  else
    compopt -o filenames 2>/dev/null
    mapfile -t COMPREPLY < <(compgen -f -- "$current")
  fi
}
complete -F _nodeheap nodeheap
)";
  return out;
}

std::string ZshCompletion() {
  std::string out = R"(#compdef nodeheap
# zsh completion for nodeheap; made by: nodeheap completion zsh
_nodeheap() {
  local -a commands
  commands=(
)";
  for (const QueryInfo* query : Queries())
    out += fmt::format("    '{}:{}'\n", query->name, ZshText(query->summary));
  for (const ExtraCommand& extra : ExtraCommands())
    out += fmt::format("    '{}:{}'\n", extra.name, ZshText(extra.summary));
  out += R"(  )
  if ((CURRENT == 2)); then
    _describe command commands
    return
  fi
  local command=$words[2]
  shift words
  ((CURRENT--))
  case $command in
)";
  for (const QueryInfo* query : Queries()) out += ZshCommand(*query);
  for (const ExtraCommand& extra : ExtraCommands())
    if (!extra.choices.empty())
      out += fmt::format("    {}) _values shell {} ;;\n", extra.name, extra.choices);
  out += R"(    help) _describe command commands ;;
  esac
}
_nodeheap "$@"
)";
  return out;
}

}  // namespace nodeheap::cli
