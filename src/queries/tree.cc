#include "queries/tree.h"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_set>

#include "base/stoppable.h"
#include "base/text.h"

namespace nodeheap {

struct TreeBuilder::Pending {
  TreeItem item;
  uint32_t depth;
  uint64_t left_out = 0;    // not a node if not 0, but so many
  std::string remark = {};  // and what to say of them
};

TreeBuilder::TreeBuilder(const QueryInput& input, const NodeColumns& columns, Paging paging)
    : input_(input),
      columns_(columns),
      paging_(std::move(paging)),
      max_depth_(input.arguments.Integer("depth")),
      max_children_(input.arguments.Integer("length")) {}

// Returns how many are shown.
size_t TreeBuilder::MoveShownToFront(std::vector<TreeItem>& items) const {
  const auto worthy_end =
      worth_showing ? std::partition(items.begin(), items.end(),
                                     [&](const TreeItem& item) { return worth_showing(item.node); })
                    : items.end();
  const auto worthy = static_cast<size_t>(worthy_end - items.begin());
  const size_t count = max_children_ == 0 ? worthy : std::min<size_t>(max_children_, worthy);
  const auto before = [&](const TreeItem& a, const TreeItem& b) {
    const auto order = CompareNodes(input_.session, paging_.sort, a.node, b.node);
    if (order != 0) return paging_.descending ? order > 0 : order < 0;
    return a.node != b.node ? a.node < b.node : a.edge < b.edge;
  };
  std::partial_sort(items.begin(), items.begin() + static_cast<ptrdiff_t>(count), worthy_end,
                    before);
  return count;
}

void TreeBuilder::Open(const TreeItem& item, uint32_t depth, const Children& children,
                       std::vector<Pending>& pending) const {
  std::vector<TreeItem> items = children(item.node);
  const size_t count = MoveShownToFront(items);
  const std::span<const TreeItem> rest = std::span(items).subspan(count);
  if (!rest.empty()) {
    std::string remark = describe_rest ? describe_rest(rest) : MoreText(rest.size());
    pending.push_back({{}, depth + 1, rest.size(), std::move(remark)});
  }
  for (size_t i = count; i > 0; --i) pending.push_back({items[i - 1], depth + 1});
}

Result<Table> TreeBuilder::Build(std::string name, NodeId start, const Children& children,
                                 const RowOf& row) const {
  Table table{.name = std::move(name), .fields = columns_.Fields()};
  std::unordered_set<uint32_t> opened;
  uint64_t passed = 0;  // rows, shown or not
  uint64_t left_out = 0;
  std::vector<Pending> pending = {{TreeItem{.node = start}, 0}};
  while (!pending.empty()) {
    NH_CHECK(CheckCancelled(input_.progress));
    const bool full = paging_.limit != 0 && table.rows.size() >= paging_.limit;
    if (full && pending.back().left_out == 0) break;
    const Pending next = std::move(pending.back());
    pending.pop_back();
    const bool shown = passed >= paging_.offset;
    if (next.left_out != 0) {
      left_out += next.left_out;
      if (shown)
        table.remarks.push_back({table.rows.size(), next.depth, next.left_out, next.remark});
      continue;
    }
    ++passed;
    if (shown) {
      table.depths.push_back(next.depth);
      table.rows.push_back(row(next.item));
    }
    if (next.depth >= max_depth_) continue;
    if (opened.insert(Index(next.item.node)).second) {
      Open(next.item, next.depth, children, pending);
    } else if (auto* label =
                   shown ? std::get_if<std::string>(&table.rows.back().back()) : nullptr) {
      *label += " (see above)";
    }
  }
  for (const Pending& item : pending) left_out += std::max<uint64_t>(1, item.left_out);
  table.total = passed + left_out;
  table.offset = passed - table.rows.size();
  if (!pending.empty())
    table.note = fmt::format("The tree goes on: stopped after {} rows.", WithThousands(passed));
  return table;
}

}  // namespace nodeheap
