// Rules of assert: how they are read, and what they say of evidence that is written down here.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

#include "rules/baseline.h"
#include "rules/config.h"
#include "rules/evaluate.h"
#include "rules/rule.h"

namespace nodeheap::rules {
namespace {

using testing::HasSubstr;
using testing::SizeIs;

constexpr std::chrono::year_month_day kToday{std::chrono::year(2026), std::chrono::month(6),
                                             std::chrono::day(15)};

Rule Parsed(std::string_view text) { return ParseRule(text).value(); }

std::string Refusal(std::string_view text) {
  const auto rule = ParseRule(text);
  return rule ? "accepted" : Describe(rule.error());
}

// --- The grammar ---------------------------------------------------------------------------------

TEST(Rule, IsSubjectComparisonAndLimit) {
  const Rule rule = Parsed("  LeakingClass.count<=100 ");
  EXPECT_EQ(rule.name, "LeakingClass.count<=100");
  EXPECT_EQ(rule.subject, "LeakingClass.count");
  EXPECT_EQ(rule.class_pattern, "LeakingClass");
  EXPECT_EQ(rule.quantity, Quantity::kCount);
  EXPECT_EQ(rule.aspect, Aspect::kLast);
  EXPECT_EQ(rule.comparison, Comparison::kAtMost);
  EXPECT_EQ(rule.limit, 100);
  EXPECT_EQ(rule.Dumps(), 1U);
}

TEST(Rule, NamesOfClassesMayHoldAnything) {
  EXPECT_EQ(Parsed("(compiled code).self < 5").class_pattern, "(compiled code)");
  EXPECT_EQ(Parsed("system / Context.count < 5").class_pattern, "system / Context");
  EXPECT_EQ(Parsed("{a, b}.retained < 5").class_pattern, "{a, b}");
  EXPECT_EQ(Parsed("Map<string>.count > 5").class_pattern, "Map<string>");
  EXPECT_EQ(Parsed("heap.count <= 1").class_pattern, "heap");
  EXPECT_EQ(Parsed("a.ratio.count <= 1").class_pattern, "a.ratio");
}

TEST(Rule, SizesHaveUnits) {
  EXPECT_EQ(Parsed("heap <= 50 MB").limit, 50e6);
  EXPECT_EQ(Parsed("heap <= 1.5GiB").limit, 1.5 * 1024 * 1024 * 1024);
  EXPECT_EQ(Parsed("A.self.growth <= -2kB").limit, -2000);
  EXPECT_DOUBLE_EQ(Parsed("heap.ratio <= 110 %").limit, 1.1);
  EXPECT_THAT(Refusal("A.count <= 5 MB"), HasSubstr("has no limit: \"5 MB\""));
  EXPECT_THAT(Refusal("heap.ratio <= 5 MB"), HasSubstr("a number, perhaps with %"));
  EXPECT_THAT(Refusal("heap <= 5 mb"), HasSubstr("kB, MB"));
}

TEST(Rule, SeriesHaveAspects) {
  EXPECT_EQ(Parsed("A.count.growth < 5").aspect, Aspect::kGrowth);
  EXPECT_EQ(Parsed("heap.ratio < 5").Dumps(), 2U);
  const Rule rises = Parsed("A.count.rises < 3 of 4");
  EXPECT_EQ(rises.aspect, Aspect::kRises);
  EXPECT_EQ(rises.limit, 3);
  EXPECT_EQ(rises.steps, 4U);
  EXPECT_EQ(rises.Dumps(), 5U);
  EXPECT_THAT(Refusal("A.count.rises < 3 of 0"), HasSubstr("such as 3 of 4"));
  EXPECT_THAT(Refusal("A.count < 3 of 4"), HasSubstr("has no limit"));
  EXPECT_THAT(Refusal("A.count.rises < 1 of 4294967296"), HasSubstr("such as 3 of 4"));
}

TEST(Rule, RefusesWhatMakesNoSense) {
  EXPECT_THAT(Refusal(""), HasSubstr("compares nothing"));
  EXPECT_THAT(Refusal("A.count"), HasSubstr("compares nothing"));
  EXPECT_THAT(Refusal("A.count = 5"), HasSubstr("compares by \"=\""));
  EXPECT_THAT(Refusal("A.count => 5"), HasSubstr("compares by \"=>\""));
  EXPECT_THAT(Refusal("A <= 5"), HasSubstr("measures nothing that is known"));
  EXPECT_THAT(Refusal(".count <= 5"), HasSubstr("measures nothing that is known"));
  EXPECT_THAT(Refusal("<= 5"), HasSubstr("measures nothing that is known"));
  EXPECT_THAT(Refusal("A.count <= many"), HasSubstr("has no limit"));
  EXPECT_THAT(Refusal("A.count <= nan"), HasSubstr("has no limit"));
  EXPECT_THAT(Refusal("A.count <= inf"), HasSubstr("has no limit"));
  EXPECT_THAT(Refusal("A.count <="), HasSubstr("has no limit"));
  EXPECT_THAT(Refusal("heap <= 5 or absent"), HasSubstr("no class that could be absent"));
  EXPECT_THAT(Refusal("rss.growth <= 5 MB"), HasSubstr("written can be compared"));
  EXPECT_THAT(Refusal("suspects.growth <= 5"), HasSubstr("compares suspects between dumps"));
}

TEST(Rule, AreLines) {
  EXPECT_THAT(ParseRules("A.count < 1\n\n  \nB.count < 2\n").value(), SizeIs(2));
  EXPECT_THAT(ParseRules("").value(), SizeIs(0));
  EXPECT_FALSE(ParseRules("A.count < 1\nB"));
}

TEST(Glob, StarStandsForAnyText) {
  EXPECT_TRUE(MatchesGlob("LeakingClass", "LeakingClass"));
  EXPECT_TRUE(MatchesGlob("LeakingClass", "Leak*"));
  EXPECT_TRUE(MatchesGlob("LeakingClass", "*Class"));
  EXPECT_TRUE(MatchesGlob("LeakingClass", "L*k*g*s"));
  EXPECT_TRUE(MatchesGlob("", "*"));
  EXPECT_TRUE(MatchesGlob("a*b", "a\\*b"));
  EXPECT_TRUE(MatchesGlob("a\\b", "a\\b"));
  EXPECT_FALSE(MatchesGlob("axb", "a\\*b"));
  EXPECT_FALSE(MatchesGlob("LeakingClass", "Leaking"));
  EXPECT_FALSE(MatchesGlob("LeakingClass", "*x"));
  EXPECT_FALSE(MatchesGlob("", "a"));
  EXPECT_FALSE(MatchesGlob(std::string(5000, 'a'), "*a*a*a*a*a*a*b"));
}

// --- The file ------------------------------------------------------------------------------------

std::string ConfigError(std::string_view text) {
  const auto config = ParseConfig(text, "n.toml");
  return config ? "accepted" : Describe(config.error());
}

TEST(ConfigFile, HasRulesInOrderAndSuppressions) {
  const Config config = ParseConfig(R"(
baseline = "known.json"
[rules]
zebra = "Zebra.count <= 100"
"a b" = "heap < 50 MB"
[[suppress]]
rule = "zebra"
until = 2026-12-31
reason = "being fixed"
[[suppress]]
rule = "a b"
subject = "X*"
)",
                                    "n.toml")
                            .value();
  ASSERT_THAT(config.rules, SizeIs(2));
  EXPECT_EQ(config.rules[0].name, "zebra");
  EXPECT_EQ(config.rules[0].text, "Zebra.count <= 100");
  EXPECT_EQ(config.rules[1].name, "a b");
  EXPECT_EQ(config.baseline, "known.json");
  ASSERT_THAT(config.suppressions, SizeIs(2));
  EXPECT_EQ(DateText(*config.suppressions[0].until), "2026-12-31");
  EXPECT_EQ(config.suppressions[0].reason, "being fixed");
  EXPECT_EQ(config.suppressions[1].subject, "X*");
  EXPECT_FALSE(config.suppressions[1].until);
}

TEST(ConfigFile, SaysWhereItIsWrong) {
  EXPECT_THAT(ConfigError("\n[rules\n"), HasSubstr("n.toml: line "));
  EXPECT_THAT(ConfigError("\nrule = 5"), HasSubstr("line 2: \"rule\" is not known here"));
  EXPECT_THAT(ConfigError("rules = 5"), HasSubstr("must be a table"));
  EXPECT_THAT(ConfigError("[rules]\na = 5"), HasSubstr("line 2: a rule must be a text"));
  EXPECT_THAT(ConfigError("[rules]\na = \"b\""), HasSubstr("line 2: the rule \"b\""));
  EXPECT_THAT(ConfigError("[[suppress]]\n"), HasSubstr("must name its rule"));
  EXPECT_THAT(ConfigError("[[suppress]]\nrule = \"a\""), HasSubstr("which it does not have"));
  EXPECT_THAT(ConfigError("suppress = [1]"), HasSubstr("[[suppress]]"));
  EXPECT_THAT(ConfigError("[[suppress]]\nrule = \"a\"\nuntil = \"2026-12-31\""),
              HasSubstr("unquoted"));
  EXPECT_THAT(ConfigError("[[suppress]]\nrule = \"a\"\nuntill = 2026-12-31"),
              HasSubstr("\"untill\" is not known here"));
}

TEST(Dates, AreOfTheCalendar) {
  EXPECT_EQ(DateText(ParseDate("2024-02-29").value()), "2024-02-29");
  for (const std::string_view bad : {"2026-02-29", "2026-2-1", "20260201", "", "2026-13-01", "x"})
    EXPECT_FALSE(ParseDate(bad)) << bad;
}

std::string BaselineError(std::string_view json) {
  const auto baseline = ParseBaseline(json, "b.json");
  return baseline ? "accepted" : Describe(baseline.error());
}

TEST(BaselineFile, IsTheWholeAnswerOfSuspects) {
  constexpr std::string_view kTwo =
      R"({"schema": "nodeheap/1", "query": "suspects", "total": 2,
          "rows": [{"fingerprint": "a1"}, {"fingerprint": "b2"}]})";
  EXPECT_THAT(ParseBaseline(kTwo, "b.json").value(), testing::UnorderedElementsAre("a1", "b2"));
  EXPECT_THAT(BaselineError("{"), HasSubstr("not JSON"));
  EXPECT_THAT(BaselineError("[]"), HasSubstr("not the answer of suspects"));
  EXPECT_THAT(BaselineError(R"({"schema": "nodeheap/1", "query": "stats"})"),
              HasSubstr("not the answer of suspects"));
  EXPECT_THAT(BaselineError(R"({"schema": "nodeheap/1", "query": "suspects", "total": 2,
                                "rows": [{"fingerprint": "a1"}]})"),
              HasSubstr("it has 1 of 2 suspects"));
}

// --- The verdicts --------------------------------------------------------------------------------

ClassSeries Counts(std::string name, std::initializer_list<uint64_t> counts) {
  ClassSeries series{.name = std::move(name), .sums = {}};
  for (const uint64_t count : counts) series.sums.push_back({count, count * 10, count * 100});
  return series;
}

Evidence FiveDumps() {
  Evidence evidence;
  evidence.heap = {1000, 1100, 1050, 1200, 1300};
  evidence.nodes = {10, 10, 10, 10, 10};
  evidence.written = {5e6, 5e6, 5e6, 6e6, 7e6};
  evidence.most_resident = {20e6, 20e6, 20e6, 20e6, 30e6};
  evidence.classes = {Counts("Leak", {100, 200, 300, 400, 500}),
                      Counts("Noise", {100, 300, 50, 280, 120}), Counts("New", {0, 0, 0, 0, 7}),
                      Counts("Gone", {5, 0, 0, 0, 0})};
  return evidence;
}

std::vector<Finding> FindingsOf(Config& config, const Evidence& evidence, std::string_view rules) {
  config.rules = ParseRules(rules).value();
  return Evaluate(config, evidence, kToday);
}

Verdict VerdictOf(std::string_view rule) {
  Config config;
  return FindingsOf(config, FiveDumps(), rule).at(0).verdict;
}

double ValueOfRule(std::string_view rule) {
  Config config;
  return FindingsOf(config, FiveDumps(), rule).at(0).value.value();
}

TEST(Evaluate, JudgesTheLastDump) {
  EXPECT_EQ(VerdictOf("Leak.count <= 500"), Verdict::kPassed);
  EXPECT_EQ(VerdictOf("Leak.count < 500"), Verdict::kViolated);
  EXPECT_EQ(VerdictOf("Leak.count == 500"), Verdict::kPassed);
  EXPECT_EQ(VerdictOf("Leak.count != 500"), Verdict::kViolated);
  EXPECT_EQ(VerdictOf("Leak.count >= 501"), Verdict::kViolated);
  EXPECT_EQ(VerdictOf("Leak.count > 499"), Verdict::kPassed);
  EXPECT_EQ(VerdictOf("Leak.self <= 5 kB"), Verdict::kPassed);
  EXPECT_EQ(VerdictOf("Leak.retained <= 49999"), Verdict::kViolated);
  EXPECT_EQ(VerdictOf("heap <= 1299"), Verdict::kViolated);
  EXPECT_EQ(VerdictOf("nodes <= 10"), Verdict::kPassed);
  EXPECT_EQ(VerdictOf("written <= 7 MB"), Verdict::kPassed);
  EXPECT_EQ(VerdictOf("written.growth <= 1 MB"), Verdict::kViolated);
  EXPECT_EQ(VerdictOf("Gone.count <= 0"), Verdict::kPassed);
}

TEST(Evaluate, JudgesSeries) {
  EXPECT_EQ(ValueOfRule("Leak.count.growth < 1"), 400);
  EXPECT_EQ(ValueOfRule("Gone.count.growth < 1"), -5);
  EXPECT_EQ(ValueOfRule("Leak.count.ratio < 1"), 5);
  EXPECT_EQ(ValueOfRule("heap.ratio < 1"), 1.3);
  EXPECT_EQ(ValueOfRule("New.count.ratio < 1"), std::numeric_limits<double>::infinity());
  EXPECT_EQ(VerdictOf("New.count.ratio < 1000"), Verdict::kViolated);
  EXPECT_EQ(ValueOfRule("Leak.count.rises < 1"), 4);
  EXPECT_EQ(ValueOfRule("Leak.count.rises < 1 of 2"), 2);
  EXPECT_EQ(ValueOfRule("heap.rises < 1 of 4"), 3);
  EXPECT_EQ(ValueOfRule("Noise.count.rises < 3 of 4"), 2);
  EXPECT_EQ(VerdictOf("Noise.count.rises < 3 of 4"), Verdict::kPassed);
  EXPECT_EQ(VerdictOf("Leak.count.rises < 3 of 4"), Verdict::kViolated);
}

// 30 MB at most; how much of the 7 MB that were written was swapped out, nobody knows.
TEST(Evaluate, JudgesTheRssAsFarAsItIsKnown) {
  EXPECT_EQ(VerdictOf("rss <= 30 MB"), Verdict::kPassed);
  EXPECT_EQ(VerdictOf("rss < 30 MB"), Verdict::kUnmeasured);
  EXPECT_EQ(VerdictOf("rss < 5 MB"), Verdict::kUnmeasured);
  EXPECT_EQ(VerdictOf("rss > 30 MB"), Verdict::kViolated);
  EXPECT_EQ(VerdictOf("rss > 5 MB"), Verdict::kUnmeasured);
  EXPECT_EQ(VerdictOf("rss == 10 MB"), Verdict::kUnmeasured);
  EXPECT_EQ(VerdictOf("rss == 31 MB"), Verdict::kViolated);
  EXPECT_EQ(VerdictOf("rss != 31 MB"), Verdict::kPassed);
  Config config;
  const auto findings = FindingsOf(config, FiveDumps(), "rss < 20 MB");
  EXPECT_EQ(findings[0].message,
            "rss is at most 30.0 MB and, if nothing was swapped out, at least 7.0 MB; must be "
            "< 20 MB");
  EXPECT_FALSE(findings[0].value);
}

TEST(Evaluate, SaysWhatItFound) {
  Config config;
  const auto findings = FindingsOf(config, FiveDumps(), "Leak.count.growth <= 100");
  EXPECT_EQ(findings[0].message, "Leak.count.growth is 400; must be <= 100");
  EXPECT_EQ(findings[0].detail, "dump by dump: 100, 200, 300, 400, 500");
  EXPECT_EQ(findings[0].subject, "Leak");
}

TEST(Evaluate, AGlobIsARuleForEachClass) {
  Config config;
  const auto violated = FindingsOf(config, FiveDumps(), "*e*.count <= 6");
  ASSERT_THAT(violated, SizeIs(3));  // the worst first
  EXPECT_EQ(violated[0].subject, "Leak");
  EXPECT_EQ(violated[1].subject, "Noise");
  EXPECT_EQ(violated[2].subject, "New");
  const auto passed = FindingsOf(config, FiveDumps(), "*.count <= 1000");
  ASSERT_THAT(passed, SizeIs(1));  // the nearest
  EXPECT_EQ(passed[0].subject, "Leak");
}

TEST(Evaluate, NeverPassesWhatIsNotThere) {
  EXPECT_EQ(VerdictOf("Typo.count <= 100"), Verdict::kUnmeasured);
  EXPECT_EQ(VerdictOf("Typo*.count <= 100"), Verdict::kUnmeasured);
  EXPECT_EQ(VerdictOf("Typo.count.growth <= 100"), Verdict::kUnmeasured);
  EXPECT_EQ(VerdictOf("Typo.count.growth >= 1"), Verdict::kUnmeasured);
  EXPECT_EQ(VerdictOf("Typo.count <= 100 or absent"), Verdict::kPassed);
  EXPECT_EQ(VerdictOf("Typo.count.rises < 1 of 2 or absent"), Verdict::kPassed);
  // That there is none is what these ask about.
  EXPECT_EQ(VerdictOf("Typo.count == 0"), Verdict::kPassed);
  EXPECT_EQ(VerdictOf("Typo.count < 1"), Verdict::kPassed);
  EXPECT_EQ(VerdictOf("Typo.count >= 1"), Verdict::kViolated);
}

Evidence ThreeLeaks() {
  Evidence evidence = FiveDumps();
  evidence.leaks = {{"a1", "Array keeps Foo", "global → Array"},
                    {"b2", "Map keeps Bar", "global → Map"},
                    {"c3", "Set keeps Baz", "global → Set"}};
  return evidence;
}

TEST(Evaluate, NamesTheSuspectsThatAreTooMany) {
  Config config;
  const auto all = FindingsOf(config, ThreeLeaks(), "suspects == 0");
  ASSERT_THAT(all, SizeIs(3));
  EXPECT_EQ(all[1].subject, "b2");
  EXPECT_EQ(all[1].message, "Map keeps Bar");
  EXPECT_EQ(all[1].detail, "held by: global → Map");
  EXPECT_EQ(FindingsOf(config, ThreeLeaks(), "suspects <= 3")[0].verdict, Verdict::kPassed);

  Evidence with_baseline = ThreeLeaks();
  with_baseline.baseline = {"a1", "b2"};
  const auto fresh = FindingsOf(config, with_baseline, "suspects.new == 0");
  ASSERT_THAT(fresh, SizeIs(1));
  EXPECT_EQ(fresh[0].subject, "c3");
  with_baseline.baseline.insert("c3");
  EXPECT_EQ(FindingsOf(config, with_baseline, "suspects.new == 0")[0].verdict, Verdict::kPassed);
}

TEST(Suppressions, HoldUntilTheirLastDay) {
  Config config;
  config.suppressions = {
      {.rule = "Leak.count < 1", .subject = {}, .reason = "known", .until = kToday}};
  const Finding held = FindingsOf(config, FiveDumps(), "Leak.count < 1")[0];
  EXPECT_EQ(held.verdict, Verdict::kSuppressed);
  EXPECT_THAT(held.detail, HasSubstr("suppressed until 2026-06-15: known"));

  config.suppressions[0].until = ParseDate("2026-06-14").value();
  const Finding expired = FindingsOf(config, FiveDumps(), "Leak.count < 1")[0];
  EXPECT_EQ(expired.verdict, Verdict::kViolated);
  EXPECT_THAT(expired.detail, HasSubstr("its suppression ended on 2026-06-14: known"));

  // Another one still holds.
  config.suppressions.push_back({.rule = "Leak.count < 1", .subject = {}, .reason = {}});
  EXPECT_EQ(FindingsOf(config, FiveDumps(), "Leak.count < 1")[0].verdict, Verdict::kSuppressed);
}

TEST(Suppressions, AreOfOneRuleAndSubject) {
  Config config;
  config.suppressions = {{.rule = "*.count < 6", .subject = "N*", .reason = {}}};
  const auto findings = FindingsOf(config, FiveDumps(), "*.count < 6\nLeak.count < 6");
  ASSERT_THAT(findings, SizeIs(4));
  EXPECT_EQ(findings[0].verdict, Verdict::kViolated);    // Leak
  EXPECT_EQ(findings[1].verdict, Verdict::kSuppressed);  // Noise
  EXPECT_EQ(findings[2].verdict, Verdict::kSuppressed);  // New
  EXPECT_EQ(findings[3].verdict, Verdict::kViolated);
}

TEST(Suppressions, TakeSuspectsOutOfTheCount) {
  Config config;
  config.suppressions = {{.rule = "suspects <= 2", .subject = "a1", .reason = {}}};
  const auto findings = FindingsOf(config, ThreeLeaks(), "suspects <= 2");
  ASSERT_THAT(findings, SizeIs(2));
  EXPECT_EQ(findings[0].verdict, Verdict::kSuppressed);
  EXPECT_EQ(findings[1].verdict, Verdict::kPassed);
  EXPECT_EQ(findings[1].value, 2);
}

}  // namespace
}  // namespace nodeheap::rules
