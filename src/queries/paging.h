// Ordering and cutting of lists that may have millions of rows: works on indexes, and sorts no more
// of them than are shown.
#pragma once

#include <algorithm>
#include <compare>
#include <cstdint>
#include <numeric>
#include <utility>
#include <vector>

#include "base/stoppable.h"
#include "nodeheap/query.h"

namespace nodeheap {

// The items that `paging` shows, in order. compare(a, b) orders two items ascending by the sort key
// (<=>); equal items keep their order.
template <typename Compare>
std::vector<uint32_t> SelectPage(std::vector<uint32_t> items, const Paging& paging,
                                 const Compare& compare) {
  const uint64_t begin = std::min<uint64_t>(paging.offset, items.size());
  const uint64_t rest = items.size() - begin;
  const uint64_t end = begin + (paging.limit == 0 ? rest : std::min(paging.limit, rest));
  const auto before = [&](uint32_t a, uint32_t b) {
    const auto order = compare(a, b);
    if (order != 0) return paging.descending ? order > 0 : order < 0;
    return a < b;
  };
  const auto shown = items.begin() + static_cast<ptrdiff_t>(begin);
  const auto after = items.begin() + static_cast<ptrdiff_t>(end);
  if (begin != 0 && begin != items.size())
    std::nth_element(items.begin(), shown, items.end(), before);
  if (after != items.end()) std::nth_element(shown, after, items.end(), before);
  std::sort(shown, after, before);
  return {shown, after};
}

inline bool IsOnPage(const Paging& paging, uint64_t position) {
  return position >= paging.offset &&
         (paging.limit == 0 || position - paging.offset < paging.limit);
}

inline void SetPage(Table& table, const Paging& paging, uint64_t total) {
  table.total = total;
  table.offset = std::min<uint64_t>(paging.offset, total);
}

// Makes rows of the items that `paging` shows, and returns these.
template <typename Compare, typename RowOf>
Result<std::vector<uint32_t>> AddPage(Table& table, std::vector<uint32_t> items,
                                      const Paging& paging, const Progress& progress,
                                      const Compare& compare, const RowOf& row) {
  SetPage(table, paging, items.size());
  std::vector<uint32_t> page = SelectPage(std::move(items), paging, compare);
  NH_CHECK(
      ForEachBelow(page.size(), progress, [&](uint32_t i) { table.rows.push_back(row(page[i])); }));
  return page;
}

// The same of all items below `count`.
template <typename Compare, typename RowOf>
Result<std::vector<uint32_t>> AddPage(Table& table, size_t count, const Paging& paging,
                                      const Progress& progress, const Compare& compare,
                                      const RowOf& row) {
  std::vector<uint32_t> items(count);
  std::iota(items.begin(), items.end(), 0U);
  return AddPage(table, std::move(items), paging, progress, compare, row);
}

// Cuts a table that is whole.
inline void CutRows(Table& table, const Paging& paging) {
  SetPage(table, paging, table.rows.size());
  const auto cut = [&](auto& rows) {
    rows.erase(rows.begin(), rows.begin() + static_cast<ptrdiff_t>(
                                                std::min<uint64_t>(table.offset, rows.size())));
    if (paging.limit != 0 && rows.size() > paging.limit) rows.resize(paging.limit);
  };
  cut(table.rows);
  cut(table.depths);
}

// Distances as people compare them: those that are shown as "−" are the farthest.
inline uint32_t OrderedDistance(int32_t distance) { return static_cast<uint32_t>(distance); }

}  // namespace nodeheap
