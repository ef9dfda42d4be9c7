#include "explorer/object_numbers.h"

namespace nodeheap::explorer {

ObjectNumbers::ObjectNumbers(const Bitmap& included, uint32_t objects, uint32_t first)
    : first_(first), words_(objects / 64 + 1), ranks_(objects / 64 + 1) {
  for (uint32_t i = 0; i < objects; ++i)
    if (included.Has(i)) words_[i / 64] |= uint64_t{1} << (i % 64);
  for (size_t i = 0; i < words_.size(); ++i) {
    ranks_[i] = first_ + count_;
    count_ += static_cast<uint32_t>(std::popcount(words_[i]));
  }
}

}  // namespace nodeheap::explorer
