#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "render/formats.h"

namespace nodeheap {
namespace {

uint64_t Magnitude(int64_t value) {
  // Not -value: the smallest has no positive twin.
  return value < 0 ? 0 - static_cast<uint64_t>(value) : static_cast<uint64_t>(value);
}

std::string HumanSigned(int64_t value, Unit unit) {
  const std::string_view sign = value < 0 ? "−" : value > 0 ? "+" : "";
  const uint64_t size = Magnitude(value);
  return fmt::format("{}{}", sign,
                     unit == Unit::kSignedBytes ? HumanSize(size) : WithThousands(size));
}

std::string HumanShare(double share) {
  if (share > 0 && share < 0.001) return "<0.1 %";
  return fmt::format("{:.1f} %", share * 100);
}

struct HumanVisitor {
  Unit unit;

  std::string operator()(std::monostate) const { return unit == Unit::kDistance ? "−" : ""; }
  std::string operator()(const std::string& text) const { return text; }
  std::string operator()(double value) const {
    return unit == Unit::kShare ? HumanShare(value) : fmt::format("{}", value);
  }
  std::string operator()(uint64_t value) const {
    return unit == Unit::kBytes ? HumanSize(value) : WithThousands(value);
  }
  std::string operator()(int64_t value) const {
    if (unit == Unit::kSignedBytes || unit == Unit::kSignedCount) return HumanSigned(value, unit);
    return fmt::format("{}", value);
  }
};

struct PlainVisitor {
  std::string operator()(std::monostate) const { return {}; }
  std::string operator()(const std::string& text) const { return text; }
  std::string operator()(double value) const { return fmt::format("{}", value); }
  std::string operator()(uint64_t value) const { return fmt::format("{}", value); }
  std::string operator()(int64_t value) const { return fmt::format("{}", value); }
};

}  // namespace

std::string HumanCell(const Cell& cell, Unit unit) { return std::visit(HumanVisitor{unit}, cell); }

std::string PlainCell(const Cell& cell) { return std::visit(PlainVisitor{}, cell); }

std::string ShownOfTotal(const Table& table) {
  if (table.rows.empty()) return fmt::format("Showing none of {}", WithThousands(table.total));
  return fmt::format("Showing {} to {} of {}", WithThousands(table.offset + 1),
                     WithThousands(table.offset + table.rows.size()), WithThousands(table.total));
}

bool NeedsShownOfTotal(const Table& table) {
  if (table.rows.empty()) return true;
  if (table.layout != Layout::kGrid) return false;
  const bool told = !table.remarks.empty() || !table.note.empty();
  const bool cut = table.total != table.rows.size();
  return table.depths.empty() || table.offset != 0 || (cut && !told);
}

std::vector<Line> Lines(const Table& table) {
  std::vector<Line> lines;
  auto remark = table.remarks.begin();
  for (size_t row = 0; row <= table.rows.size(); ++row) {
    for (; remark != table.remarks.end() && remark->before_row <= row; ++remark)
      lines.push_back({row, &*remark, remark->depth});
    const uint32_t depth = row < table.depths.size() ? table.depths[row] : 0;
    if (row < table.rows.size()) lines.push_back({row, nullptr, depth});
  }
  return lines;
}

size_t FindField(const Table& table, std::string_view key) {
  const auto found = std::ranges::find(table.fields, key, &Field::key);
  return static_cast<size_t>(found - table.fields.begin());
}

}  // namespace nodeheap
