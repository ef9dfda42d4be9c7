// The file of rules, such as nodeheap.toml. docs/ci.md describes it.
#pragma once

#include <algorithm>
#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "nodeheap/result.h"
#include "rules/rule.h"

namespace nodeheap::rules {

// What a rule finds, and shall be silent about for a time.
struct Suppression {
  std::string rule;     // its name
  std::string subject;  // the class or the fingerprint, or a glob for these; empty: all
  std::string reason;
  std::optional<std::chrono::year_month_day> until = {};  // the last day; none: for ever

  bool Expired(std::chrono::year_month_day today) const { return until && *until < today; }
};

struct Config {
  std::vector<Rule> rules;  // as they stand in the file
  std::vector<Suppression> suppressions;
  std::string baseline;  // a path, relative to the file; empty: none

  // True if a rule is about the quantity.
  bool Asks(Quantity quantity) const {
    return std::ranges::find(rules, quantity, &Rule::quantity) != rules.end();
  }
};

// `file` is for messages.
Result<Config> ParseConfig(std::string_view text, std::string_view file);

// "2026-12-31"
Result<std::chrono::year_month_day> ParseDate(std::string_view text);
std::string DateText(std::chrono::year_month_day date);

}  // namespace nodeheap::rules
