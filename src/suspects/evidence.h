// The searches for evidence, a file for each kind. They say what accumulates where; paths,
// fingerprints and sentences follow from that for all kinds alike.
#pragma once

#include <cstdint>
#include <vector>

#include "suspects/heap_view.h"
#include "suspects/suspects.h"

namespace nodeheap::suspects {

// Objects of one class that are many.
inline constexpr uint64_t kLeastCount = 100;

// Objects below which many of one class hang side by side.
void FindAccumulations(const HeapView& heap, std::vector<Suspect>& suspects);

// Timers of one duration that call one function. The sample is that function.
void FindTimers(const HeapView& heap, std::vector<Suspect>& suspects);

// Objects of one shape of which each keeps the next alive.
void FindChains(const HeapView& heap, std::vector<Suspect>& suspects);

// Strings that are copies of others, where one property of a class, or one collection, holds many.
// What another suspect keeps alive is that one's matter.
Result<void> FindDuplicates(const HeapView& heap, const SuspectFacts& facts,
                            const Progress& progress, std::vector<Suspect>& suspects);

// Arrays that use little of their room for elements.
void FindOversized(const HeapView& heap, const SuspectFacts& facts, std::vector<Suspect>& suspects);

// Memory of ArrayBuffers that only views of small parts keep alive.
void FindPinnedBuffers(const HeapView& heap, const SuspectFacts& facts,
                       std::vector<Suspect>& suspects);

// Turns an accumulation into listeners, if that is what it is. REQUIRES: suspect.path is known.
void RecognizeListeners(const HeapGraph& graph, Suspect& suspect);

}  // namespace nodeheap::suspects
