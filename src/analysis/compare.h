// DevTools' Comparison, also of dumps whose ids do not match.
#pragma once

#include <cstdint>
#include <vector>

#include "nodeheap/analysis.h"

namespace nodeheap {

// What tells whether an object of one dump is one of the other.
enum class MatchBy : uint8_t {
  kId,       // as DevTools does: V8 numbers the objects of a process
  kAddress,  // in two cores of one process; memory outside of the heap by its size
  // Nothing does. Of each class as many objects are the same as have the same size.
  kSize,
};

// Where a dump has no locations, or those of another process, classes of one name are one.
Result<std::vector<ClassDiff>> Compare(const HeapGraph& before, const Analysis& before_analysis,
                                       const HeapGraph& after, const Analysis& after_analysis,
                                       MatchBy match, const Progress& progress, unsigned threads);

}  // namespace nodeheap
