// Annotations of GitHub Actions: workflow commands on standard output.
#include <fmt/format.h>

#include "base/text.h"
#include "render/findings.h"
#include "render/formats.h"

namespace nodeheap {
namespace {

constexpr size_t kMaxAnnotations = 10;  // of one kind in one step; GitHub drops the others unseen
constexpr size_t kMaxChars = 1000;

// A message; each line of it must have been escaped, so that no line of it is a command.
std::string Data(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '%') {
      out += "%25";
    } else if (c == '\n') {
      out += "%0A";
    } else if (c == '\r') {
      out += "%0D";
    } else {
      out += c;
    }
  }
  return out;
}

std::string Property(std::string_view text) {
  std::string out;
  for (const char c : Data(Escape(text, kMaxChars))) {
    if (c == ':') {
      out += "%3A";
    } else if (c == ',') {
      out += "%2C";
    } else {
      out += c;
    }
  }
  return out;
}

std::string Annotation(std::string_view kind, const FindingView& finding) {
  std::string properties = "title=" + Property(fmt::format("nodeheap: {}", finding.rule));
  if (!finding.file.empty())
    properties += fmt::format(",file={},line={},col={}", Property(finding.file), finding.line,
                              finding.column);
  std::string text = Escape(finding.message, kMaxChars);
  if (!finding.detail.empty()) text += '\n' + Escape(finding.detail, kMaxChars);
  return fmt::format("::{} {}::{}\n", kind, properties, Data(text));
}

// As many as GitHub shows; if there are more, the last says so.
std::string Joined(std::string_view kind, const std::vector<std::string>& annotations) {
  const size_t shown =
      annotations.size() <= kMaxAnnotations ? annotations.size() : kMaxAnnotations - 1;
  std::string out;
  for (size_t i = 0; i < shown; ++i) out += annotations[i];
  if (shown < annotations.size())
    out += fmt::format("::{} title=nodeheap::{} more, which GitHub would not show\n", kind,
                       annotations.size() - shown);
  return out;
}

}  // namespace

Result<std::string> RenderGithub(const Report& report, const RenderOptions& /*options*/) {
  NH_TRY(const std::vector<FindingView> findings, FindingsIn(report));
  std::vector<std::string> errors;
  std::vector<std::string> notices;
  for (const std::string_view loss : LossesIn(report))
    errors.push_back(fmt::format("::error title=nodeheap::{}\n", Data(Escape(loss, kMaxChars))));
  for (const FindingView& finding : findings) {
    if (finding.violated() || finding.unmeasured()) errors.push_back(Annotation("error", finding));
    if (finding.suppressed()) notices.push_back(Annotation("notice", finding));
  }
  for (const std::string& note : report.notes)
    notices.push_back(fmt::format("::notice title=nodeheap::{}\n", Data(Escape(note, kMaxChars))));
  return Joined("error", errors) + Joined("notice", notices) +
         "nodeheap: " + Escape(report.tables.front().title) + '\n';
}

}  // namespace nodeheap
