// A column of sizes in bytes. Nearly all objects are smaller than 4 GiB, so each takes 4 bytes; the
// rest are kept aside.
#pragma once

#include <cstdint>
#include <limits>
#include <memory>

#include "nodeheap/column.h"

namespace nodeheap {

class SizeColumn {
 public:
  SizeColumn();
  explicit SizeColumn(size_t size);
  SizeColumn(SizeColumn&&) noexcept;
  SizeColumn& operator=(SizeColumn&&) noexcept;
  ~SizeColumn();

  size_t size() const { return small_.size(); }
  bool empty() const { return small_.empty(); }
  uint64_t operator[](size_t index) const {
    const uint32_t value = small_[index];
    return value != kLarge ? value : Large(index);
  }
  // Several threads may set different entries at once.
  void Set(size_t index, uint64_t value) {
    if (value < kLarge) [[likely]] {
      small_[index] = static_cast<uint32_t>(value);
    } else {
      SetLarge(index, value);
    }
  }
  friend bool operator==(const SizeColumn& a, const SizeColumn& b);

  // Forgets the entries from `size` on. REQUIRES: size <= size().
  void Shrink(size_t size) { small_.Shrink(size); }

 private:
  static constexpr uint32_t kLarge = std::numeric_limits<uint32_t>::max();
  struct LargeSizes;

  uint64_t Large(size_t index) const;
  void SetLarge(size_t index, uint64_t value);

  Column<uint32_t> small_;  // kLarge where the size is in large_
  std::unique_ptr<LargeSizes> large_;
};

}  // namespace nodeheap
