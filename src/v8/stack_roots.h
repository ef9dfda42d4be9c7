// What the stacks of threads keep alive.
#pragma once

#include <vector>

#include "v8/heap.h"
#include "v8/roots.h"

namespace nodeheap::v8 {

// Appends what the frames of V8's code hold: every word of them that is the address of an object.
// V8 knows which words are tagged, and may find fewer. Native code holds objects by handles, so
// that what its frames seem to hold is left over from calls that are long over.
void FindStackRoots(const Heap& heap, std::vector<Root>& roots);

}  // namespace nodeheap::v8
