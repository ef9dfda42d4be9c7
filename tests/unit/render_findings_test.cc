// The formats for CI servers, with texts that attack them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "nodeheap/render.h"

namespace nodeheap {
namespace {

using testing::HasSubstr;
using testing::Not;

Row FindingRow(std::string verdict, std::string rule, std::string message, std::string detail = {},
               std::string file = {}) {
  const Cell line = file.empty() ? Cell{} : Cell{uint64_t{12}};
  return {std::move(verdict),
          std::move(rule),
          std::string("subject"),
          std::move(message),
          std::move(detail),
          std::move(file),
          line,
          line};
}

Report Findings(std::vector<Row> rows) {
  Report report;
  report.query = "assert";
  report.sources = {{.path = "a&b.heapsnapshot", .kind = "heapsnapshot"}};
  report.tables = {{.name = "findings",
                    .title = "the counts",
                    .fields = {{"verdict", "Verdict"},
                               {"rule", "Rule"},
                               {"subject", "Subject"},
                               {"message", "Finding"},
                               {"detail", ""},
                               {"file", "File"},
                               {"line", "Line", Unit::kCount},
                               {"column", "Column", Unit::kCount}},
                    .rows = std::move(rows)}};
  report.tables.front().total = report.tables.front().rows.size();
  return report;
}

Report Damaged(std::vector<Row> rows) {
  Report report = Findings(std::move(rows));
  report.health.Add(
      {.severity = Severity::kDataLoss, .code = "truncated_input", .detail = "it ends\nearly"});
  report.health.Add(
      {.severity = Severity::kDataLoss, .code = "rule_not_measured", .detail = "not said twice"});
  return report;
}

std::string Render(std::string_view format, const Report& report) {
  return FindFormat(format)->render(report, {}).value_or("failed");
}

size_t CountOf(std::string_view text, std::string_view part) {
  size_t count = 0;
  for (size_t at = text.find(part); at != std::string_view::npos; at = text.find(part, at + 1))
    ++count;
  return count;
}

TEST(CiFormats, AreOfAssertOnly) {
  Report other;
  other.query = "stats";
  other.tables = {{.name = "statistics"}};
  for (const std::string_view format : {"junit", "github", "sarif", "gitlab"}) {
    EXPECT_FALSE(FindFormat(format)->render(other, {}).has_value()) << format;
    EXPECT_FALSE(FindFormat(format)->render({}, {}).has_value()) << format;
    EXPECT_EQ(FindFormat(format)->only_query, "assert");
    EXPECT_TRUE(FindFormat(format)->wants_all);
  }
}

TEST(Junit, HasATestCaseForEachFinding) {
  const std::string xml = Render(
      "junit",
      Findings({FindingRow("violated", "rule 1", "too many", "held by: x", "/app/a.js"),
                FindingRow("unmeasured", "rule 2", "no class"), FindingRow("passed", "3", "fine"),
                FindingRow("suppressed", "rule 4", "many", "suppressed: known")}));
  EXPECT_THAT(xml, HasSubstr("tests=\"4\" failures=\"1\" errors=\"1\" skipped=\"1\""));
  EXPECT_THAT(xml,
              HasSubstr("name=\"rule 1 [subject]\" time=\"0\" file=\"/app/a.js\" line=\"12\""));
  EXPECT_THAT(xml,
              HasSubstr("<failure message=\"too many\" type=\"violated\">held by: x</failure>"));
  EXPECT_THAT(xml, HasSubstr("<error message=\"no class\" type=\"unmeasured\">"));
  EXPECT_THAT(xml, HasSubstr("<skipped message=\"many; suppressed: known\"/>"));
}

TEST(Junit, EscapesWhatXmlCannotHold) {
  const std::string xml =
      Render("junit", Findings({FindingRow("violated", "]]><x a='\"'>&", "\033[1m\n\xff\u202E")}));
  EXPECT_THAT(xml, HasSubstr("]]&gt;&lt;x a='&quot;'&gt;&amp;"));
  EXPECT_THAT(xml, HasSubstr("\\u001b[1m\\n\uFFFD\\u202e"));
  EXPECT_THAT(xml, HasSubstr("nodeheap assert a&amp;b.heapsnapshot"));
}

TEST(Junit, IsNeverGreenForADamagedDump) {
  const std::string xml = Render("junit", Damaged({FindingRow("passed", "rule", "fine")}));
  EXPECT_THAT(xml, HasSubstr("tests=\"2\" failures=\"0\" errors=\"1\""));
  EXPECT_THAT(xml, HasSubstr("<error message=\"it ends\\nearly\" type=\"incomplete\"/>"));
  EXPECT_THAT(xml, Not(HasSubstr("not said twice")));
}

TEST(Github, AnnotatesTheSource) {
  const std::string text =
      Render("github",
             Findings({FindingRow("violated", "a: b, c", "100 %", "more", "src/a.js"),
                       FindingRow("passed", "d", "fine"), FindingRow("suppressed", "e", "known")}));
  EXPECT_EQ(text,
            "::error title=nodeheap%3A a%3A b%2C c,file=src/a.js,line=12,col=12::100 %25%0Amore\n"
            "::notice title=nodeheap%3A e::known\n"
            "nodeheap: the counts\n");
}

TEST(Github, TakesNoCommandsFromTheHeap) {
  const std::string text = Render(
      "github",
      Damaged({FindingRow("violated", "x\n::stop-commands::y", "a\n::set-output name=z::1\r\n",
                          "b\n::error::c", "f\n,title=::d")}));
  // The losses, the finding, the counts.
  EXPECT_EQ(CountOf(text, "\n"), 3U);
  EXPECT_EQ(CountOf(text, "\n::"), 1U);
  EXPECT_THAT(text, HasSubstr("::error title=nodeheap::it ends\\nearly\n"));
  EXPECT_THAT(text, HasSubstr("file=f\\n%2Ctitle=%3A%3Ad,"));
}

TEST(Github, SaysWhatItWouldNotShow) {
  const std::string text =
      Render("github", Findings(std::vector<Row>(25, FindingRow("violated", "r", "m"))));
  EXPECT_EQ(CountOf(text, "::error "), 10U);
  EXPECT_THAT(text, HasSubstr("::16 more, which GitHub would not show\n"));
  EXPECT_EQ(
      CountOf(Render("github", Findings(std::vector<Row>(10, FindingRow("violated", "r", "m")))),
              "::error "),
      10U);
}

TEST(Sarif, HasResultsForPlacesOnly) {
  const std::string json =
      Render("sarif", Findings({FindingRow("violated", "r", "here", "why", "/app/a b%.js"),
                                FindingRow("violated", "r", "nowhere"),
                                FindingRow("suppressed", "s", "known", "until then", "src/b.js"),
                                FindingRow("passed", "t", "fine", "", "src/c.js")}));
  EXPECT_THAT(json, HasSubstr("\"uri\": \"file:///app/a%20b%25.js\""));
  EXPECT_THAT(json, HasSubstr("\"uri\": \"src/b.js\""));
  EXPECT_THAT(json, Not(HasSubstr("src/c.js")));
  EXPECT_EQ(CountOf(json, "\"ruleId\": "), 2U);
  EXPECT_EQ(CountOf(json, "\"ruleIndex\": 1"), 1U);
  EXPECT_EQ(CountOf(json, "{\"id\": "), 3U);
  EXPECT_THAT(json, HasSubstr("\"justification\": \"until then\""));
  const size_t notifications = json.find("toolExecutionNotifications");
  EXPECT_GT(json.find("\"text\": \"nowhere\""), notifications);
  EXPECT_LT(json.find("\"text\": \"nowhere\""), json.find("\"results\""));
}

TEST(Sarif, SaysThatADumpIsDamaged) {
  const std::string json = Render("sarif", Damaged({}));
  EXPECT_THAT(json, HasSubstr("\"executionSuccessful\": false"));
  EXPECT_THAT(json, HasSubstr("it ends\\\\nearly"));
}

TEST(Gitlab, PlacesEachIssue) {
  const std::string json = Render(
      "gitlab",
      Damaged({FindingRow("violated", "r", "m", "", "a.js"), FindingRow("unmeasured", "s", "n"),
               FindingRow("passed", "t", "fine"), FindingRow("suppressed", "u", "known")}));
  EXPECT_EQ(CountOf(json, "\"check_name\""), 3U);
  EXPECT_THAT(json, HasSubstr("\"path\": \"a.js\""));
  EXPECT_THAT(json, HasSubstr("\"path\": \"a&b.heapsnapshot\""));
  EXPECT_THAT(json, HasSubstr("\"begin\": 12"));
}

std::string FingerprintIn(const Report& report) {
  const std::string json = Render("gitlab", report);
  const std::string_view key = "\"fingerprint\": \"";
  return json.substr(json.find(key) + key.size(), 16);
}

TEST(Gitlab, KnowsAnIssueAgainByRuleAndSubject) {
  const auto of = [](std::string rule, std::string message) {
    return FingerprintIn(Findings({FindingRow("violated", std::move(rule), std::move(message))}));
  };
  EXPECT_EQ(of("a", "is 5"), of("a", "is 6"));
  EXPECT_NE(of("a", "is 5"), of("b", "is 5"));
}

TEST(Comment, FitsAndSaysThatItWasCut) {
  const std::string whole = Render("comment", Findings({FindingRow("violated", "r", "m")}));
  EXPECT_EQ(whole, Render("md", Findings({FindingRow("violated", "r", "m")})));
  const std::string cut =
      Render("comment",
             Findings(std::vector<Row>(500, FindingRow("violated", std::string(300, '|'), "m"))));
  EXPECT_LE(cut.size(), 65'536U);
  EXPECT_GT(cut.size(), 60'000U);
  EXPECT_THAT(cut, testing::EndsWith("|\n\n> **Cut here**: a comment holds no more.\n"));
}

}  // namespace
}  // namespace nodeheap
