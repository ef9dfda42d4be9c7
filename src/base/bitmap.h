// One bit for each node, or edge: small enough to stay in the cache while a search looks at every
// edge.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>

#include "nodeheap/column.h"

namespace nodeheap {

class Bitmap {
 public:
  static constexpr size_t kWordBits = 64;

  Bitmap() = default;
  explicit Bitmap(size_t size) : words_(size / kWordBits + 1), size_(size) {}

  bool Has(size_t index) const {
    return (words_[index / kWordBits] >> (index % kWordBits) & 1) != 0;
  }
  void Add(size_t index) { words_[index / kWordBits] |= uint64_t{1} << (index % kWordBits); }

  // Returns whether the bit was clear before.
  bool AddNew(size_t index) {
    uint64_t& word = words_[index / kWordBits];
    const uint64_t bit = uint64_t{1} << (index % kWordBits);
    const bool is_new = (word & bit) == 0;
    word |= bit;
    return is_new;
  }

  // The same while other threads add bits, too.
  bool AddNewShared(size_t index) {
    const std::atomic_ref<uint64_t> word(words_[index / kWordBits]);
    const uint64_t bit = uint64_t{1} << (index % kWordBits);
    if ((word.load(std::memory_order_relaxed) & bit) != 0) return false;
    return (word.fetch_or(bit, std::memory_order_relaxed) & bit) == 0;
  }

  size_t word_count() const { return words_.size(); }
  // The bits [index * kWordBits, …).
  uint64_t Word(size_t index) const { return words_[index]; }

  // Sets all bits of the words [begin, end) to what has(index) says, asked in ascending order.
  // Several threads may set different words at once.
  template <typename Has>
  void SetWords(size_t begin, size_t end, Has has) {
    for (size_t word = begin; word < end; ++word) {
      uint64_t bits = 0;
      const size_t first = word * kWordBits;
      const size_t last = std::min(size_, first + kWordBits);
      for (size_t index = first; index < last; ++index)
        bits |= uint64_t{has(index)} << (index - first);
      words_[word] = bits;
    }
  }

 private:
  Column<uint64_t> words_;
  size_t size_ = 0;
};

}  // namespace nodeheap
