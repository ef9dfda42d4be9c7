// GitLab's Code Quality report: Code Climate's issues, as far as GitLab reads them.
#include "base/text.h"
#include "render/findings.h"
#include "render/formats.h"
#include "render/json_writer.h"

namespace nodeheap {
namespace {

void WriteIssue(JsonWriter& json, const FindingView& finding, std::string_view dump) {
  json.BeginObject().Key("description").String(Escape(finding.message));
  json.Key("check_name").String(finding.rule).Key("fingerprint").String(StableId(finding));
  json.Key("severity").String("major").Key("location").BeginObject();
  // GitLab wants a place; of what has none, the dump is what it was found in.
  const bool placed = !finding.file.empty();
  json.Key("path").String(placed ? finding.file : dump).Key("lines").BeginObject();
  json.Key("begin").Number(placed ? finding.line : uint64_t{1});
  json.EndObject().EndObject().EndObject();
}

}  // namespace

Result<std::string> RenderGitlab(const Report& report, const RenderOptions& /*options*/) {
  NH_TRY(const std::vector<FindingView> findings, FindingsIn(report));
  const std::string dump = report.sources.empty() ? "" : report.sources.back().path;
  JsonWriter json(true);
  json.BeginArray();
  for (const std::string_view loss : LossesIn(report))
    WriteIssue(json, {.rule = "the dump is complete", .message = loss}, dump);
  for (const FindingView& finding : findings)
    if (finding.violated() || finding.unmeasured()) WriteIssue(json, finding, dump);
  json.EndArray();
  return json.Take() + '\n';
}

}  // namespace nodeheap
