// The searches for evidence, a file for each kind. They say what accumulates where; paths,
// fingerprints and sentences follow from that for all kinds alike.
#pragma once

#include <vector>

#include "suspects/heap_view.h"
#include "suspects/suspects.h"

namespace nodeheap::suspects {

// Objects below which many of one class hang side by side.
void FindAccumulations(const HeapView& heap, std::vector<Suspect>& suspects);

// Objects of one shape of which each keeps the next alive.
void FindChains(const HeapView& heap, std::vector<Suspect>& suspects);

// Turns an accumulation into listeners, if that is what it is. REQUIRES: suspect.path is known.
void RecognizeListeners(const HeapGraph& graph, Suspect& suspect);

}  // namespace nodeheap::suspects
