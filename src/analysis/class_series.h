// The classes of a series of dumps, joined by name: the ids of scripts and objects differ from
// process to process.
#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "nodeheap/analysis.h"

namespace nodeheap {

struct ClassSums {
  uint64_t instances = 0;
  uint64_t self_size = 0;
  uint64_t retained_size = 0;
};

struct ClassSeries {
  std::string name;
  std::vector<ClassSums> sums;  // one a dump; zeros where there is no such class
};

class ClassSeriesCollector {
 public:
  explicit ClassSeriesCollector(size_t dumps) : dumps_(dumps) {}

  // The classes of the next dump. REQUIRES: fewer than `dumps` were added.
  void Add(const Classes& classes);
  std::vector<ClassSeries> Take() { return std::move(series_); }

 private:
  size_t dumps_;
  size_t next_ = 0;
  std::vector<ClassSeries> series_;
  std::unordered_map<std::string, size_t> indexes_;  // by name
};

}  // namespace nodeheap
