// SARIF 2.1.0 (OASIS), for code scanning. A result without a place in the sources helps nobody
// there, so those are notifications of the run.
#include <fmt/format.h>

#include <cctype>
#include <map>

#include "base/text.h"
#include "nodeheap/version.h"
#include "render/findings.h"
#include "render/formats.h"
#include "render/json_writer.h"

namespace nodeheap {
namespace {

// RFC 3986: of a path, with `/` left alone.
std::string Uri(std::string_view path) {
  std::string out = path.starts_with('/') ? "file://" : "";
  for (const char c : path) {
    const auto byte = static_cast<unsigned char>(c);
    if (std::isalnum(byte) != 0 || std::string_view("-._~/").contains(c)) {
      out += c;
    } else {
      out += fmt::format("%{:02X}", byte);
    }
  }
  return out;
}

using RuleIndexes = std::map<std::string_view, uint64_t>;

std::string MessageOf(const FindingView& finding) {
  std::string text = Escape(finding.message);
  if (!finding.detail.empty()) text += "; " + Escape(finding.detail);
  return text;
}

RuleIndexes WriteRules(JsonWriter& json, const std::vector<FindingView>& findings) {
  RuleIndexes indexes;
  json.Key("rules").BeginArray();
  for (const FindingView& finding : findings) {
    if (!indexes.try_emplace(finding.rule, indexes.size()).second) continue;
    json.BeginObject().Compact(true).Key("id").String(finding.rule).Key("shortDescription");
    json.BeginObject().Key("text").String(finding.rule).EndObject().EndObject().Compact(false);
  }
  json.EndArray();
  return indexes;
}

void WritePlace(JsonWriter& json, const FindingView& finding) {
  json.Key("locations").BeginArray().BeginObject().Key("physicalLocation").BeginObject();
  json.Key("artifactLocation").BeginObject().Key("uri").String(Uri(finding.file)).EndObject();
  json.Key("region").BeginObject().Key("startLine").Number(finding.line);
  json.Key("startColumn").Number(finding.column).EndObject();
  json.EndObject().EndObject().EndArray();
}

void WriteResult(JsonWriter& json, const FindingView& finding, uint64_t rule_index) {
  json.BeginObject().Key("ruleId").String(finding.rule).Key("ruleIndex").Number(rule_index);
  json.Key("level").String("error");
  json.Key("message").BeginObject().Key("text").String(MessageOf(finding)).EndObject();
  WritePlace(json, finding);
  json.Key("partialFingerprints").BeginObject();
  json.Key("nodeheap/v1").String(StableId(finding)).EndObject();
  json.Key("suppressions").BeginArray();
  if (finding.suppressed()) {
    json.BeginObject().Key("kind").String("external");
    json.Key("justification").String(Escape(finding.detail)).EndObject();
  }
  json.EndArray().EndObject();
}

void WriteNotification(JsonWriter& json, std::string_view text) {
  json.BeginObject().Key("level").String("error").Key("message");
  json.BeginObject().Key("text").String(text).EndObject().EndObject();
}

bool IsResult(const FindingView& finding) {
  return !finding.file.empty() && (finding.violated() || finding.suppressed());
}

void WriteInvocation(JsonWriter& json, const Report& report,
                     const std::vector<FindingView>& findings) {
  json.Key("invocations").BeginArray().BeginObject();
  json.Key("executionSuccessful").Bool(report.health.complete());
  json.Key("toolExecutionNotifications").BeginArray();
  for (const std::string_view loss : LossesIn(report)) WriteNotification(json, Escape(loss));
  for (const FindingView& finding : findings) {
    const bool bad = finding.violated() || finding.unmeasured();
    if (bad && !IsResult(finding)) WriteNotification(json, MessageOf(finding));
  }
  json.EndArray().EndObject().EndArray();
}

}  // namespace

Result<std::string> RenderSarif(const Report& report, const RenderOptions& /*options*/) {
  NH_TRY(const std::vector<FindingView> findings, FindingsIn(report));
  JsonWriter json(true);
  json.BeginObject().Key("$schema").String("https://json.schemastore.org/sarif-2.1.0.json");
  json.Key("version").String("2.1.0").Key("runs").BeginArray().BeginObject();
  json.Key("tool").BeginObject().Key("driver").BeginObject();
  json.Key("name").String("nodeheap").Key("version").String(kVersion);
  const RuleIndexes rules = WriteRules(json, findings);
  json.EndObject().EndObject();
  WriteInvocation(json, report, findings);
  json.Key("columnKind").String("utf16CodeUnits").Key("results").BeginArray();
  for (const FindingView& finding : findings)
    if (IsResult(finding)) WriteResult(json, finding, rules.find(finding.rule)->second);
  json.EndArray().EndObject().EndArray().EndObject();
  return json.Take() + '\n';
}

}  // namespace nodeheap
