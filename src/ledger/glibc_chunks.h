// The chunks of glibc's malloc (malloc/malloc.c): {size of the one before if that is free, size
// with flags}, then the memory that the program gets.
#pragma once

#include <cstdint>

namespace nodeheap::ledger {

inline constexpr uint64_t kMinChunk = 32;
inline constexpr uint64_t kAlignment = 16;
inline constexpr uint64_t kFlags = 7;  // of a chunk's size
inline constexpr uint64_t kPreviousInUse = 1;
// A heap that was given up for a new one ends with up to three headers of no chunks.
inline constexpr uint64_t kMaxFenceposts = 48;

}  // namespace nodeheap::ledger
