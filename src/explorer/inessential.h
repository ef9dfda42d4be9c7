// Objects so common that heap snapshots leave out references to them (IsEssentialObject in
// v8/src/profiler/heap-snapshot-generator.cc).
#pragma once

#include <boost/unordered/unordered_flat_set.hpp>

#include "v8/heap.h"

namespace nodeheap::explorer {

class Inessential {
 public:
  explicit Inessential(const v8::Heap& heap);

  bool Has(v8::Address object) const {
    return object - lowest_ <= extent_ && objects_.contains(object);
  }

 private:
  boost::unordered_flat_set<v8::Address> objects_;
  // They lie close together, so most objects are known not to be among them without a search.
  v8::Address lowest_ = 0;
  uint64_t extent_ = 0;  // from the lowest to the highest
};

}  // namespace nodeheap::explorer
