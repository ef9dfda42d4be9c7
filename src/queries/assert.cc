// Rules on what dumps hold, for jobs that must fail when they are broken.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cmath>
#include <filesystem>

#include "memory/input.h"
#include "queries/evidence.h"
#include "queries/paging.h"
#include "queries/queries.h"
#include "rules/evaluate.h"

namespace nodeheap {
namespace {

using rules::Config;
using rules::Evidence;
using rules::Finding;
using rules::Quantity;
using rules::Rule;
using rules::Verdict;

constexpr Param kParams[] = {
    {.name = "rule",
     .short_name = 'r',
     .kind = ParamKind::kText,
     .repeatable = true,
     .placeholder = "RULE",
     .help = "such as 'LeakingClass.count <= 100'; may be given several times"},
    {.name = "config",
     .short_name = 'c',
     .kind = ParamKind::kText,
     .placeholder = "FILE",
     .help = "take rules and suppressions from this TOML file"},
    {.name = "baseline",
     .kind = ParamKind::kText,
     .placeholder = "FILE",
     .help = "the leaks that are known, for suspects.new: the answer of suspects as JSON"},
    {.name = "source-root",
     .kind = ParamKind::kText,
     .placeholder = "DIR",
     .help = "name source files below DIR relative to it, as a CI server does"},
    {.name = "today",
     .kind = ParamKind::kText,
     .placeholder = "DATE",
     .help = "the day on which suppressions are judged, such as 2026-12-31; without it, today"},
};

constexpr Example kExamples[] = {
    {"app.heapsnapshot --rule 'LeakingClass.count <= 100' --rule 'heap < 50 MB'",
     "exits with 1 if a rule is violated"},
    {"1.heapsnapshot 2.heapsnapshot 3.heapsnapshot --rule 'Session.count.rises < 2'",
     "of a series; rises counts the steps up"},
    {"app.heapsnapshot --rule 'suspects.new == 0' --baseline known.json",
     "no leak but those known"},
    {"app.heapsnapshot --config nodeheap.toml --format junit -o report.xml", "for a CI server"},
};

constexpr SortOption kSorts[] = {{"verdict", true, "violated first", true}};

std::unexpected<Error> Invalid(std::string message, std::string hint) {
  return std::unexpected(Error{
      .code = ErrorCode::kInvalidArgument, .message = std::move(message), .hint = std::move(hint)});
}

Result<Config> ReadConfig(const QueryInput& input) {
  Config config;
  if (const auto path = input.arguments.Text("config")) {
    NH_TRY(const Input file, Input::Open(*path, input.progress));
    NH_TRY(config, rules::ParseConfig(file.bytes(), *path));
    if (!config.baseline.empty())
      config.baseline = std::filesystem::path(*path).replace_filename(config.baseline).string();
  }
  NH_TRY(std::vector<Rule> given, rules::ParseRules(input.arguments.Text("rule").value_or("")));
  std::ranges::move(given, std::back_inserter(config.rules));
  if (const auto path = input.arguments.Text("baseline")) config.baseline = *path;
  return config;
}

// That each rule can be judged at all.
Result<void> Check(const Config& config, size_t dumps) {
  if (config.rules.empty())
    return Invalid("there is no rule to assert", "--rule RULE or --config FILE");
  for (const Rule& rule : config.rules) {
    if (rule.Dumps() <= dumps) continue;
    return Invalid(fmt::format("the rule \"{}\" needs {} dumps or more, not {}", rule.text,
                               rule.Dumps(), dumps),
                   "the earliest first");
  }
  if (config.Asks(Quantity::kNewSuspects) && config.baseline.empty())
    return Invalid("suspects.new needs to know which suspects are known", "--baseline FILE");
  return {};
}

// The one place that looks at the clock.
Result<std::chrono::year_month_day> Today(const Arguments& arguments) {
  if (const auto text = arguments.Text("today")) return rules::ParseDate(*text);
  return std::chrono::year_month_day(
      std::chrono::floor<std::chrono::days>(std::chrono::system_clock::now()));
}

size_t CountOf(const std::vector<Finding>& findings, Verdict verdict) {
  return static_cast<size_t>(std::ranges::count(findings, verdict, &Finding::verdict));
}

std::string_view ScaleName(rules::Scale scale) {
  switch (scale) {
    case rules::Scale::kCount:
      return "count";
    case rules::Scale::kBytes:
      return "bytes";
    case rules::Scale::kRatio:
      break;
  }
  return "ratio";
}

struct Place {
  Cell file;
  Cell line;
  Cell column;
};

// Takes ":12" off the end; 0 if there is none.
uint64_t TakeNumber(std::string_view& text) {
  const size_t colon = text.find_last_of(':');
  if (colon == std::string_view::npos) return 0;
  uint64_t number = 0;
  const auto [end, error] =
      std::from_chars(text.data() + colon + 1, text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return 0;
  text = text.substr(0, colon);
  return number;
}

// Of "/app/server.js:12:3"; empty where the line is not known.
Place PlaceOf(std::string_view text, std::string_view root) {
  const uint64_t column = TakeNumber(text);
  const uint64_t line = TakeNumber(text);
  if (line == 0 || column == 0) return {};
  constexpr std::string_view kScheme = "file://";
  if (text.starts_with(kScheme)) text.remove_prefix(kScheme.size());
  while (root.ends_with('/')) root.remove_suffix(1);
  if (!root.empty() && text.starts_with(root) && text.substr(root.size()).starts_with('/'))
    text.remove_prefix(root.size() + 1);
  return {std::string(text), line, column};
}

Row RowOf(const Finding& finding, std::string_view root) {
  const bool finite = finding.value && std::isfinite(*finding.value);
  Place place = PlaceOf(finding.place, root);
  return {std::string(Name(finding.verdict)),
          finding.rule->name,
          finding.rule->text,
          finding.subject,
          finite ? Cell{*finding.value} : Cell{},
          finding.rule->limit,
          std::string(ScaleName(finding.rule->scale())),
          finding.message,
          finding.detail,
          std::move(place.file),
          std::move(place.line),
          std::move(place.column)};
}

Table FindingsTable(const std::vector<Finding>& findings, const Arguments& arguments) {
  Table table{.name = "findings",
              .title = fmt::format(
                  "{} violated, {} passed, {} suppressed, {} not measured",
                  CountOf(findings, Verdict::kViolated), CountOf(findings, Verdict::kPassed),
                  CountOf(findings, Verdict::kSuppressed), CountOf(findings, Verdict::kUnmeasured)),
              .fields = {{"verdict", "Verdict"},
                         {"rule", "Rule"},
                         {"text", "Text", Unit::kText, Placement::kMachineOnly},
                         {"subject", "Subject", Unit::kText, Placement::kMachineOnly},
                         {"value", "Value", Unit::kNumber, Placement::kMachineOnly},
                         {"limit", "Limit", Unit::kNumber, Placement::kMachineOnly},
                         {"scale", "Scale", Unit::kText, Placement::kMachineOnly},
                         {.key = "message", .title = "Finding", .whole = true},
                         {"detail", "", Unit::kText, Placement::kOwnLine},
                         {"file", "File", Unit::kText, Placement::kMachineOnly},
                         {"line", "Line", Unit::kCount, Placement::kMachineOnly},
                         {"column", "Column", Unit::kCount, Placement::kMachineOnly}}};
  const std::string root = arguments.Text("source-root").value_or("");
  for (const Finding& finding : findings) table.rows.push_back(RowOf(finding, root));
  CutRows(table, arguments.paging());
  return table;
}

void AddNotes(const Config& config, const std::vector<Finding>& findings,
              std::chrono::year_month_day today, Report& report) {
  for (const rules::Suppression& suppression : config.suppressions) {
    if (suppression.Expired(today))
      report.notes.push_back(fmt::format("The suppression of the rule \"{}\" ended on {}.",
                                         suppression.rule, rules::DateText(*suppression.until)));
  }
  for (const Finding& finding : findings) {
    if (finding.verdict == Verdict::kUnmeasured)
      report.health.Add({.severity = Severity::kDataLoss,
                         .code = "rule_not_measured",
                         .detail = finding.message + ", so the rule was not judged"});
  }
}

// Names that a mistyped class could mean.
void Suggest(const Evidence& evidence, std::vector<Finding>& findings) {
  std::vector<std::string_view> names;
  for (const ClassSeries& series : evidence.classes) names.push_back(series.name);
  for (Finding& finding : findings) {
    if (finding.verdict != Verdict::kUnmeasured || !finding.rule->of_class()) continue;
    const std::string similar = nodeheap::Suggest(finding.rule->class_pattern, names);
    finding.detail = similar.empty() ? "if that is fine, add: or absent"
                                     : fmt::format("did you mean {}?", similar);
  }
}

Result<Report> Run(const QueryInput& input) {
  NH_TRY(const Config config, ReadConfig(input));
  NH_CHECK(Check(config, input.later.size() + 1));
  NH_TRY(const std::chrono::year_month_day today, Today(input.arguments));
  Report report;
  NH_TRY(const Evidence evidence, GatherEvidence(input, config, report));
  std::vector<Finding> findings = rules::Evaluate(config, evidence, today);
  Suggest(evidence, findings);
  std::ranges::stable_sort(findings, {}, [](const Finding& finding) {
    return finding.verdict == Verdict::kViolated     ? 0
           : finding.verdict == Verdict::kUnmeasured ? 1
                                                     : 2;
  });
  AddNotes(config, findings, today, report);
  report.findings = CountOf(findings, Verdict::kViolated) != 0;
  report.tables.push_back(FindingsTable(findings, input.arguments));
  return report;
}

}  // namespace

constinit const QueryInfo kAssert = {
    .name = "assert",
    .summary = "hold dumps to rules, for CI: exits with 1 if one is violated",
    .description =
        "Judges the last dump, or what changed over a series of dumps, the earliest first. A rule "
        "is a subject, a comparison and a limit. Subjects: CLASS.count, CLASS.self and "
        "CLASS.retained, where CLASS may hold *; heap, nodes and, of cores, written and rss; "
        "suspects, and "
        "suspects.new that "
        "a baseline does not have. .growth (the last less the first), .ratio (the last by the "
        "first) and .rises (steps up from dump to dump; < 3 of 4 is about the last four steps) "
        "make a subject one of the series. Sizes may have units: 50 MB, 64 MiB. A class that no "
        "dump has leaves its rule unjudged, which exits with 4, unless the rule ends in: or "
        "absent.",
    .params = kParams,
    .examples = kExamples,
    .sorts = kSorts,
    .series = true,
    .run = &Run,
};

}  // namespace nodeheap
