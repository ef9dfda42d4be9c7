#include <fmt/format.h>

#include "cli/documents.h"
#include "nodeheap/version.h"

namespace nodeheap::cli {
namespace {

// Text as roff shows it: no escapes, no requests, hyphens that can be copied.
std::string Roff(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const bool starts_line = out.empty() || out.back() == '\n';
    if (starts_line && (c == '.' || c == '\'')) out += "\\&";
    if (c == '\\') {
      out += "\\e";
    } else if (c == '-') {
      out += "\\-";
    } else {
      out += c;
    }
  }
  return out;
}

std::string Tagged(std::string_view tag, std::string_view text) {
  return fmt::format(".TP\n\\fB{}\\fR\n{}\n", Roff(tag), Roff(text));
}

std::string Trimmed(const std::string& text) {
  const size_t start = text.find_first_not_of(' ');
  return start == std::string::npos ? std::string() : text.substr(start);
}

std::string Aliases(const QueryInfo& query) {
  std::string text;
  for (const std::string_view alias : query.aliases)
    text += fmt::format("{}\\fB{}\\fR", text.empty() ? "" : ", ", Roff(alias));
  return text.empty() ? text : fmt::format(".PP\nAlso called {}.\n", text);
}

std::string CommandSection(const QueryInfo& query) {
  std::string out = fmt::format(".SS \"nodeheap {} {}\"\n{}\n", Roff(query.name),
                                Roff(PositionalUsage(query)), Roff(query.description));
  out += Aliases(query);
  for (const Param& param : query.params)
    out += Tagged(param.positional ? std::string(param.placeholder) : Trimmed(OptionUsage(param)),
                  ParamHelp(param));
  out += fmt::format(".PP\nSort keys: {}.\n", Roff(SortKeysHelp(query)));
  for (const Example& example : query.examples)
    out += fmt::format(".PP\n{}:\n.PP\n.nf\n.RS 4\nnodeheap {} {}\n.RE\n.fi\n", Roff(example.what),
                       Roff(query.name), Roff(example.arguments));
  return out;
}

std::string CommonSection() {
  std::string out = ".SH OPTIONS\nEvery command takes these.\n";
  for (const CommonOption& option : CommonOptions()) {
    std::string tag = option.short_name == 0 ? "" : fmt::format("-{}, ", option.short_name);
    tag += option.name;
    if (!option.value.empty()) tag += fmt::format(" {}", option.value);
    out += Tagged(tag, option.help);
  }
  out += ".PP\nThese, too; where a command lists them, they are as it says.\n";
  for (const Param& param : PagingParams()) out += Tagged(Trimmed(OptionUsage(param)), param.help);
  return out;
}

}  // namespace

std::string Manual() {
  std::string out = fmt::format(
      ".TH NODEHEAP 1 \"\" \"nodeheap {}\" \"User Commands\"\n"
      ".SH NAME\nnodeheap \\- what is in the memory of a Node.js process\n"
      ".SH SYNOPSIS\n\\fBnodeheap\\fR \\fICOMMAND\\fR \\fIDUMP\\fR [\\fIARGUMENTS\\fR] "
      "[\\fIOPTIONS\\fR]\n"
      ".SH DESCRIPTION\nReads a heap snapshot of Node.js (.heapsnapshot, also compressed with gzip "
      "or "
      "zstd, \\- for standard input) and answers questions about it.\n"
      "\\fBnodeheap analyze\\fR is the place to start.\n.SH COMMANDS\n",
      kVersion);
  for (const QueryInfo* query : Queries()) out += CommandSection(*query);
  for (const ExtraCommand& extra : ExtraCommands())
    out += fmt::format(".SS \"nodeheap {} {}\"\n{}\n", Roff(extra.name), Roff(extra.arguments),
                       Roff(extra.summary));
  out += CommonSection() + ".SH \"EXIT STATUS\"\n";
  for (const ExitMeaning& exit : ExitMeanings())
    out += Tagged(fmt::format("{}", exit.code), exit.meaning);
  return out + ".SH ENVIRONMENT\n" +
         Tagged("NO_COLOR", "if set and not empty, text has no colour unless --color says so") +
         Tagged(
             "TERM",
             "if \"dumb\", text has no colour unless --color says so, and no progress is shown") +
         Tagged("COLUMNS", "width of text that is not written to a terminal");
}

}  // namespace nodeheap::cli
