// How many bits of a word are set. std::popcount() is a call of a function with a table unless the
// processor is known to have an instruction for it, which x86-64 alone does not promise.
#pragma once

#include <bit>
#include <cstdint>

namespace nodeheap {

inline uint32_t PopCount(uint64_t bits) {
#if defined(__POPCNT__) || defined(__aarch64__)
  return static_cast<uint32_t>(std::popcount(bits));
#else
  bits -= bits >> 1 & 0x5555555555555555U;
  bits = (bits & 0x3333333333333333U) + (bits >> 2 & 0x3333333333333333U);
  bits = (bits + (bits >> 4)) & 0x0F0F0F0F0F0F0F0FU;
  return static_cast<uint32_t>(bits * 0x0101010101010101U >> 56);
#endif
}

}  // namespace nodeheap
