#include "nodeheap/address_column.h"

#include <span>

namespace nodeheap {

std::optional<size_t> AddressColumn::Find(uint64_t address) const {
  const auto run = std::ranges::lower_bound(runs_, address >> kBits << kBits, {}, &Run::upper);
  if (run == runs_.end() || run->upper != address >> kBits << kBits) return std::nullopt;
  const size_t begin = run == runs_.begin() ? 0 : std::prev(run)->end;
  const auto lower = lower_.span().subspan(begin, run->end - begin);
  const auto found = std::ranges::lower_bound(lower, static_cast<uint32_t>(address));
  if (found == lower.end() || *found != static_cast<uint32_t>(address)) return std::nullopt;
  return begin + static_cast<size_t>(found - lower.begin());
}

}  // namespace nodeheap
