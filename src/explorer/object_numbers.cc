#include "explorer/object_numbers.h"

namespace nodeheap::explorer {

ObjectNumbers::ObjectNumbers(const Bitmap& included, uint32_t objects, uint32_t first)
    : first_(first), blocks_(objects / 64 + 1) {
  for (size_t i = 0; i < blocks_.size(); ++i) {
    blocks_[i] = {included.Word(i), first_ + count_};
    count_ += static_cast<uint32_t>(std::popcount(blocks_[i].included));
  }
}

}  // namespace nodeheap::explorer
