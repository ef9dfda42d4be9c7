// How a table looks as text: one function for each Layout.
#pragma once

#include <string>
#include <string_view>

#include "nodeheap/render.h"
#include "nodeheap/report.h"

namespace nodeheap {

struct Style {
  bool color = false;
  unsigned width = 0;  // columns; 0: unlimited
  bool rule = true;    // below the header of a grid
  unsigned tree_padding = 2;

  std::string Title(const std::string& text) const { return Paint("1", text); }
  std::string Faint(const std::string& text) const { return Paint("2", text); }
  std::string Warning(const std::string& text) const { return Paint("1;33", text); }
  std::string Paint(std::string_view code, const std::string& text) const;
};

Style StyleOf(const RenderOptions& options);

std::string LayOutGrid(const Table& table, const Style& style);
std::string LayOutDetails(const Table& table, const Style& style);
std::string LayOutObject(const Table& table, const Style& style);

// `String: "abc"` of type "string" and name "abc", escaped and cut.
std::string Described(const std::string& type, const std::string& name, size_t max_chars);

// A report as people read it, with what of its health is at least so severe.
std::string LayOutReport(const Report& report, const Style& given, Severity least);
// What the reader must know of the answer's limits.
std::string LimitsText(const Report& report, const Style& style, Severity least);

// Breaks escaped text at spaces so that lines fit; lines after the first are indented.
std::string Wrap(const std::string& text, unsigned width, size_t indent);

}  // namespace nodeheap
