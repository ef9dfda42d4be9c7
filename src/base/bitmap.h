// One bit for each node: small enough to stay in the cache while a search looks at every edge.
#pragma once

#include <cstddef>
#include <cstdint>

#include "nodeheap/column.h"

namespace nodeheap {

class Bitmap {
 public:
  Bitmap() = default;
  explicit Bitmap(size_t size) : words_(size / 64 + 1) {}

  bool Has(size_t index) const { return (words_[index / 64] >> (index % 64) & 1) != 0; }
  void Add(size_t index) { words_[index / 64] |= uint64_t{1} << (index % 64); }

  // Returns whether the bit was clear before.
  bool AddNew(size_t index) {
    uint64_t& word = words_[index / 64];
    const uint64_t bit = uint64_t{1} << (index % 64);
    const bool is_new = (word & bit) == 0;
    word |= bit;
    return is_new;
  }

 private:
  Column<uint64_t> words_;
};

}  // namespace nodeheap
