#include "rules/evaluate.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <span>

#include "base/text.h"

namespace nodeheap::rules {
namespace {

std::string ValueText(double value, Scale scale) {
  if (scale == Scale::kRatio)
    return std::isfinite(value) ? fmt::format("{:.3f}", value) : "without bounds";
  const std::string_view sign = value < 0 ? "−" : "";
  const auto size = static_cast<uint64_t>(std::abs(value));
  return fmt::format("{}{}", sign, scale == Scale::kBytes ? HumanSize(size) : WithThousands(size));
}

double Rises(std::span<const double> values) {
  double rises = 0;
  for (size_t i = 1; i < values.size(); ++i)
    if (values[i] > values[i - 1]) ++rises;
  return rises;
}

// What has come of nothing has grown without bounds.
double Ratio(double first, double last) {
  if (first != 0) return last / first;
  return last == 0 ? 1 : std::numeric_limits<double>::infinity();
}

double ValueOf(const Rule& rule, std::span<const double> values) {
  switch (rule.aspect) {
    case Aspect::kLast:
      return values.back();
    case Aspect::kGrowth:
      return values.back() - values.front();
    case Aspect::kRatio:
      return Ratio(values.front(), values.back());
    case Aspect::kRises:
      return Rises(rule.steps ? values.last(*rule.steps + size_t{1}) : values);
  }
  return 0;
}

std::vector<double> ValuesOf(const Rule& rule, const ClassSeries& series) {
  std::vector<double> values;
  for (const ClassSums& sums : series.sums) {
    values.push_back(static_cast<double>(rule.quantity == Quantity::kCount  ? sums.instances
                                         : rule.quantity == Quantity::kSelf ? sums.self_size
                                                                            : sums.retained_size));
  }
  return values;
}

// "<= 100", as the user wrote it
std::string_view Demand(const Rule& rule) {
  const std::string_view text = rule.text;
  return text.substr(text.find_first_not_of(' ', rule.subject.size()));
}

Finding Judged(const Rule& rule, std::string subject, const std::string& what,
               std::span<const double> values) {
  const double value = ValueOf(rule, values);
  Finding finding{.verdict = rule.Holds(value) ? Verdict::kPassed : Verdict::kViolated,
                  .rule = &rule,
                  .subject = std::move(subject),
                  .value = value};
  finding.message =
      fmt::format("{} is {}; must be {}", what, ValueText(value, rule.scale()), Demand(rule));
  if (values.size() == 1) return finding;
  const Scale scale = IsBytes(rule.quantity) ? Scale::kBytes : Scale::kCount;
  finding.detail = "dump by dump:";
  for (const double each : values) finding.detail += ' ' + ValueText(each, scale) + ',';
  finding.detail.pop_back();
  return finding;
}

// A core bounds the RSS from above only: all that was written may have been swapped out.
Finding JudgedRss(const Rule& rule, double written, double most) {
  const bool holds = rule.Holds(most);
  const bool is_certain =
      rule.Holds(0) == holds && rule.Holds(std::clamp(rule.limit, 0.0, most)) == holds;
  Finding finding{.verdict = !is_certain ? Verdict::kUnmeasured
                             : holds     ? Verdict::kPassed
                                         : Verdict::kViolated,
                  .rule = &rule};
  finding.message =
      fmt::format("rss is at most {} and, if nothing was swapped out, at least {}; must be {}",
                  ValueText(most, Scale::kBytes), ValueText(written, Scale::kBytes), Demand(rule));
  if (is_certain)
    finding.value = most;
  else
    finding.detail = "a core does not tell which; a rule about written can be judged";
  return finding;
}

class Evaluator {
 public:
  Evaluator(const Config& config, const Evidence& evidence, std::chrono::year_month_day today)
      : config_(config), evidence_(evidence), today_(today) {}

  std::vector<Finding> Run() {
    for (const Rule& rule : config_.rules) {
      switch (rule.quantity) {
        case Quantity::kCount:
        case Quantity::kSelf:
        case Quantity::kRetained:
          AddClasses(rule);
          break;
        case Quantity::kHeap:
          Add(Judged(rule, {}, rule.subject, evidence_.heap));
          break;
        case Quantity::kNodes:
          Add(Judged(rule, {}, rule.subject, evidence_.nodes));
          break;
        case Quantity::kWritten:
          Add(Judged(rule, {}, rule.subject, evidence_.written));
          break;
        case Quantity::kRss:
          Add(JudgedRss(rule, evidence_.written.back(), evidence_.most_resident.back()));
          break;
        case Quantity::kSuspects:
        case Quantity::kNewSuspects:
          AddLeaks(rule);
          break;
      }
    }
    return std::move(findings_);
  }

 private:
  // The suppression that covers this, one that holds if there is any.
  const Suppression* FindSuppression(const Rule& rule, std::string_view subject) const {
    const Suppression* found = nullptr;
    for (const Suppression& suppression : config_.suppressions) {
      const bool covers =
          suppression.rule == rule.name &&
          (suppression.subject.empty() || MatchesGlob(subject, suppression.subject));
      if (covers && (found == nullptr || found->Expired(today_))) found = &suppression;
    }
    return found;
  }

  void Add(Finding finding) {
    if (finding.verdict == Verdict::kViolated) Suppress(finding);
    findings_.push_back(std::move(finding));
  }

  void Suppress(Finding& finding) const {
    const Suppression* suppression = FindSuppression(*finding.rule, finding.subject);
    if (suppression == nullptr) return;
    const bool expired = suppression->Expired(today_);
    if (!expired) finding.verdict = Verdict::kSuppressed;
    if (!finding.detail.empty()) finding.detail += "; ";
    finding.detail += expired ? "its suppression ended on " : "suppressed";
    if (suppression->until)
      finding.detail += (expired ? "" : " until ") + DateText(*suppression->until);
    if (!suppression->reason.empty()) finding.detail += ": " + suppression->reason;
  }

  void AddClasses(const Rule& rule) {
    std::vector<Finding> judged;
    for (const ClassSeries& series : evidence_.classes) {
      if (!MatchesGlob(series.name, rule.class_pattern)) continue;
      const std::string what = series.name + rule.subject.substr(rule.class_pattern.size());
      judged.push_back(Judged(rule, series.name, what, ValuesOf(rule, series)));
      const auto place = evidence_.places.find(series.name);
      if (place != evidence_.places.end()) judged.back().place = place->second;
    }
    if (judged.empty()) return Add(Absent(rule));
    const auto passed = std::ranges::partition(
        judged, [](const Finding& finding) { return finding.verdict == Verdict::kViolated; });
    const auto distance = [&](const Finding& finding) {
      return std::abs(finding.value.value_or(0) - rule.limit);
    };
    if (passed.begin() == judged.begin())
      return Add(*std::ranges::min_element(judged, {}, distance));
    judged.erase(passed.begin(), judged.end());
    std::ranges::sort(judged, std::greater<>(), distance);
    for (Finding& finding : judged) Add(std::move(finding));
  }

  // No class of the name was in any dump: perhaps it is mistyped. That is as good as none only
  // where the rule says so, or asks for none.
  static Finding Absent(const Rule& rule) {
    const bool asks_for_none = rule.aspect == Aspect::kLast && rule.Holds(0) && !rule.Holds(1);
    const bool demands_one = rule.aspect == Aspect::kLast && !rule.Holds(0);
    const Verdict verdict = demands_one                       ? Verdict::kViolated
                            : asks_for_none || rule.or_absent ? Verdict::kPassed
                                                              : Verdict::kUnmeasured;
    return {.verdict = verdict,
            .rule = &rule,
            .message = fmt::format("there is no class {}; {} must be {}", rule.class_pattern,
                                   rule.subject, Demand(rule))};
  }

  // Suppressed ones do not count.
  void AddLeaks(const Rule& rule) {
    std::vector<const Leak*> counted;
    for (const Leak& leak : evidence_.leaks) {
      if (rule.quantity == Quantity::kNewSuspects && evidence_.baseline.contains(leak.fingerprint))
        continue;
      const Suppression* suppression = FindSuppression(rule, leak.fingerprint);
      if (suppression != nullptr && !suppression->Expired(today_)) {
        Add(FindingOf(rule, leak));
      } else {
        counted.push_back(&leak);
      }
    }
    const auto count = static_cast<double>(counted.size());
    if (rule.Holds(count) || counted.empty())
      return Add(Judged(rule, {}, rule.subject, std::span(&count, 1)));
    for (const Leak* leak : counted) Add(FindingOf(rule, *leak));
  }

  static Finding FindingOf(const Rule& rule, const Leak& leak) {
    return {.verdict = Verdict::kViolated,
            .rule = &rule,
            .subject = leak.fingerprint,
            .message = leak.sentence,
            .detail = "held by: " + leak.path,
            .place = leak.place};
  }

  const Config& config_;
  const Evidence& evidence_;
  std::chrono::year_month_day today_;
  std::vector<Finding> findings_;
};

}  // namespace

std::string_view Name(Verdict verdict) {
  switch (verdict) {
    case Verdict::kPassed:
      return "passed";
    case Verdict::kViolated:
      return "violated";
    case Verdict::kSuppressed:
      return "suppressed";
    case Verdict::kUnmeasured:
      break;
  }
  return "unmeasured";
}

std::vector<Finding> Evaluate(const Config& config, const Evidence& evidence,
                              std::chrono::year_month_day today) {
  return Evaluator(config, evidence, today).Run();
}

}  // namespace nodeheap::rules
