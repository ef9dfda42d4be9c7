// The numbers that objects get in the graph: those that are in it, in the order of their addresses.
#pragma once

#include <cstdint>
#include <optional>

#include "base/bitmap.h"
#include "base/pop_count.h"
#include "nodeheap/column.h"
#include "v8/heap.h"

namespace nodeheap::explorer {

class ObjectNumbers {
 public:
  // `first`: the number of the first object.
  ObjectNumbers(const Bitmap& included, uint32_t objects, uint32_t first);

  uint32_t count() const { return count_; }
  uint32_t first() const { return first_; }
  bool Has(v8::ObjectIndex object) const {
    return (blocks_[Index(object) / 64].included >> (Index(object) % 64) & 1) != 0;
  }
  // REQUIRES: Has(object).
  uint32_t Of(v8::ObjectIndex object) const {
    const uint32_t i = Index(object);
    const Block& block = blocks_[i / 64];
    const uint64_t before = block.included & ((uint64_t{1} << (i % 64)) - 1);
    return block.first + PopCount(before);
  }
  // The other way round. REQUIRES: first() <= number < first() + count(). O(log objects).
  v8::ObjectIndex ObjectOf(uint32_t number) const;

 private:
  struct Block {        // 64 objects
    uint64_t included;  // one bit an object
    uint32_t first;     // the number of the first one included
  };

  uint32_t first_ = 0;
  uint32_t count_ = 0;
  Column<Block> blocks_;
};

}  // namespace nodeheap::explorer
