// A column of ascending addresses, in 4 bytes each: the lower halves. The upper halves change only
// a few times in a process, so it is enough to know where.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "nodeheap/column.h"

namespace nodeheap {

class AddressColumn {
 public:
  AddressColumn() = default;

  // For `size` addresses, all of which are still to be Set(). `address_of(i)` tells the i-th: it is
  // asked for few of them.
  template <typename AddressOf>
  AddressColumn(size_t size, const AddressOf& address_of) : lower_(size) {
    const auto upper_of = [&](size_t i) { return address_of(i) >> kBits; };
    for (size_t i = 0; i < size; i = runs_.back().end) {
      const uint64_t upper = upper_of(i);
      size_t end = i + 1;  // behind the last one known to have this upper half
      size_t limit = size;
      while (end < limit) {
        const size_t middle = end + (limit - end) / 2;
        if (upper_of(middle) == upper)
          end = middle + 1;
        else
          limit = middle;
      }
      runs_.push_back({.end = end, .upper = upper << kBits});
    }
  }

  size_t size() const { return lower_.size(); }
  bool empty() const { return lower_.empty(); }
  uint64_t operator[](size_t index) const { return RunOf(index).upper | lower_[index]; }
  // Several threads may set different entries at once.
  void Set(size_t index, uint64_t address) { lower_[index] = static_cast<uint32_t>(address); }

  // Where the address stands; nullopt if it does not. O(log size).
  std::optional<size_t> Find(uint64_t address) const;

 private:
  static constexpr unsigned kBits = 32;
  struct Run {
    size_t end = 0;  // behind the last entry with this upper half
    uint64_t upper = 0;
  };

  const Run& RunOf(size_t index) const {
    return *std::ranges::upper_bound(runs_, index, {}, &Run::end);
  }

  Column<uint32_t> lower_;
  std::vector<Run> runs_;
};

}  // namespace nodeheap
