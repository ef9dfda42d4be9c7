// The searches for evidence, a file for each kind. They say what accumulates where; paths,
// fingerprints and sentences follow from that for all kinds alike.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
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
// Those that another suspect keeps alive are that one's matter.
Result<void> FindDuplicates(const HeapView& heap, const SuspectFacts& facts,
                            const Progress& progress, std::vector<Suspect>& suspects);

// Arrays that use little of their room for elements. None where elements cannot be counted: a graph
// has no numbers, so an array may be full of them.
void FindOversized(const HeapView& heap, const SuspectFacts& facts, std::vector<Suspect>& suspects);

// Memory of ArrayBuffers that only views of small parts keep alive.
void FindPinnedBuffers(const HeapView& heap, const SuspectFacts& facts,
                       std::vector<Suspect>& suspects);

// Functions that wait for promises. None of these is below a member of the other suspects.
void FindPromises(const HeapView& heap, const SuspectFacts& facts, std::vector<Suspect>& suspects);

// Contexts of the vm module. None of these is below a member of the other suspects.
void FindVmContexts(const HeapView& heap, std::vector<Suspect>& suspects);

// A captured variable that no function can read any more, in all contexts of its scope that have
// it: a leak by itself, or the reason of another.
struct UnreadVariable {
  std::string name;
  std::vector<EdgeId> edges = {};      // from the contexts to its values
  std::vector<NodeId> outermost = {};  // the values that are not below others
  uint64_t retained_size = 0;          // by these together, bytes
};

// None without the sources of functions.
std::vector<UnreadVariable> FindUnreadVariables(const HeapView& heap, const SuspectFacts& facts);

// Whether it is because of `variable` that the suspect's objects are alive, or weigh what they do.
// REQUIRES: suspect.path is known.
bool IsReason(const HeapView& heap, const UnreadVariable& variable, const Suspect& suspect);

// The variable as a suspect of its own.
Suspect SuspectOf(const HeapView& heap, const UnreadVariable& variable);

// To what else is said of it. `remark` is escaped.
inline void AddRemark(Suspect& suspect, std::string_view remark) {
  if (!suspect.remark.empty()) suspect.remark += "; ";
  suspect.remark += remark;
}

// Turns an accumulation into listeners, if that is what it is. REQUIRES: suspect.path is known.
void RecognizeListeners(const HeapGraph& graph, Suspect& suspect);

}  // namespace nodeheap::suspects
