// Help, shell completion and the manual, all made from the declarations of the queries.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "nodeheap/query.h"

namespace nodeheap::cli {

// Options that every query takes. "value" is empty for flags.
struct CommonOption {
  std::string_view name;  // "--format"
  char short_name;        // 'o', or 0
  std::string_view value;
  std::string_view help;
  std::string_view choices;  // separated by blanks; empty: anything
};
std::span<const CommonOption> CommonOptions();

// What is no query.
struct ExtraCommand {
  std::string_view name;
  std::string_view arguments;
  std::string_view summary;
  std::string_view choices;
};
std::span<const ExtraCommand> ExtraCommands();

// The exit codes and what they mean, a line each.
struct ExitMeaning {
  int code;
  std::string_view meaning;
};
std::span<const ExitMeaning> ExitMeanings();

// "retained_size (default), name"
std::string SortKeysHelp(const QueryInfo& query);
// A parameter's help with its default.
std::string ParamHelp(const Param& param);

// "DUMP" or "BEFORE AFTER", then the positional parameters: "DUMP [NODE]".
std::string PositionalUsage(const QueryInfo& query);
// "-d, --depth N"
std::string OptionUsage(const Param& param);

std::string Overview();
std::string HelpFor(const QueryInfo& query);
std::string HelpFor(const ExtraCommand& extra);
std::string BashCompletion();
std::string ZshCompletion();
std::string Manual();

}  // namespace nodeheap::cli
