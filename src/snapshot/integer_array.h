// One integer array of a `.heapsnapshot`, scanned by several threads and handed to a sink in
// batches.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>

#include "memory/input.h"
#include "nodeheap/progress.h"
#include "nodeheap/result.h"

namespace nodeheap {

class IntegerSink {
 public:
  virtual ~IntegerSink() = default;
  // Called by one thread at a time, while others consume numbers before these: none of those that
  // `total` adds is consumed yet. An error (too many numbers) stops the scan.
  virtual Result<void> Reserve(uint64_t total) = 0;
  // Takes numbers first, first + 1, …; several threads at once, in any order. Returns how many were
  // taken before one was refused, and why.
  struct Refusal {
    size_t taken;
    const char* error = nullptr;
  };
  virtual Refusal Consume(uint64_t first, std::span<const uint64_t> values) = 0;
};

struct IntegerArray {
  uint64_t count = 0;      // numbers handed to the sink
  size_t end = 0;          // offset behind the ']'
  bool truncated = false;  // the input ended before the ']'; `end` is the input's end
};

// Scans the array whose '[' is just before `begin`. Gives the memory of what was scanned back.
// A truncated array is not an error here; a number cut at the end is not counted.
Result<IntegerArray> ScanIntegerArray(const Input& input, size_t begin, IntegerSink& sink,
                                      unsigned threads, const std::string& stage,
                                      Progress& progress);

}  // namespace nodeheap
