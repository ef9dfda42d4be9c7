#include "nodeheap/size_column.h"

#include <algorithm>
#include <boost/unordered/unordered_flat_map.hpp>
#include <mutex>
#include <ranges>

namespace nodeheap {

template <typename Small>
struct BasicSizeColumn<Small>::LargeSizes {
  std::mutex mutex;
  boost::unordered_flat_map<size_t, uint64_t> by_index;
};

template <typename Small>
BasicSizeColumn<Small>::BasicSizeColumn() = default;
template <typename Small>
BasicSizeColumn<Small>::BasicSizeColumn(size_t size)
    : small_(size), large_(std::make_unique<LargeSizes>()) {}
template <typename Small>
BasicSizeColumn<Small>::BasicSizeColumn(BasicSizeColumn&&) noexcept = default;
template <typename Small>
BasicSizeColumn<Small>& BasicSizeColumn<Small>::operator=(BasicSizeColumn&&) noexcept = default;
template <typename Small>
BasicSizeColumn<Small>::~BasicSizeColumn() = default;

template <typename Small>
uint64_t BasicSizeColumn<Small>::Large(size_t index) const {
  return large_->by_index.at(index);
}

template <typename Small>
void BasicSizeColumn<Small>::SetLarge(size_t index, uint64_t value) {
  const std::scoped_lock lock(large_->mutex);
  large_->by_index[index] = value;
  small_[index] = kLarge;
}

template <typename Small>
bool BasicSizeColumn<Small>::operator==(const BasicSizeColumn& other) const {
  return size() == other.size() &&
         std::ranges::all_of(std::views::iota(size_t{0}, size()),
                             [&](size_t i) { return (*this)[i] == other[i]; });
}

template class BasicSizeColumn<uint16_t>;
template class BasicSizeColumn<uint32_t>;

}  // namespace nodeheap
