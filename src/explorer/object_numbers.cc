#include "explorer/object_numbers.h"

#include <algorithm>
#include <bit>

namespace nodeheap::explorer {

ObjectNumbers::ObjectNumbers(const Bitmap& included, uint32_t objects, uint32_t first)
    : first_(first), blocks_(objects / 64 + 1) {
  for (size_t i = 0; i < blocks_.size(); ++i) {
    blocks_[i] = {included.Word(i), first_ + count_};
    count_ += PopCount(blocks_[i].included);
  }
}

v8::ObjectIndex ObjectNumbers::ObjectOf(uint32_t number) const {
  // Few objects are left out, so that it is not far from where it were without these.
  size_t low = (number - first_) / 64;
  size_t step = 1;
  for (; low + step < blocks_.size() && blocks_[low + step].first <= number; step *= 2) low += step;
  const Block* const end = blocks_.begin() + std::min(low + step, blocks_.size());
  const Block* const block =
      std::upper_bound(blocks_.begin() + low, end, number,
                       [](uint32_t n, const Block& other) { return n < other.first; }) -
      1;
  uint64_t bits = block->included;
  for (uint32_t before = number - block->first; before != 0; --before) bits &= bits - 1;
  const auto first = static_cast<uint32_t>((block - blocks_.begin()) * 64);
  return v8::ObjectIndex{first + static_cast<uint32_t>(std::countr_zero(bits))};
}

}  // namespace nodeheap::explorer
