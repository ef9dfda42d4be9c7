#include "analysis/class_series.h"

namespace nodeheap {

void ClassSeriesCollector::Add(const Classes& classes) {
  for (const ClassInfo& info : classes.infos) {
    if (info.instances == 0) continue;
    const auto [at, added] = indexes_.try_emplace(info.name, series_.size());
    if (added) series_.push_back({.name = info.name, .sums = std::vector<ClassSums>(dumps_)});
    ClassSums& sums = series_[at->second].sums[next_];
    sums.instances += info.instances;
    sums.self_size += info.self_size;
    sums.retained_size += info.retained_size;
  }
  ++next_;
}

}  // namespace nodeheap
