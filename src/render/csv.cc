// CSV (RFC 4180) of the main table: a header of keys, then the rows. It has no place for totals,
// notes and health; the command line says those on stderr.
#include <algorithm>

#include "base/text.h"
#include "render/formats.h"

namespace nodeheap {
namespace {

// Spreadsheets run a cell that starts like a formula; an apostrophe in front makes it text.
bool LooksLikeFormula(std::string_view text) {
  return !text.empty() && std::string_view("=+-@").contains(text.front());
}

std::string Quoted(std::string_view text) {
  std::string safe = Escape(text);
  if (LooksLikeFormula(safe)) safe.insert(0, 1, '\'');
  if (safe.find_first_of("\",; ") == std::string::npos) return safe;
  std::string out = "\"";
  for (const char c : safe) {
    if (c == '"') out += '"';
    out += c;
  }
  return out += '"';
}

std::string CsvCell(const Cell& cell, Unit unit) {
  const auto* text = std::get_if<std::string>(&cell);
  if (text == nullptr) return PlainCell(cell);
  // Ids are ours: "@" and digits are no formula, and scripts want them as they are.
  return unit == Unit::kObjectId ? *text : Quoted(*text);
}

}  // namespace

Result<std::string> RenderCsv(const Report& report, const RenderOptions& /*options*/) {
  if (report.tables.empty()) return std::string();
  const Table& table = report.tables.front();
  std::string out;
  const auto append = [&](const auto& depth, const auto& cell) {
    std::string line;  // with a comma before each cell
    if (!table.depths.empty()) line += ',' + depth();
    for (size_t i = 0; i < table.fields.size(); ++i)
      if (IsForMachines(table.fields[i])) line += ',' + cell(i);
    out += line.substr(std::min<size_t>(1, line.size())) + "\r\n";
  };
  append([] { return std::string("depth"); }, [&](size_t i) { return table.fields[i].key; });
  for (size_t row = 0; row < table.rows.size(); ++row) {
    append([&] { return std::to_string(table.depths[row]); },
           [&](size_t i) { return CsvCell(table.rows[row][i], table.fields[i].unit); });
  }
  return out;
}

}  // namespace nodeheap
