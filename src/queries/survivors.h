// What came after the first of a series of dumps and stayed: the method of three snapshots.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "analysis/class_series.h"
#include "nodeheap/query.h"
#include "nodeheap/session.h"

namespace nodeheap {

class Survivors {
 public:
  // Of the dumps that follow `input.session`, so many. REQUIRES: at least two.
  Survivors(const QueryInput& input, size_t later) : input_(input), later_(later) {}

  // The next dump. Fails only with kCancelled. REQUIRES: Prepare(Need::kAll).
  Result<void> Add(const Session& dump);

  // A row for each class, the largest first: objects that the first dump does not have and the last
  // two have. Where ids do not tell, how many more than the first all later dumps have.
  Table ToTable(const std::vector<ClassSeries>& classes) const;

 private:
  struct OfClass {
    std::string name;
    uint64_t instances = 0;
    uint64_t self_size = 0;
    NodeId sample{};  // that retains most
    std::string id = {};
    std::string path = {};
  };

  void KeepNew(const HeapGraph& dump);
  std::vector<OfClass> FindIn(const Session& dump) const;
  Result<void> AddPaths(const Session& dump);
  std::vector<OfClass> FromCounts(const std::vector<ClassSeries>& classes) const;
  void SelectShown(std::vector<OfClass>& classes) const;

  const QueryInput& input_;
  size_t later_;
  size_t seen_ = 0;
  bool by_id_ = true;
  std::vector<uint32_t> new_ids_;  // in the last dump but one and not in the first, ascending
  std::vector<OfClass> found_;
};

}  // namespace nodeheap
