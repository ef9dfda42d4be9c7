// How many bytes an object takes: from its map or, where that varies, from its own fields (the
// SizeFor functions in v8/src/objects/*-inl.h).
#pragma once

#include <cstdint>

#include "v8/maps.h"

namespace nodeheap::v8 {

// Rules that changed between patch releases, so that the version only suggests them: which are in
// force is told by whether objects end where others begin.
struct SizeVariants {
  bool free_space_in_words = false;      // or in bytes
  uint32_t feedback_vector_header = 48;  // or 56
  uint32_t code_alignment = 64;          // or 32
  friend bool operator==(const SizeVariants&, const SizeVariants&) = default;
};

// Bytes, or 0 if the object's own fields do not tell: it then ends where the next map word is.
// May lie: the caller checks it against the room that there is.
// REQUIRES: at is in the page.
uint64_t ObjectSize(const Page& page, Address at, const MapInfo& map, const Layout& layout,
                    const SizeVariants& variants, const Pages& pages);

}  // namespace nodeheap::v8
