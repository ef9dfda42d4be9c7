#pragma once

#include <string>

#include "suspects/heap_view.h"
#include "suspects/places.h"
#include "suspects/suspects.h"

namespace nodeheap::suspects {

// What accumulates where, in plain words; escaped. REQUIRES: suspect.path is known.
std::string SentenceOf(const HeapView& heap, const Places& places, const Suspect& suspect);

}  // namespace nodeheap::suspects
