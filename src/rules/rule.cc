#include "rules/rule.h"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <cmath>
#include <span>
#include <utility>

namespace nodeheap::rules {
namespace {

constexpr std::string_view kOperatorCharacters = "<>=!";
constexpr std::string_view kBlanks = " \t\r";

template <typename T>
struct Named {
  std::string_view name;
  T value;
};

constexpr auto kComparisons = std::to_array<Named<Comparison>>({
    {"<=", Comparison::kAtMost},
    {">=", Comparison::kAtLeast},
    {"==", Comparison::kEqual},
    {"!=", Comparison::kNotEqual},
    {"<", Comparison::kLess},
    {">", Comparison::kGreater},
});

constexpr auto kAspects = std::to_array<Named<Aspect>>({
    {".growth", Aspect::kGrowth},
    {".ratio", Aspect::kRatio},
    {".rises", Aspect::kRises},
});

constexpr auto kClassQuantities = std::to_array<Named<Quantity>>({
    {".count", Quantity::kCount},
    {".self", Quantity::kSelf},
    {".retained", Quantity::kRetained},
});

constexpr auto kDumpQuantities = std::to_array<Named<Quantity>>({
    {"heap", Quantity::kHeap},
    {"nodes", Quantity::kNodes},
    {"written", Quantity::kWritten},
    {"rss", Quantity::kRss},
    {"suspects", Quantity::kSuspects},
    {"suspects.new", Quantity::kNewSuspects},
});

constexpr auto kByteUnits = std::to_array<Named<double>>({
    {"", 1},
    {"B", 1},
    {"kB", 1e3},
    {"MB", 1e6},
    {"GB", 1e9},
    {"KiB", 1024.0},
    {"MiB", 1024.0 * 1024},
    {"GiB", 1024.0 * 1024 * 1024},
});
constexpr auto kRatioUnits = std::to_array<Named<double>>({{"", 1}, {"%", 0.01}});
constexpr auto kCountUnits = std::to_array<Named<double>>({{"", 1}});

std::span<const Named<double>> UnitsOf(Scale scale) {
  switch (scale) {
    case Scale::kBytes:
      return kByteUnits;
    case Scale::kRatio:
      return kRatioUnits;
    case Scale::kCount:
      break;
  }
  return kCountUnits;
}

std::string_view Trimmed(std::string_view text) {
  const size_t begin = text.find_first_not_of(kBlanks);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kBlanks) - begin + 1);
}

// Takes `end` off the end of `text`.
bool TakeEnd(std::string_view& text, std::string_view end) {
  if (!text.ends_with(end)) return false;
  text = Trimmed(text.substr(0, text.size() - end.size()));
  return true;
}

std::unexpected<Error> Invalid(std::string_view rule, std::string why, std::string hint) {
  return std::unexpected(Error{.code = ErrorCode::kInvalidArgument,
                               .message = fmt::format("the rule \"{}\" {}", rule, why),
                               .hint = std::move(hint)});
}

class Parser {
 public:
  explicit Parser(std::string_view text) : text_(Trimmed(text)) {}

  // Names of classes may hold nearly all characters; what follows the operator does not.
  Result<Rule> Parse() {
    const size_t last = text_.find_last_of(kOperatorCharacters);
    if (last == std::string_view::npos)
      return Invalid(text_, "compares nothing", "such as LeakingClass.count <= 100");
    const size_t before = text_.find_last_not_of(kOperatorCharacters, last);
    const size_t begin = before == std::string_view::npos ? 0 : before + 1;
    rule_.name = text_;
    rule_.text = text_;
    NH_CHECK(ParseComparison(text_.substr(begin, last + 1 - begin)));
    NH_CHECK(ParseSubject(Trimmed(text_.substr(0, begin))));
    NH_CHECK(ParseLimit(Trimmed(text_.substr(last + 1))));
    return rule_;
  }

 private:
  Result<void> ParseComparison(std::string_view sign) {
    for (const auto& [name, value] : kComparisons) {
      if (sign != name) continue;
      rule_.comparison = value;
      return {};
    }
    return Invalid(text_, fmt::format("compares by \"{}\"", sign), "use <=, <, >=, >, == or !=");
  }

  Result<void> ParseSubject(std::string_view subject) {
    rule_.subject = subject;
    for (const auto& [name, value] : kAspects) {
      if (!TakeEnd(subject, name)) continue;
      rule_.aspect = value;
      break;
    }
    for (const auto& [name, value] : kDumpQuantities) {
      if (subject != name) continue;
      rule_.quantity = value;
      return CheckAspect();
    }
    for (const auto& [name, value] : kClassQuantities) {
      if (!TakeEnd(subject, name) || subject.empty()) continue;
      rule_.quantity = value;
      rule_.class_pattern = subject;
      return {};
    }
    return Invalid(
        text_, "measures nothing that is known",
        "CLASS.count, CLASS.self, CLASS.retained, heap, nodes, written, rss, suspects or "
        "suspects.new, each but the last three also with .growth, .ratio or .rises");
  }

  // Suspects are found in the last dump only, and of the RSS only limits are known.
  Result<void> CheckAspect() const {
    if (rule_.quantity < Quantity::kRss || rule_.aspect == Aspect::kLast) return {};
    if (rule_.quantity == Quantity::kRss)
      return Invalid(text_, "compares what no dump tells exactly", "written can be compared");
    return Invalid(text_, "compares suspects between dumps", "suspects.new does, with a baseline");
  }

  Result<void> ParseLimit(std::string_view limit) {
    rule_.or_absent = TakeEnd(limit, "or absent");
    if (rule_.or_absent && !rule_.of_class())
      return Invalid(text_, "is about no class that could be absent", "leave out \"or absent\"");
    if (rule_.aspect == Aspect::kRises) {
      NH_TRY(limit, WithoutSteps(limit));
    }
    double number = 0;
    const auto [end, error] = std::from_chars(limit.data(), limit.data() + limit.size(), number);
    const std::string_view unit =
        Trimmed({end, static_cast<size_t>(limit.data() + limit.size() - end)});
    for (const auto& [name, factor] : UnitsOf(rule_.scale())) {
      if (error != std::errc() || !std::isfinite(number) || unit != name) continue;
      rule_.limit = number * factor;
      return {};
    }
    std::string units;
    for (const auto& known : UnitsOf(rule_.scale()))
      if (!known.name.empty()) units += fmt::format("{}{}", units.empty() ? "" : ", ", known.name);
    return Invalid(text_, fmt::format("has no limit: \"{}\"", limit),
                   units.empty() ? "a number" : fmt::format("a number, perhaps with {}", units));
  }

  // "3 of 4"
  Result<std::string_view> WithoutSteps(std::string_view limit) {
    const size_t of = limit.find(" of ");
    if (of == std::string_view::npos) return limit;
    const std::string_view digits = Trimmed(limit.substr(of + 4));
    uint32_t steps = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), steps);
    if (error != std::errc() || end != digits.data() + digits.size() || steps == 0)
      return Invalid(text_, fmt::format("counts rises of \"{}\" steps", digits), "such as 3 of 4");
    rule_.steps = steps;
    return Trimmed(limit.substr(0, of));
  }

  std::string_view text_;
  Rule rule_;
};

}  // namespace

Scale Rule::scale() const {
  if (aspect == Aspect::kRatio) return Scale::kRatio;
  return IsBytes(quantity) && aspect != Aspect::kRises ? Scale::kBytes : Scale::kCount;
}

bool Rule::Holds(double value) const {
  switch (comparison) {
    case Comparison::kLess:
      return value < limit;
    case Comparison::kAtMost:
      return value <= limit;
    case Comparison::kGreater:
      return value > limit;
    case Comparison::kAtLeast:
      return value >= limit;
    case Comparison::kEqual:
      return value == limit;
    case Comparison::kNotEqual:
      return value != limit;
  }
  return false;
}

size_t Rule::Dumps() const {
  if (aspect == Aspect::kLast) return 1;
  return size_t{steps.value_or(1)} + 1;
}

Result<Rule> ParseRule(std::string_view text) { return Parser(text).Parse(); }

Result<std::vector<Rule>> ParseRules(std::string_view lines) {
  std::vector<Rule> rules;
  while (!lines.empty()) {
    const size_t end = std::min(lines.find('\n'), lines.size());
    const std::string_view line = lines.substr(0, end);
    lines.remove_prefix(std::min(end + 1, lines.size()));
    if (Trimmed(line).empty()) continue;
    NH_TRY(rules.emplace_back(), ParseRule(line));
  }
  return rules;
}

bool MatchesGlob(std::string_view text, std::string_view pattern) {
  size_t t = 0;
  size_t p = 0;
  size_t star = std::string_view::npos;  // the last in the pattern
  size_t retry = 0;                      // where the text ends that it stands for
  while (t < text.size() || p < pattern.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      retry = t;
      continue;
    }
    const size_t at = pattern.substr(p).starts_with("\\*") ? p + 1 : p;
    if (t < text.size() && at < pattern.size() && pattern[at] == text[t]) {
      ++t;
      p = at + 1;
      continue;
    }
    if (star == std::string_view::npos || retry >= text.size()) return false;
    p = star + 1;
    t = ++retry;
  }
  return true;
}

}  // namespace nodeheap::rules
