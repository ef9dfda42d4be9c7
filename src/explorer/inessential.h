// Objects so common that heap snapshots leave out references to them (IsEssentialObject in
// v8/src/profiler/heap-snapshot-generator.cc).
#pragma once

#include <boost/unordered/unordered_flat_set.hpp>

#include "v8/heap.h"

namespace nodeheap::explorer {

boost::unordered_flat_set<v8::Address> FindInessential(const v8::Heap& heap);

}  // namespace nodeheap::explorer
