// SipHash-2-4 (Aumasson and Bernstein, 2012): a keyed hash for short texts. Without the key nobody
// can tell what was hashed, not even by trying likely texts.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace nodeheap {

using SipHashKey = std::array<uint8_t, 16>;

uint64_t SipHash(const SipHashKey& key, std::string_view text);

}  // namespace nodeheap
