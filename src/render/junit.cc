// JUnit XML, as CI servers read it: a test case for each finding.
#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "render/findings.h"
#include "render/formats.h"

namespace nodeheap {
namespace {

// For content and attributes. Escape() has removed what XML cannot hold at all.
std::string Xml(std::string_view text) {
  std::string out;
  for (const char c : Escape(text)) {
    switch (c) {
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '&':
        out += "&amp;";
        break;
      case '"':
        out += "&quot;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

std::string Name(const FindingView& finding) {
  const bool repeats = finding.subject.empty() || finding.rule.starts_with(finding.subject);
  return repeats ? Xml(finding.rule)
                 : fmt::format("{} [{}]", Xml(finding.rule), Xml(finding.subject));
}

std::string Outcome(const FindingView& finding) {
  const std::string message = Xml(finding.message);
  if (finding.suppressed())
    return fmt::format("      <skipped message=\"{}\"/>\n", message + "; " + Xml(finding.detail));
  if (!finding.violated() && !finding.unmeasured()) return {};
  const std::string_view element = finding.violated() ? "failure" : "error";
  return fmt::format("      <{0} message=\"{1}\" type=\"{2}\">{3}</{0}>\n", element, message,
                     Xml(finding.verdict), Xml(finding.detail));
}

std::string TestCase(const FindingView& finding) {
  std::string place;
  if (!finding.file.empty())
    place = fmt::format(" file=\"{}\" line=\"{}\"", Xml(finding.file), finding.line);
  return fmt::format(
      "    <testcase classname=\"nodeheap.assert\" name=\"{}\" time=\"0\"{}>\n{}    </testcase>\n",
      Name(finding), place, Outcome(finding));
}

// So that a broken dump is never green.
std::string TestCase(std::string_view loss) {
  return fmt::format(
      "    <testcase classname=\"nodeheap.assert\" name=\"the dump is complete\" time=\"0\">\n"
      "      <error message=\"{}\" type=\"incomplete\"/>\n    </testcase>\n",
      Xml(loss));
}

}  // namespace

Result<std::string> RenderJunit(const Report& report, const RenderOptions& /*options*/) {
  NH_TRY(const std::vector<FindingView> findings, FindingsIn(report));
  const std::vector<std::string_view> losses = LossesIn(report);
  std::string cases;
  for (const FindingView& finding : findings) cases += TestCase(finding);
  for (const std::string_view loss : losses) cases += TestCase(loss);
  const std::string counts = fmt::format(
      "tests=\"{}\" failures=\"{}\" errors=\"{}\" skipped=\"{}\" time=\"0\"",
      findings.size() + losses.size(), std::ranges::count_if(findings, &FindingView::violated),
      losses.size() +
          static_cast<size_t>(std::ranges::count_if(findings, &FindingView::unmeasured)),
      std::ranges::count_if(findings, &FindingView::suppressed));
  std::string dumps;
  for (const Source& source : report.sources) dumps += ' ' + Xml(source.path);
  // Not every reader knows of skipped test cases in the outer element.
  const std::string outer = counts.substr(0, counts.find(" skipped"));
  return fmt::format(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"nodeheap assert\" {}>\n"
      "  <testsuite name=\"nodeheap assert{}\" {}>\n{}  </testsuite>\n</testsuites>\n",
      outer, dumps, counts, cases);
}

}  // namespace nodeheap
