// The numbers that objects get in the graph: those that are in it, in the order of their addresses.
#pragma once

#include <bit>
#include <cstdint>
#include <optional>
#include <vector>

#include "base/bitmap.h"
#include "v8/heap.h"

namespace nodeheap::explorer {

class ObjectNumbers {
 public:
  // `first`: the number of the first object.
  ObjectNumbers(const Bitmap& included, uint32_t objects, uint32_t first);

  uint32_t count() const { return count_; }
  uint32_t first() const { return first_; }
  bool Has(v8::ObjectIndex object) const {
    return words_[Index(object) / 64] >> (Index(object) % 64) & 1;
  }
  // REQUIRES: Has(object).
  uint32_t Of(v8::ObjectIndex object) const {
    const uint32_t i = Index(object);
    const uint64_t before = words_[i / 64] & ((uint64_t{1} << (i % 64)) - 1);
    return ranks_[i / 64] + static_cast<uint32_t>(std::popcount(before));
  }

 private:
  uint32_t first_ = 0;
  uint32_t count_ = 0;
  std::vector<uint64_t> words_;
  std::vector<uint32_t> ranks_;  // the number of the first object of each word
};

}  // namespace nodeheap::explorer
