// Ordering and cutting of lists that may have millions of rows: works on indexes, and sorts no more
// of them than are shown.
#pragma once

#include <algorithm>
#include <compare>
#include <cstdint>
#include <vector>

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
  std::partial_sort(shown, after, items.end(), before);
  return {shown, after};
}

// Distances as people compare them: those that are shown as "−" are the farthest.
inline uint32_t OrderedDistance(int32_t distance) { return static_cast<uint32_t>(distance); }

inline void SetPage(Table& table, const Paging& paging, uint64_t total) {
  table.total = total;
  table.offset = std::min<uint64_t>(paging.offset, total);
}

}  // namespace nodeheap
