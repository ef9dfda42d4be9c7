// Puts what several threads find of the objects' references into the columns of a graph, in the
// order of the objects.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>

#include "explorer/edges.h"
#include "nodeheap/graph.h"
#include "nodeheap/result.h"

namespace nodeheap::explorer {

class ReferenceMerger {
 public:
  // The nodes have their own names and types already. Room for `expected` edges takes no memory
  // until they come; more may come. `columns` must outlive the merger.
  ReferenceMerger(HeapGraph::Columns& columns, size_t expected);

  // Takes what was found in one portion of the objects, and leaves `found` empty. Each number from
  // 0 on comes once; what comes early waits. Safe for many threads at once.
  void Add(uint32_t portion, References& found);

  // REQUIRES: all portions were added. Fails if there are more edges than a graph can have.
  Result<void> Finish();

 private:
  void Append(References& found);
  void Reserve(size_t edges);
  void Apply(const Label& label);

  HeapGraph::Columns& columns_;
  std::mutex mutex_;
  size_t size_ = 0;  // edges in the columns, whose own sizes are the room there is
  bool too_many_ = false;
  uint32_t next_ = 0;                       // the portion that is to be appended
  std::map<uint32_t, References> waiting_;  // by portion
};

}  // namespace nodeheap::explorer
