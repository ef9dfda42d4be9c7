// Long work reports where it is and can be stopped. The default does neither.
#pragma once

#include <cstdint>
#include <string_view>

namespace nodeheap {

// Both calls may come from several threads at once.
class Progress {
 public:
  virtual ~Progress() = default;

  // `done` of `total` units of `stage` are finished; total is 0 when it is not known.
  virtual void Report(std::string_view /*stage*/, uint64_t /*done*/, uint64_t /*total*/) {}

  // Work in flight ends soon with ErrorCode::kCancelled once this returns true.
  virtual bool cancelled() const { return false; }
};

}  // namespace nodeheap
