#include "queries/tree.h"

#include <fmt/format.h>

#include <algorithm>
#include <span>
#include <unordered_set>

#include "base/text.h"

namespace nodeheap {
namespace {

struct Pending {
  TreeItem item;
  uint32_t depth;
  std::string remark;  // not a node if not empty
};

// Moves the heaviest items to the front, in order, and returns how many are to be shown.
size_t SelectHeaviest(std::vector<TreeItem>& items, const TreeBounds& bounds) {
  const auto heavy_end = std::partition(items.begin(), items.end(), [&](const TreeItem& item) {
    return item.weight >= bounds.min_weight;
  });
  const auto heavy = static_cast<size_t>(heavy_end - items.begin());
  const size_t count =
      bounds.max_children == 0 ? heavy : std::min<size_t>(bounds.max_children, heavy);
  const auto before = [](const TreeItem& a, const TreeItem& b) {
    if (a.weight != b.weight) return a.weight > b.weight;
    return a.node != b.node ? a.node < b.node : a.edge < b.edge;
  };
  std::partial_sort(items.begin(), items.begin() + static_cast<ptrdiff_t>(count), heavy_end,
                    before);
  return count;
}

}  // namespace

Table TreeBuilder::Build(std::string name, NodeId start, const Children& children,
                         const RowOf& row) const {
  Table table{.name = std::move(name), .fields = columns_.Fields()};
  std::unordered_set<uint32_t> opened;
  std::vector<Pending> pending = {{TreeItem{.node = start}, 0, {}}};
  while (!pending.empty() && table.rows.size() < bounds_.max_rows) {
    const Pending next = std::move(pending.back());
    pending.pop_back();
    table.depths.push_back(next.depth);
    if (!next.remark.empty()) {
      table.rows.push_back(columns_.Remark(next.remark));
      continue;
    }
    table.rows.push_back(row(next.item));
    if (next.depth >= bounds_.max_depth) continue;
    if (!opened.insert(Index(next.item.node)).second) {
      if (auto* label = std::get_if<std::string>(&table.rows.back().back()))
        *label += " (see above)";
      continue;
    }
    std::vector<TreeItem> items = children(next.item.node);
    const size_t count = SelectHeaviest(items, bounds_);
    const std::span<const TreeItem> rest = std::span(items).subspan(count);
    if (!rest.empty()) {
      std::string remark = describe_rest ? describe_rest(rest)
                                         : fmt::format("… {} more", WithThousands(rest.size()));
      pending.push_back({{}, next.depth + 1, std::move(remark)});
    }
    for (size_t i = count; i > 0; --i) pending.push_back({items[i - 1], next.depth + 1, {}});
  }
  table.total = table.rows.size();
  if (!pending.empty())
    table.note =
        fmt::format("The tree goes on: stopped after {} rows.", WithThousands(bounds_.max_rows));
  return table;
}

}  // namespace nodeheap
