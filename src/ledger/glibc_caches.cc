#include "ledger/glibc_caches.h"

#include <algorithm>
#include <array>

#include "ledger/glibc_chunks.h"

namespace nodeheap::ledger {
namespace {

constexpr uint64_t kHeader = 16;  // from a chunk to the memory that the program gets
constexpr uint64_t kBins = 64;

// Counts became wider in glibc 2.30.
struct CacheLayout {
  uint64_t chunk_size;
  uint64_t count_bytes;
};
constexpr CacheLayout kCacheLayouts[] = {{0x290, 2}, {0x250, 1}};

// Follows a list of freed chunks of one size. Fast bins link chunks, caches the memory `offset`
// bytes behind; both in the first word that the program had. Since glibc 2.32 ("safe linking") that
// word is xor-ed with the number of the page it is in.
struct Links {
  uint64_t offset = 0;
  bool mangled = false;
};
std::optional<std::vector<Range>> Follow(const MemorySource& memory, uint64_t first, uint64_t size,
                                         uint64_t limit, const Links& links) {
  std::vector<Range> chunks;
  for (uint64_t at = first; at != 0;) {
    const uint64_t chunk = at - links.offset;
    const auto header = memory.Read<std::array<uint64_t, 3>>(chunk);
    const bool fits = header && chunk % kAlignment == 0 && ((*header)[1] & ~kFlags) == size;
    if (!fits || chunks.size() == limit) return std::nullopt;
    chunks.push_back({chunk, chunk + size});
    at = links.mangled ? (*header)[2] ^ (chunk + kHeader) >> 12 : (*header)[2];
  }
  return chunks;
}

std::optional<std::vector<Range>> ReadCache(const MemorySource& memory, uint64_t cache,
                                            uint64_t count_bytes, bool mangled) {
  std::vector<Range> all;
  for (uint64_t bin = 0; bin < kBins; ++bin) {
    // Behind the last count come the lists, so two bytes can be read of each.
    const auto count = memory.Read<uint16_t>(cache + bin * count_bytes);
    const auto entry = memory.Read<uint64_t>(cache + kBins * count_bytes + bin * 8);
    if (!count || !entry) return std::nullopt;
    const uint64_t wanted = count_bytes == 1 ? *count & 0xFF : *count;
    const auto chunks = Follow(memory, *entry, kMinChunk + bin * kAlignment, wanted,
                               {.offset = kHeader, .mangled = mangled});
    if (!chunks || chunks->size() != wanted) return std::nullopt;
    all.insert(all.end(), chunks->begin(), chunks->end());
  }
  return all;
}

}  // namespace

std::optional<std::vector<Range>> ReadThreadCache(const MemorySource& memory, uint64_t chunk,
                                                  uint64_t size) {
  const auto layout = std::ranges::find(kCacheLayouts, size, &CacheLayout::chunk_size);
  if (layout == std::end(kCacheLayouts)) return std::nullopt;
  for (const bool mangled : {true, false})
    if (auto chunks = ReadCache(memory, chunk + kHeader, layout->count_bytes, mangled))
      return chunks;
  return std::nullopt;
}

std::optional<std::vector<Range>> ReadFastBin(const MemorySource& memory, uint64_t first,
                                              uint64_t size, uint64_t limit) {
  for (const bool mangled : {true, false})
    if (auto chunks = Follow(memory, first, size, limit, {.mangled = mangled})) return chunks;
  return std::nullopt;
}

}  // namespace nodeheap::ledger
