// Details ("Title  value") and objects with their properties, in llnode's notation.
#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "render/formats.h"
#include "render/text_layouts.h"

namespace nodeheap {
namespace {

constexpr size_t kMaxValue = 200;
constexpr size_t kMaxIndent = 80;  // deeper objects stay there

class ObjectText {
 public:
  ObjectText(const Table& table, const Style& style)
      : table_(table),
        max_chars_(style.width == 0 ? kMaxValue : std::max(24U, style.width - 20)),
        edge_(FindField(table, "edge")),
        id_(FindField(table, "id")),
        type_(FindField(table, "type")),
        name_(FindField(table, "name")),
        map_(FindField(table, "map")),
        shown_(FindField(table, "shown")) {}

  std::string Text() const {
    const std::vector<Line> lines = Lines(table_);
    std::string out;
    for (size_t i = 0; i < lines.size(); ++i) {
      out += Text(lines[i], i + 1 < lines.size() ? &lines[i + 1] : nullptr) + '\n';
    }
    return out;
  }

 private:
  std::string CellAt(size_t row, size_t field) const {
    return field < table_.fields.size() ? PlainCell(table_.rows[row][field]) : std::string();
  }

  // "edge=@1:<Object: Foo", not yet closed.
  std::string Opened(size_t row) const {
    std::string text;
    if (const std::string edge = CellAt(row, edge_); !edge.empty())
      text = Escape(edge, max_chars_) + "=";
    if (const std::string id = CellAt(row, id_); !id.empty()) {
      const std::string map = CellAt(row, map_);
      text += map.empty() ? id + ":" : fmt::format("{}(map={}):", id, map);
    }
    if (const std::string shown = CellAt(row, shown_); !shown.empty())
      return text + '<' + Escape(shown);
    return text + '<' + Described(CellAt(row, type_), CellAt(row, name_), max_chars_);
  }

  // What stands before the members, of which the first is in that row.
  std::string_view Opening(const Line* next) const {
    const bool has_own_words = shown_ < table_.fields.size() && next->remark == nullptr;
    const bool is_list = has_own_words && CellAt(next->row, edge_).starts_with('[');
    return is_list ? " {" : " properties {";
  }

  // `below`: the next line; nullptr if there is none.
  std::string Text(const Line& line, const Line* below) const {
    const uint32_t next = below == nullptr ? 0 : below->depth;
    std::string text(std::min<size_t>(4 * size_t{line.depth}, kMaxIndent), ' ');
    text += line.remark == nullptr ? Opened(line.row) : Escape(line.remark->text);
    if (next > line.depth) return text.append(Opening(below));
    if (line.remark == nullptr) text += '>';
    // Closes each object whose last property this was.
    for (uint32_t open = line.depth; open > next; --open) text += "}>";
    return next > 0 ? text + ',' : text;
  }

  const Table& table_;
  size_t max_chars_;
  size_t edge_;
  size_t id_;
  size_t type_;
  size_t name_;
  size_t map_;
  size_t shown_;  // says in one what type and name do
};

}  // namespace

std::string Described(const std::string& type, const std::string& name, size_t max_chars) {
  std::string title = Escape(type, max_chars);
  if (!title.empty() && title[0] >= 'a' && title[0] <= 'z')
    title[0] = static_cast<char>(title[0] - 'a' + 'A');
  const std::string shown = Escape(name, max_chars);
  const std::string_view quote = type.ends_with("string") ? "\"" : "";
  return fmt::format("{}: {}{}{}", title, quote, shown, quote);
}

std::string LayOutDetails(const Table& table, const Style& style) {
  size_t widest = 0;
  for (const Field& field : table.fields) {
    if (IsForPeople(field)) widest = std::max(widest, DisplayWidth(field.title));
  }
  std::string out;
  for (const Row& row : table.rows) {
    for (size_t i = 0; i < table.fields.size(); ++i) {
      const Field& field = table.fields[i];
      const std::string text =
          Escape(HumanCell(row[i], field.unit), field.whole ? 0 : 2 * kMaxValue);
      if (!IsForPeople(field) || text.empty()) continue;
      const std::string padding(widest - DisplayWidth(field.title), ' ');
      out += Wrap(fmt::format(" {}{}  {}", field.title, padding, text), style.width, widest + 3);
    }
  }
  return out;
}

std::string LayOutObject(const Table& table, const Style& style) {
  return ObjectText(table, style).Text();
}

}  // namespace nodeheap
