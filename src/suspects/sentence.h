#pragma once

#include <string>

#include "suspects/evidence.h"
#include "suspects/heap_view.h"
#include "suspects/places.h"
#include "suspects/suspects.h"

namespace nodeheap::suspects {

// That nobody can read it, and whose it is; escaped.
std::string TextOf(const HeapView& heap, const Places& places, const UnreadVariable& variable);

// What accumulates where, in plain words; escaped. REQUIRES: suspect.path is known.
std::string SentenceOf(const HeapView& heap, const Places& places, const Suspect& suspect);

}  // namespace nodeheap::suspects
