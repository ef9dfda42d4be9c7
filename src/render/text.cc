// Text for people: tables below each other, and below them what the reader must know of their
// limits.
#include "base/text.h"

#include <fmt/format.h>

#include <algorithm>

#include "render/formats.h"
#include "render/text_layouts.h"

namespace nodeheap {
namespace {

void AppendFooter(std::string& out, const Table& table, bool is_main, const Style& style) {
  if (is_main && NeedsShownOfTotal(table)) out += style.Faint(ShownOfTotal(table)) + '\n';
  if (!table.note.empty()) out += Wrap(Escape(table.note), style.width, 0);
}

void AppendTable(std::string& out, const Table& table, bool is_main, const Style& style) {
  if (!table.title.empty()) {
    const bool part = !is_main && table.total != table.rows.size();
    out += style.Title(Escape(table.title));
    if (part) out += fmt::format(" ({} of {})", table.rows.size(), WithThousands(table.total));
    out += '\n';
  }
  switch (table.layout) {
    case Layout::kGrid:
      out += LayOutGrid(table, style);
      break;
    case Layout::kDetails:
      out += LayOutDetails(table, style);
      break;
    case Layout::kObject:
      out += LayOutObject(table, style);
      break;
  }
  AppendFooter(out, table, is_main, style);
}

}  // namespace

Result<std::string> RenderText(const Report& report, const RenderOptions& options) {
  return LayOutReport(report, StyleOf(options), Severity::kInfo);
}

std::string LayOutReport(const Report& report, const Style& given, Severity least) {
  Style style = given;
  std::string out;
  for (const Table& table : report.tables) {
    if (table.machine_only) continue;
    if (!out.empty()) out += '\n';
    const bool is_main = &table == &report.tables.front();
    // Only the answer itself: what stands beside it shall not fill the screen.
    style.rule = is_main;
    AppendTable(out, table, is_main, style);
  }
  const std::string limits = LimitsText(report, style, least);
  if (!limits.empty() && !out.empty()) out += '\n';
  out += limits;
  if (!report.next.empty()) out += '\n' + style.Title("Next") + '\n';
  for (const std::string& command : report.next) out += "  " + Escape(command) + '\n';
  return out;
}

std::string LimitsText(const Report& report, const Style& style, Severity least) {
  std::string out;
  for (const std::string& note : report.notes) out += Wrap(Escape(note), style.width, 2);
  for (const HealthEntry& entry : report.health.entries()) {
    if (entry.severity < least) continue;
    const bool loss = entry.severity == Severity::kDataLoss;
    const std::string line =
        fmt::format("{}: {}", loss ? "INCOMPLETE" : "Note", Escape(entry.detail));
    out += (loss ? style.Warning(line) : line) + '\n';
  }
  return out;
}

Style StyleOf(const RenderOptions& options) {
  return {.color = options.color, .width = options.width, .tree_padding = options.tree_padding};
}

std::string Style::Paint(std::string_view code, const std::string& text) const {
  return color ? fmt::format("\033[{}m{}\033[0m", code, text) : text;
}

std::string Wrap(const std::string& text, unsigned width, size_t indent) {
  std::string out;
  size_t column = 0;
  for (size_t at = 0; at < text.size();) {
    const size_t space = std::min(text.find(' ', at), text.size());
    const std::string word = text.substr(at, space - at);
    const size_t size = DisplayWidth(word);
    if (column != 0 && width != 0 && column + 1 + size > width) {
      out += '\n' + std::string(indent, ' ');
      column = indent;
    } else if (at != 0) {
      out += ' ';
      ++column;
    }
    out += word;
    column += size;
    at = space + 1;
  }
  return out + '\n';
}

}  // namespace nodeheap
