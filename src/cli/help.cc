#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "cli/documents.h"

namespace nodeheap::cli {
namespace {

constexpr size_t kWidth = 96;

constexpr auto kCommonOptions = std::to_array<CommonOption>({
    {"--format", 'F', "FORMAT",
     "text (default), json, ndjson, csv, md, comment or llnode; for diff also memwatch; for assert "
     "also junit, github, sarif or gitlab",
     "text json ndjson csv md comment llnode memwatch junit github sarif gitlab"},
    {"--output", 'o', "FILE", "write to FILE, which must not exist", ""},
    {"--also", 0, "FORMAT=FILE",
     "write the answer in another format too; may be given several times", ""},
    {"--force", 0, "", "let --output and --also replace FILE", ""},
    {"--partial", 0, "", "accept a dump that ends early; exits with 4", ""},
    {"--exe", 0, "FILE", "of a core: the executable that ran; without it, where the core says", ""},
    {"--source-map", 0, "DIR", "tell places in the sources that the source maps in DIR name", ""},
    {"--isolate", 0, "N", "of a core: only the heap of the main isolate (0) or of a worker (1 …)",
     ""},
    {"--threads", 0, "N", "use N threads (default: one per processor)", ""},
    {"--color", 0, "WHEN", "colour text: auto (default), always or never", "auto always never"},
    {"--quiet", 'q', "", "no progress and no notes on standard error", ""},
    {"--help", 'h', "", "show help", ""},
});

constexpr std::array<ExtraCommand, 5> kExtraCommands = {{
    {"help", "[COMMAND]", "show help, of a command with examples", ""},
    {"completion", "bash|zsh", "print a completion script for a shell", "bash zsh"},
    {"man", "", "print the manual page (roff)", ""},
    {"layout", "extract NODE…",
     "print how builds of Node lay out their objects, for nodeheap's tables", "extract"},
    {"lldb", "install|uninstall|CORE [--exe FILE]",
     "load the plugin in every LLDB, or no longer, or open a core in LLDB", "install uninstall"},
}};

constexpr std::array<ExitMeaning, 6> kExitMeanings = {{
    {0, "the question was answered"},
    {1, "a verdict: a rule is violated, or texts remain"},
    {2, "the command line makes no sense, or names what the dump does not have"},
    {3, "the dump cannot be read, or the answer cannot be written"},
    {4,
     "the dump is incomplete, and so is the answer (only with --partial); or a rule could not be "
     "judged"},
    {130, "interrupted"},
}};

constexpr size_t kCommandColumn = 16;
constexpr size_t kOptionColumn = 24;

// `text` in lines that fit, each after `indent` blanks.
std::string Paragraph(std::string_view text, size_t indent) {
  const std::string margin(indent, ' ');
  std::string out = margin;
  size_t column = indent;
  for (size_t at = 0; at < text.size();) {
    const size_t end = std::min(text.find(' ', at), text.size());
    if (column + end - at >= kWidth) {
      if (out.back() == ' ') out.pop_back();
      out += '\n' + margin;
      column = indent;
    }
    out += std::string(text.substr(at, end - at)) + ' ';
    column += end - at + 1;
    at = end + 1;
  }
  out.pop_back();
  return out + '\n';
}

// Two columns: the first is `width` wide, the second is wrapped.
std::string Item(std::string_view left, std::string_view right, size_t width) {
  const std::string text = Paragraph(right, width + 4);
  if (left.size() > width) return fmt::format("  {}\n{}", left, text);
  return fmt::format("  {:{}}{}", left, width + 2, text.substr(width + 4));
}

std::string CommonUsage(const CommonOption& option) {
  const std::string value = option.value.empty() ? "" : fmt::format(" {}", option.value);
  if (option.short_name == 0) return fmt::format("    {}{}", option.name, value);
  return fmt::format("-{}, {}{}", option.short_name, option.name, value);
}

std::string CommonHelp() {
  std::string text;
  for (const CommonOption& option : kCommonOptions)
    text += Item(CommonUsage(option), option.help, kOptionColumn);
  return text;
}

std::string Aliases(const QueryInfo& query) {
  std::string text;
  for (const std::string_view alias : query.aliases)
    text += (text.empty() ? "Also called: " : ", ") + std::string(alias);
  return text.empty() ? text : text + '\n';
}

}  // namespace

std::span<const CommonOption> CommonOptions() { return kCommonOptions; }
std::span<const ExtraCommand> ExtraCommands() { return kExtraCommands; }
std::span<const ExitMeaning> ExitMeanings() { return kExitMeanings; }

std::string PositionalUsage(const QueryInfo& query) {
  std::string text = "DUMP";
  if (query.series) {
    text = "DUMP…";
  } else if (query.dumps == 2) {
    text = fmt::format("{}", fmt::join(query.dump_names, " "));
  }
  for (const Param& param : query.params) {
    if (param.positional)
      text += fmt::format(" {}{}{}", param.required ? "" : "[", param.placeholder,
                          param.required ? "" : "]");
  }
  return text;
}

std::string OptionUsage(const Param& param) {
  const std::string value = param.placeholder.empty() ? "" : fmt::format(" {}", param.placeholder);
  if (param.short_name == 0) return fmt::format("    --{}{}", param.name, value);
  return fmt::format("-{}, --{}{}", param.short_name, param.name, value);
}

std::string ParamHelp(const Param& param) {
  std::string text(param.help);
  if (!param.default_value.empty() && param.default_value != "0")
    text += fmt::format(" (default {})", param.default_value);
  return text;
}

std::string SortKeysHelp(const QueryInfo& query) {
  std::string text;
  for (const SortOption& sort : query.sorts) {
    text += (text.empty() ? "" : ", ") + std::string(sort.key);
    const bool is_default = &sort == &query.sorts.front();
    if (is_default || !sort.note.empty())
      text += fmt::format(" ({}{}{})", is_default ? "default" : "",
                          is_default && !sort.note.empty() ? ", " : "", sort.note);
  }
  return text;
}

std::string Overview() {
  std::string text =
      "nodeheap: what is in the memory of a Node.js process, from a heap snapshot\n\n"
      "Usage: nodeheap COMMAND DUMP [ARGUMENTS] [OPTIONS]\n\n"
      "  nodeheap analyze app.heapsnapshot       start here\n\n"
      "DUMP is a .heapsnapshot, also compressed with gzip or zstd; - reads standard input.\n\n"
      "Commands:\n";
  for (const QueryInfo* query : Queries())
    text += Item(query->name, query->summary, kCommandColumn);
  for (const ExtraCommand& extra : kExtraCommands)
    text += Item(extra.name, extra.summary, kCommandColumn);
  text += "\nOptions of every command:\n" + CommonHelp();
  text += Item("    --version", "show the version", kOptionColumn);
  text += "\nExit codes:\n";
  for (const ExitMeaning& exit : kExitMeanings)
    text += Item(fmt::format("{}", exit.code), exit.meaning, 4);
  return text + "\nnodeheap help COMMAND shows a command's parameters, with examples.\n";
}

std::string HelpFor(const QueryInfo& query) {
  std::string text = fmt::format("nodeheap {}: {}\n\nUsage: nodeheap {} {} [OPTIONS]\n", query.name,
                                 query.summary, query.name, PositionalUsage(query));
  text += Aliases(query) + '\n' + Paragraph(query.description, 0);
  std::string positionals;
  std::string options;
  for (const Param& param : AllParams(query)) {
    if (param.positional) {
      positionals += Item(param.placeholder, ParamHelp(param), kOptionColumn);
    } else {
      options += Item(OptionUsage(param), ParamHelp(param), kOptionColumn);
    }
  }
  if (!positionals.empty()) text += "\nArguments:\n" + positionals;
  if (!options.empty()) text += "\nOptions:\n" + options;
  text += '\n' + Paragraph("Sort keys: " + SortKeysHelp(query), 2);
  text += "\nOptions of every command:\n" + CommonHelp() + "\nExamples:\n";
  for (const Example& example : query.examples)
    text +=
        fmt::format("  nodeheap {} {}\n      {}\n", query.name, example.arguments, example.what);
  return text;
}

std::string HelpFor(const ExtraCommand& extra) {
  return fmt::format("nodeheap {}: {}\n\nUsage: nodeheap {}{}{}\n", extra.name, extra.summary,
                     extra.name, extra.arguments.empty() ? "" : " ", extra.arguments);
}

}  // namespace nodeheap::cli
