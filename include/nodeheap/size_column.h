// A column of sizes in bytes. Nearly all fit a few bits, so that is what each takes; the rest are
// kept aside.
#pragma once

#include <cstdint>
#include <limits>
#include <memory>

#include "nodeheap/column.h"

namespace nodeheap {

// `Small` is an unsigned integer.
template <typename Small>
class BasicSizeColumn {
 public:
  BasicSizeColumn();
  explicit BasicSizeColumn(size_t size);
  BasicSizeColumn(BasicSizeColumn&&) noexcept;
  BasicSizeColumn& operator=(BasicSizeColumn&&) noexcept;
  ~BasicSizeColumn();

  size_t size() const { return small_.size(); }
  bool empty() const { return small_.empty(); }
  uint64_t operator[](size_t index) const {
    const Small value = small_[index];
    return value != kLarge ? value : Large(index);
  }
  // Several threads may set different entries at once.
  void Set(size_t index, uint64_t value) {
    if (value < kLarge) [[likely]] {
      small_[index] = static_cast<Small>(value);
    } else {
      SetLarge(index, value);
    }
  }
  bool operator==(const BasicSizeColumn& other) const;

  // Forgets the entries from `size` on. REQUIRES: size <= size().
  void Shrink(size_t size) { small_.Shrink(size); }

 private:
  static constexpr Small kLarge = std::numeric_limits<Small>::max();
  struct LargeSizes;

  uint64_t Large(size_t index) const;
  void SetLarge(size_t index, uint64_t value);

  Column<Small> small_;  // kLarge where the size is in large_
  std::unique_ptr<LargeSizes> large_;
};

extern template class BasicSizeColumn<uint16_t>;
extern template class BasicSizeColumn<uint32_t>;

// Of objects alone.
using SizeColumn = BasicSizeColumn<uint16_t>;
// Of objects with all that they retain.
using RetainedSizeColumn = BasicSizeColumn<uint32_t>;

}  // namespace nodeheap
