// Markdown tables, as GitHub and GitLab show them.
#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "render/formats.h"

namespace nodeheap {
namespace {

constexpr size_t kMaxChars = 200;
constexpr uint32_t kMaxIndent = 30;     // deeper rows stay there
constexpr size_t kMaxComment = 65'536;  // characters that GitHub takes; there are no fewer bytes

// Everything that Markdown or HTML would act on becomes a character reference.
std::string Safe(std::string_view text) {
  std::string out;
  for (const char c : Escape(text, kMaxChars)) {
    if (std::string_view("|`<>&\\*_[]#~!@").contains(c)) {
      out += fmt::format("&#{};", static_cast<int>(c));
    } else {
      out += c;
    }
  }
  return out;
}

std::string MarkdownCell(const Cell& cell, Unit unit) {
  // Code style keeps "@123" from becoming a mention.
  if (unit == Unit::kObjectId) return "`" + PlainCell(cell) + "`";
  return Safe(HumanCell(cell, unit));
}

std::string LineOf(const Table& table, const Line& line) {
  std::string out;
  for (size_t i = 0; i < table.fields.size(); ++i) {
    if (!IsForPeople(table.fields[i])) continue;
    out += "| ";
    const bool last = i + 1 == table.fields.size();
    for (uint32_t d = 0; last && d < std::min(line.depth, kMaxIndent); ++d) out += "&emsp;";
    if (line.remark == nullptr) {
      out += MarkdownCell(table.rows[line.row][i], table.fields[i].unit) + ' ';
    } else if (last) {
      out += Safe(line.remark->text) + ' ';
    }
  }
  return out + "|\n";
}

void AppendTable(std::string& out, const Table& table) {
  if (!table.title.empty()) out += "## " + Safe(table.title) + "\n\n";
  std::string rule;
  for (const Field& field : table.fields) {
    if (!IsForPeople(field)) continue;
    out += "| " + Safe(field.title) + ' ';
    rule += IsNumber(field.unit) ? "| ---: " : "| --- ";
  }
  out += "|\n" + rule + "|\n";
  for (const Line& line : Lines(table)) out += LineOf(table, line);
  out += '\n';
  if (table.total != table.rows.size() && NeedsShownOfTotal(table))
    out += ShownOfTotal(table) + "\n\n";
  if (!table.note.empty()) out += Safe(table.note) + "\n\n";
}

}  // namespace

Result<std::string> RenderMarkdown(const Report& report, const RenderOptions& /*options*/) {
  std::string out = "# nodeheap " + Safe(report.query);
  for (const Source& source : report.sources) out += " " + Safe(source.path);
  out += "\n\n";
  for (const Table& table : report.tables)
    if (!table.machine_only) AppendTable(out, table);
  for (const HealthEntry& entry : report.health.entries()) {
    const bool loss = entry.severity == Severity::kDataLoss;
    out += fmt::format("> {}: {}\n", loss ? "**Data loss**" : "Note", Safe(entry.detail));
  }
  for (const std::string& note : report.notes) out += "- " + Safe(note) + '\n';
  if (!report.next.empty()) {
    out += "\nNext:\n\n";
    // An indented block shows commands as they are; a line cannot leave it.
    for (const std::string& command : report.next) out += "    " + Escape(command) + '\n';
  }
  return out;
}

Result<std::string> RenderComment(const Report& report, const RenderOptions& options) {
  constexpr std::string_view kCut = "\n> **Cut here**: a comment holds no more.\n";
  NH_TRY(std::string out, RenderMarkdown(report, options));
  if (out.size() <= kMaxComment) return out;
  out.resize(out.rfind('\n', kMaxComment - kCut.size() - 1) + 1);
  return out.append(kCut);
}

}  // namespace nodeheap
