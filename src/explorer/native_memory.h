// Memory outside the heap that objects own: that of ArrayBuffers.
#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <cstdint>
#include <span>
#include <vector>

#include "nodeheap/column.h"
#include "v8/heap.h"

namespace nodeheap::explorer {

struct NativeMemory {
  v8::Address address = 0;
  uint64_t size = 0;  // bytes
};

class NativeMemories {
 public:
  // `buffers`: the JSArrayBuffers in the graph. Those that share memory share a node.
  NativeMemories(const v8::Heap& heap, std::span<const uint32_t> buffers);

  // The number of the first one's node is only known when the objects are counted.
  void SetFirstNode(uint32_t node) { first_node_ = node; }
  uint32_t first_node() const { return first_node_; }
  std::span<const NativeMemory> all() const { return all_; }
  std::optional<uint32_t> NodeOf(v8::Address address) const;

 private:
  std::vector<NativeMemory> all_;  // by address
  uint32_t first_node_ = 0;
};

}  // namespace nodeheap::explorer
