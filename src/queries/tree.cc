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
  uint64_t left_out = 0;    // not a node if not 0, but so many
  std::string remark = {};  // and what to say of them
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
  uint64_t left_out = 0;
  std::vector<Pending> pending = {{TreeItem{.node = start}, 0}};
  while (!pending.empty() && table.rows.size() < bounds_.max_rows) {
    const Pending next = std::move(pending.back());
    pending.pop_back();
    if (next.left_out != 0) {
      left_out += next.left_out;
      table.remarks.push_back({table.rows.size(), next.depth, next.left_out, next.remark});
      continue;
    }
    table.depths.push_back(next.depth);
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
      std::string remark = describe_rest ? describe_rest(rest) : MoreText(rest.size());
      pending.push_back({{}, next.depth + 1, rest.size(), std::move(remark)});
    }
    for (size_t i = count; i > 0; --i) pending.push_back({items[i - 1], next.depth + 1});
  }
  for (const Pending& item : pending) left_out += std::max<uint64_t>(1, item.left_out);
  table.total = table.rows.size() + left_out;
  if (!pending.empty())
    table.note =
        fmt::format("The tree goes on: stopped after {} rows.", WithThousands(bounds_.max_rows));
  return table;
}

}  // namespace nodeheap
