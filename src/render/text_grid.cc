// Aligned columns, numbers to the right, under a header, as llnode's findjsobjects has them. The
// last column gets the room that is left; in a tree it is indented.
#include <algorithm>
#include <string>
#include <vector>

#include "base/text.h"
#include "render/formats.h"
#include "render/text_layouts.h"

namespace nodeheap {
namespace {

constexpr size_t kMaxMiddleColumn = 40;  // of text columns before the last
constexpr size_t kMinLastColumn = 24;    // even where the line is then longer than the terminal
constexpr size_t kUncut = 400;           // characters of a last column of unlimited width
constexpr size_t kMaxOwnLine = 300;
constexpr size_t kMaxTreeIndent = 60;
constexpr size_t kContinuation = 4;  // indents what goes on in the next line

struct Column {
  size_t field;
  size_t width;
  bool right;  // aligned
};

std::string Padded(const std::string& text, size_t width, bool right) {
  const size_t size = DisplayWidth(text);
  const std::string blanks(size < width ? width - size : 0, ' ');
  return right ? blanks + text : text + blanks;
}

class Grid {
 public:
  Grid(const Table& table, const Style& style) : table_(table), style_(style) {
    for (size_t i = 0; i < table.fields.size(); ++i) {
      const Field& field = table.fields[i];
      if (IsForPeople(field) && field.placement != Placement::kOwnLine)
        columns_.push_back({i, 0, IsNumber(field.unit)});
    }
    for (Column& column : columns_) Measure(column);
  }

  std::string Text() const {
    if (columns_.empty()) return {};
    if (table_.rows.empty()) return " (none)\n";
    std::string out = style_.Title(Header()) + '\n';
    if (style_.rule) out += style_.Faint(Rule()) + '\n';
    for (const Line& line : Lines(table_)) out += Text(line);
    return out;
  }

 private:
  bool is_last(const Column& column) const { return &column == &columns_.back(); }
  bool is_tree() const { return !table_.depths.empty(); }

  size_t Indent(uint32_t depth) const {
    return std::min<size_t>(style_.tree_padding * size_t{depth}, kMaxTreeIndent);
  }

  std::string CellText(const Column& column, size_t row, size_t max_chars) const {
    return Escape(HumanCell(table_.rows[row][column.field], table_.fields[column.field].unit),
                  max_chars);
  }

  void Measure(Column& column) {
    column.width = DisplayWidth(table_.fields[column.field].title);
    for (size_t row = 0; row < table_.rows.size(); ++row) {
      const size_t indent = is_last(column) && is_tree() ? Indent(table_.depths[row]) : 0;
      const size_t size = DisplayWidth(CellText(column, row, kMaxMiddleColumn));
      column.width = std::max(column.width, size + indent);
    }
  }

  // Where the last column starts.
  size_t Start() const {
    size_t start = 1;
    for (const Column& column : columns_)
      if (!is_last(column)) start += column.width + 2;
    return start;
  }

  size_t Room(size_t indent) const {
    if (style_.width == 0) return kUncut;
    const size_t used = Start() + indent + 1;
    return std::max(kMinLastColumn, style_.width > used ? style_.width - used : 0);
  }

  std::string Header() const {
    std::string line = " ";
    for (const Column& column : columns_) {
      const std::string& title = table_.fields[column.field].title;
      line += is_last(column) && !column.right ? title
                                               : Padded(title, column.width, column.right) + "  ";
    }
    line.erase(line.find_last_not_of(' ') + 1);
    return line;
  }

  std::string Rule() const {
    std::string line = " ";
    for (const Column& column : columns_)
      line += std::string(is_last(column) && !column.right
                              ? DisplayWidth(table_.fields[column.field].title)
                              : column.width,
                          '-') +
              (is_last(column) ? "" : "  ");
    return line;
  }

  std::string Text(const Line& line) const {
    const size_t indent = Indent(line.depth);
    if (line.remark == nullptr) return RowText(line.row, indent);
    // Where the names stand.
    return std::string(Start() + indent, ' ') + Escape(line.remark->text, Room(indent)) + '\n';
  }

  std::string RowText(size_t row, size_t indent) const {
    std::string line = " ";
    for (const Column& column : columns_) {
      if (is_last(column) && !column.right) {
        const bool whole = table_.fields[column.field].whole;
        line += std::string(indent, ' ') + CellText(column, row, whole ? 0 : Room(indent));
        if (whole) {
          line.erase(line.find_last_not_of(' ') + 1);
          return Wrap(line, style_.width, Start() + indent + kContinuation) + OwnLines(row);
        }
      } else {
        line += Padded(CellText(column, row, kMaxMiddleColumn), column.width, column.right) +
                (is_last(column) ? "" : "  ");
      }
    }
    line.erase(line.find_last_not_of(' ') + 1);
    return line + '\n' + OwnLines(row);
  }

  std::string OwnLines(size_t row) const {
    std::string out;
    for (size_t i = 0; i < table_.fields.size(); ++i) {
      const Field& field = table_.fields[i];
      const std::string text = HumanCell(table_.rows[row][i], field.unit);
      if (field.placement != Placement::kOwnLine || text.empty()) continue;
      const std::string label = field.title.empty() ? "" : field.title + ": ";
      out += Wrap("    " + label + Escape(text, kMaxOwnLine), style_.width, 6);
    }
    return out;
  }

  const Table& table_;
  const Style& style_;
  std::vector<Column> columns_;
};

}  // namespace

std::string LayOutGrid(const Table& table, const Style& style) { return Grid(table, style).Text(); }

}  // namespace nodeheap
