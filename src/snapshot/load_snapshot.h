// LoadSnapshot for input that was opened already, to see what it is.
#pragma once

#include "memory/input.h"
#include "nodeheap/snapshot.h"

namespace nodeheap {

Result<HeapGraph> LoadSnapshot(const Input& input, const LoadOptions& options, Progress& progress);

}  // namespace nodeheap
