// What refers to a few objects, found without the references of all: a pass over the memory of the
// heap looks for words that point to them, and only what contains one is asked for its references.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "explorer/searched_heap.h"
#include "nodeheap/result.h"

namespace nodeheap::explorer {

struct Reference {
  uint32_t source = 0;  // node
  EdgeType type = EdgeType::kHidden;
  uint32_t name = 0;    // of the pool, or a number where IsIndexed(type)
  uint32_t target = 0;  // node
};

struct Referrers {
  std::vector<Reference> references;  // in the order of the graph
  std::vector<Label> labels;          // likewise
  std::vector<uint32_t> incomplete;   // nodes with too many referrers to find all here, ascending
};

// What lies where no plain word tells, found once for all searches.
struct OddObjects {
  std::vector<uint32_t> code;  // objects: holds instructions, which embed pointers at any byte
  std::vector<uint32_t> global_proxies;    // V8 14: tells of what it has no pointer to
  std::vector<uint32_t> ephemeron_tables;  // objects
  std::vector<uint32_t> buffers;  // objects: JSArrayBuffers, whose memory counts among their edges
};
// Each list ascending.
Result<OddObjects> FindOddObjects(const v8::Heap& heap, const ObjectNumbers& numbers,
                                  unsigned threads, const Progress& progress);

// `nodes` are objects, but not code: that is found through tables. `odd` is of the same heap.
Result<Referrers> FindReferrers(const SearchedHeap& heap, ReferencesByThread& references,
                                const OddObjects& odd, std::span<const uint32_t> nodes);

}  // namespace nodeheap::explorer
