// Details ("Title  value") and objects with their properties, in llnode's notation.
#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "render/formats.h"
#include "render/text_layouts.h"

namespace nodeheap {
namespace {

constexpr size_t kMaxValue = 200;

// "<String: "abc">" of type "string" and name "abc".
std::string Described(const std::string& type, const std::string& name, size_t max_chars) {
  std::string title = Escape(type, max_chars);
  if (!title.empty() && title[0] >= 'a' && title[0] <= 'z')
    title[0] = static_cast<char>(title[0] - 'a' + 'A');
  const std::string shown = Escape(name, max_chars);
  const std::string_view quote = type.ends_with("string") ? "\"" : "";
  return fmt::format("{}: {}{}{}", title, quote, shown, quote);
}

class ObjectText {
 public:
  ObjectText(const Table& table, const Style& style)
      : table_(table),
        max_chars_(style.width == 0 ? kMaxValue : std::max(24U, style.width - 20)),
        edge_(FindField(table, "edge")),
        id_(FindField(table, "id")),
        type_(FindField(table, "type")),
        name_(FindField(table, "name")) {}

  std::string Text() const {
    std::string out;
    for (size_t row = 0; row < table_.rows.size(); ++row) out += Line(row);
    return out;
  }

 private:
  uint32_t Depth(size_t row) const { return row < table_.depths.size() ? table_.depths[row] : 0; }

  std::string CellAt(size_t row, size_t field) const {
    return field < table_.fields.size() ? PlainCell(table_.rows[row][field]) : std::string();
  }

  std::string Line(size_t row) const {
    std::string line(4 * size_t{Depth(row)}, ' ');
    if (const std::string edge = CellAt(row, edge_); !edge.empty())
      line += Escape(edge, max_chars_) + "=";
    const std::string id = CellAt(row, id_);
    const bool last = row + 1 == table_.rows.size();
    const uint32_t next = last ? 0 : Depth(row + 1);
    if (id.empty()) {
      line += "… " + Escape(CellAt(row, name_));
    } else {
      line += id + ":<" + Described(CellAt(row, type_), CellAt(row, name_), max_chars_);
    }
    if (next > Depth(row)) return line + " properties {\n";
    if (!id.empty()) line += '>';
    // Closes each object whose last property this was.
    for (uint32_t open = Depth(row); open > next; --open) line += "}>";
    const bool sibling = !last && next == Depth(row) && next > 0;
    return line + (sibling || (!last && next > 0) ? ",\n" : "\n");
  }

  const Table& table_;
  size_t max_chars_;
  size_t edge_;
  size_t id_;
  size_t type_;
  size_t name_;
};

}  // namespace

std::string LayOutDetails(const Table& table, const Style& style) {
  size_t widest = 0;
  for (const Field& field : table.fields) {
    if (IsForPeople(field)) widest = std::max(widest, DisplayWidth(field.title));
  }
  std::string out;
  for (const Row& row : table.rows) {
    for (size_t i = 0; i < table.fields.size(); ++i) {
      const Field& field = table.fields[i];
      const std::string text = Escape(HumanCell(row[i], field.unit), 2 * kMaxValue);
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
