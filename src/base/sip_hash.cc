#include "base/sip_hash.h"

#include <bit>
#include <cstring>

namespace nodeheap {
namespace {

uint64_t LoadLittleEndian(const void* bytes) {
  uint64_t word = 0;
  std::memcpy(&word, bytes, sizeof word);
  if constexpr (std::endian::native == std::endian::big) word = __builtin_bswap64(word);
  return word;
}

struct State {
  uint64_t v0, v1, v2, v3;

  void Rounds(int count) {
    for (int i = 0; i < count; ++i) {
      v0 += v1;
      v2 += v3;
      v1 = std::rotl(v1, 13) ^ v0;
      v3 = std::rotl(v3, 16) ^ v2;
      v0 = std::rotl(v0, 32);
      v2 += v1;
      v0 += v3;
      v1 = std::rotl(v1, 17) ^ v2;
      v3 = std::rotl(v3, 21) ^ v0;
      v2 = std::rotl(v2, 32);
    }
  }
  void Add(uint64_t word) {
    v3 ^= word;
    Rounds(2);
    v0 ^= word;
  }
};

}  // namespace

uint64_t SipHash(const SipHashKey& key, std::string_view text) {
  const uint64_t k0 = LoadLittleEndian(key.data());
  const uint64_t k1 = LoadLittleEndian(key.data() + 8);
  State state{.v0 = k0 ^ 0x736f6d6570736575,
              .v1 = k1 ^ 0x646f72616e646f6d,
              .v2 = k0 ^ 0x6c7967656e657261,
              .v3 = k1 ^ 0x7465646279746573};
  uint64_t last = uint64_t{text.size()} << 56U;
  for (; text.size() >= 8; text.remove_prefix(8)) state.Add(LoadLittleEndian(text.data()));
  for (size_t i = 0; i < text.size(); ++i)
    last |= uint64_t{static_cast<uint8_t>(text[i])} << (8 * i);
  state.Add(last);
  state.v2 ^= 0xFF;
  state.Rounds(4);
  return state.v0 ^ state.v1 ^ state.v2 ^ state.v3;
}

}  // namespace nodeheap
