#include "nodeheap/size_column.h"

#include <algorithm>
#include <boost/unordered/unordered_flat_map.hpp>
#include <mutex>
#include <ranges>

namespace nodeheap {

struct SizeColumn::LargeSizes {
  std::mutex mutex;
  boost::unordered_flat_map<size_t, uint64_t> by_index;
};

SizeColumn::SizeColumn() = default;
SizeColumn::SizeColumn(size_t size) : small_(size), large_(std::make_unique<LargeSizes>()) {}
SizeColumn::SizeColumn(SizeColumn&&) noexcept = default;
SizeColumn& SizeColumn::operator=(SizeColumn&&) noexcept = default;
SizeColumn::~SizeColumn() = default;

uint64_t SizeColumn::Large(size_t index) const { return large_->by_index.at(index); }

void SizeColumn::SetLarge(size_t index, uint64_t value) {
  const std::scoped_lock lock(large_->mutex);
  large_->by_index[index] = value;
  small_[index] = kLarge;
}

bool operator==(const SizeColumn& a, const SizeColumn& b) {
  return a.size() == b.size() && std::ranges::all_of(std::views::iota(size_t{0}, a.size()),
                                                     [&](size_t i) { return a[i] == b[i]; });
}

}  // namespace nodeheap
