#include "snapshot/addresses.h"

#include <algorithm>
#include <span>
#include <vector>

namespace nodeheap {

Result<void> AddressSink::Reserve(uint64_t total) {
  if (total > nodes_ + 1)
    return std::unexpected(
        Error{.code = ErrorCode::kBadData, .message = "there are more addresses than nodes"});
  values_.resize(total);
  return {};
}

IntegerSink::Refusal AddressSink::Consume(uint64_t first, std::span<const uint64_t> values) {
  std::ranges::copy(values, values_.begin() + static_cast<ptrdiff_t>(first));
  return {.taken = values.size()};
}

bool AddressSink::Store(HeapGraph::Columns& columns) const {
  constexpr uint64_t kEnd = uint64_t{1} << 57;  // of any address space, in units
  if (values_.empty()) return true;
  const uint64_t count = values_.size() - 1;
  if (count > nodes_ || values_.front() > nodes_ - count) return false;
  columns.first_addressed = static_cast<uint32_t>(values_.front());
  std::vector<uint64_t> addresses;
  addresses.reserve(count);
  uint64_t at = 0;
  for (const uint64_t step : std::span(values_).subspan(1)) {
    if (step == 0 || step >= kEnd - at) return false;
    at += step;
    addresses.push_back(at * kAddressUnit);
  }
  columns.addresses = AddressColumn(count, [&](size_t i) { return addresses[i]; });
  for (size_t i = 0; i < count; ++i) columns.addresses.Set(i, addresses[i]);
  return true;
}

}  // namespace nodeheap
