#include "rules/config.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <initializer_list>

#define TOML_EXCEPTIONS 0
#define TOML_HEADER_ONLY 1
#include <toml++/toml.h>

namespace nodeheap::rules {
namespace {

std::chrono::year_month_day DateOf(const toml::date& date) {
  return {std::chrono::year(date.year), std::chrono::month(date.month), std::chrono::day(date.day)};
}

class Reader {
 public:
  explicit Reader(std::string_view file) : file_(file) {}

  Result<Config> Read(std::string_view text) const {
    const toml::parse_result parsed = toml::parse(text, file_);
    if (!parsed) return At(parsed.error().source(), std::string(parsed.error().description()));
    const toml::table& top = parsed.table();
    NH_CHECK(CheckKeys(top, {"baseline", "rules", "suppress"}));
    Config config;
    NH_CHECK(ReadText(top, "baseline", config.baseline));
    NH_CHECK(ReadRules(top["rules"], config));
    NH_CHECK(ReadSuppressions(top["suppress"], config));
    return config;
  }

 private:
  std::unexpected<Error> At(const toml::source_region& place, std::string message) const {
    return std::unexpected(Error{.code = ErrorCode::kInvalidArgument,
                                 .message = fmt::format("line {}: {}", place.begin.line, message),
                                 .file = file_});
  }

  // A key that is mistyped must not go unnoticed.
  Result<void> CheckKeys(const toml::table& table,
                         std::initializer_list<std::string_view> known) const {
    for (const auto& [key, value] : table) {
      if (std::ranges::find(known, key.str()) == known.end())
        return At(key.source(), fmt::format("\"{}\" is not known here; there are {}", key.str(),
                                            fmt::join(known, ", ")));
    }
    return {};
  }

  Result<void> ReadText(const toml::table& table, std::string_view key, std::string& text) const {
    const toml::node* node = table.get(key);
    if (node == nullptr) return {};
    if (!node->is_string()) return At(node->source(), fmt::format("{} must be a text", key));
    text = node->ref<std::string>();
    return {};
  }

  Result<void> ReadRules(toml::node_view<const toml::node> node, Config& config) const {
    if (!node) return {};
    const toml::table* table = node.as_table();
    if (table == nullptr) return At(node.node()->source(), "rules must be a table: [rules]");
    std::vector<std::pair<toml::source_index, Rule>> found;
    for (const auto& [name, value] : *table) {
      const auto text = value.value<std::string>();
      if (!text) return At(value.source(), "a rule must be a text");
      Result<Rule> rule = ParseRule(*text);
      if (!rule) return At(value.source(), Describe(rule.error()));
      rule->name = name.str();
      found.emplace_back(value.source().begin.line, *std::move(rule));
    }
    // toml++ orders keys by name.
    std::ranges::stable_sort(found, {}, [](const auto& entry) { return entry.first; });
    for (auto& [line, rule] : found) config.rules.push_back(std::move(rule));
    return {};
  }

  Result<void> ReadSuppressions(toml::node_view<const toml::node> node, Config& config) const {
    if (!node) return {};
    const toml::array* list = node.as_array();
    const std::string_view wanted = "suppressions must be tables: [[suppress]]";
    if (list == nullptr) return At(node.node()->source(), std::string(wanted));
    for (const toml::node& item : *list) {
      const toml::table* table = item.as_table();
      if (table == nullptr) return At(item.source(), std::string(wanted));
      NH_TRY(config.suppressions.emplace_back(), ReadSuppression(*table));
    }
    return {};
  }

  Result<Suppression> ReadSuppression(const toml::table& table) const {
    NH_CHECK(CheckKeys(table, {"rule", "subject", "reason", "until"}));
    Suppression suppression;
    NH_CHECK(ReadText(table, "rule", suppression.rule));
    NH_CHECK(ReadText(table, "subject", suppression.subject));
    NH_CHECK(ReadText(table, "reason", suppression.reason));
    if (suppression.rule.empty()) return At(table.source(), "a suppression must name its rule");
    if (const toml::node* until = table.get("until")) {
      const auto date = until->value<toml::date>();
      if (!date) return At(until->source(), "until must be a date such as 2026-12-31, unquoted");
      suppression.until = DateOf(*date);
    }
    return suppression;
  }

  std::string file_;
};

// Suppressions of what is not there are mistakes.
Result<void> CheckSuppressions(const Config& config, std::string_view file) {
  for (const Suppression& suppression : config.suppressions) {
    if (std::ranges::find(config.rules, suppression.rule, &Rule::name) != config.rules.end())
      continue;
    return std::unexpected(Error{
        .code = ErrorCode::kInvalidArgument,
        .message =
            fmt::format("it suppresses the rule \"{}\", which it does not have", suppression.rule),
        .file = std::string(file)});
  }
  return {};
}

}  // namespace

Result<Config> ParseConfig(std::string_view text, std::string_view file) {
  NH_TRY(Config config, Reader(file).Read(text));
  NH_CHECK(CheckSuppressions(config, file));
  return config;
}

Result<std::chrono::year_month_day> ParseDate(std::string_view text) {
  const auto number = [&](size_t at, size_t length) {
    unsigned value = 0;
    const char* const begin = text.data() + at;
    const auto [end, error] = std::from_chars(begin, begin + length, value);
    return error == std::errc() && end == begin + length ? value : 0;
  };
  if (text.size() == 10 && text[4] == '-' && text[7] == '-') {
    const std::chrono::year_month_day date(std::chrono::year(static_cast<int>(number(0, 4))),
                                           std::chrono::month(number(5, 2)),
                                           std::chrono::day(number(8, 2)));
    if (date.ok()) return date;
  }
  return std::unexpected(Error{.code = ErrorCode::kInvalidArgument,
                               .message = fmt::format("\"{}\" is no date", text),
                               .hint = "such as 2026-12-31"});
}

std::string DateText(std::chrono::year_month_day date) {
  return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
}

}  // namespace nodeheap::rules
