// A column of indexes into something that is usually small: 2 bytes each as long as all of them are
// below 65,536, and 4 bytes from then on.
#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>

#include "nodeheap/column.h"

namespace nodeheap {

class IndexColumn {
 public:
  IndexColumn() = default;
  explicit IndexColumn(size_t size) : narrow_(size) {}

  size_t size() const { return std::max(narrow_.size(), wide_.size()); }
  uint32_t operator[](size_t at) const { return wide_.empty() ? narrow_[at] : wide_[at]; }
  // Not for several threads at once.
  void Set(size_t at, uint32_t index) {
    if (wide_.empty() && index > std::numeric_limits<uint16_t>::max()) Widen();
    if (wide_.empty()) {
      narrow_[at] = static_cast<uint16_t>(index);
    } else {
      wide_[at] = index;
    }
  }

 private:
  void Widen() {
    wide_ = Column<uint32_t>(narrow_.size());
    std::ranges::copy(narrow_, wide_.begin());
    narrow_ = {};
  }

  Column<uint16_t> narrow_;  // empty once there is a wide one
  Column<uint32_t> wide_;
};

}  // namespace nodeheap
