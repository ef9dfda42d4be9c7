#include "ledger/glibc_arenas.h"

#include <algorithm>
#include <optional>
#include <unordered_set>

#include "ledger/glibc_chunks.h"
#include "memory/bytes.h"

namespace nodeheap::ledger {
namespace {

constexpr uint64_t kFencepost = 16;
constexpr uint64_t kBins = 127;
constexpr uint64_t kMinEmptyBins = 16;               // of a busy arena most are empty
constexpr uint64_t kHeapBytes = uint64_t{64} << 20;  // HEAP_MAX_SIZE: heaps are so aligned
constexpr size_t kMaxArenas = 4096;
constexpr size_t kMaxHeaps = 1 << 16;  // of an arena

// Where struct malloc_state keeps what: its fast bins come after a lock and flags, which took a
// word less before glibc 2.27, and the rest at fixed distances.
struct StateLayout {
  uint64_t fast_bins;

  uint64_t top() const { return fast_bins + 80; }
  uint64_t bins() const { return fast_bins + 96; }
  uint64_t next() const { return fast_bins + 2144; }
  uint64_t system_bytes() const { return fast_bins + 2168; }
  uint64_t max_system_bytes() const { return fast_bins + 2176; }
  uint64_t size() const { return fast_bins + 2184; }
};
constexpr StateLayout kLayouts[] = {{16}, {8}};

bool IsChunk(uint64_t address) { return address != 0 && address % kAlignment == 0; }

// A bin is the head of a list: {first, last}. That of an empty one leads back to itself, as if it
// were the list of a chunk.
bool BinsAreSane(Bytes state, const StateLayout& layout, uint64_t address) {
  uint64_t empty = 0;
  for (uint64_t i = 0; i < kBins; ++i) {
    const uint64_t offset = layout.bins() + i * 16;
    const auto first = ReadAt<uint64_t>(state, offset);
    const auto last = ReadAt<uint64_t>(state, offset + 8);
    if (!first || !last) return false;
    const uint64_t itself = address + offset - 16;
    if (*first == itself && *last == itself) {
      ++empty;
    } else if (!IsChunk(*first) || !IsChunk(*last)) {
      return false;
    }
  }
  return empty >= kMinEmptyBins;
}

struct FoundState {
  ArenaState state;
  uint64_t next = 0;
};

std::optional<FoundState> ReadState(Bytes bytes, const StateLayout& layout, uint64_t address) {
  const auto at = [&](uint64_t offset) { return ReadAt<uint64_t>(bytes, offset).value_or(0); };
  if (bytes.size() < layout.size()) return std::nullopt;
  const uint64_t system_bytes = at(layout.system_bytes());
  const bool fits = IsChunk(at(layout.top())) && system_bytes != 0 && system_bytes % kPage == 0 &&
                    system_bytes <= at(layout.max_system_bytes()) && at(layout.next()) != 0;
  if (!fits || !BinsAreSane(bytes, layout, address)) return std::nullopt;
  FoundState found{
      .state = {.address = address, .top = at(layout.top()), .system_bytes = system_bytes},
      .next = at(layout.next())};
  for (size_t i = 0; i < found.state.fast_bins.size(); ++i)
    found.state.fast_bins[i] = at(layout.fast_bins + i * 8);
  return found;
}

struct MainArena {
  uint64_t address = 0;
  StateLayout layout = {};
};

std::optional<MainArena> FindMain(const MemorySource& memory, std::span<const Range> data) {
  for (const Range& range : data)
    for (uint64_t at = range.start; at < range.end;) {
      const Bytes bytes = memory.View(at, range.end - at);
      for (uint64_t i = 0; i < bytes.size(); i += 8)
        for (const StateLayout& layout : kLayouts)
          if (ReadState(Slice(bytes, i, layout.size()), layout, at + i))
            return MainArena{.address = at + i, .layout = layout};
      at += bytes.empty() ? kPage : bytes.size();
    }
  return std::nullopt;
}

uint64_t SizeAt(const MemorySource& memory, uint64_t chunk) {
  return memory.Read<uint64_t>(chunk + 8).value_or(0) & ~kFlags;
}

// Where chunks that begin at `start` lead: to the end of the top, or to the two headers of no
// chunks with which a part of the main heap ends that could not grow.
struct PartEnd {
  uint64_t at = 0;
  bool is_end = false;
};
PartEnd FollowChunks(const MemorySource& memory, uint64_t start, uint64_t limit, uint64_t top) {
  uint64_t at = start;
  while (at < limit) {
    const uint64_t size = SizeAt(memory, at);
    if (size == kFencepost && SizeAt(memory, at + kFencepost) == kFencepost) {
      const uint64_t end = PageUp(at + 2 * kFencepost);
      return {.at = end, .is_end = end - at <= kMaxFenceposts};
    }
    if (size < kMinChunk || size % kAlignment != 0 || size > limit - at) return {.at = at};
    if (at == top) return {.at = at + size, .is_end = true};
    at += size;
  }
  return {.at = at};
}

// Where the kernel could not grow the main heap at its end, malloc has further parts elsewhere.
// Nothing lists them, but each begins with a page and a chunk.
void FindMainParts(const MemorySource& memory, std::span<const Range> anonymous,
                   ArenaState& arena) {
  for (const Range& range : anonymous) {
    for (uint64_t at = PageUp(range.start); at < range.end;) {
      const auto flags = memory.Read<uint64_t>(at + 8).value_or(0) & kFlags;
      const PartEnd part = flags == kPreviousInUse ? FollowChunks(memory, at, range.end, arena.top)
                                                   : PartEnd{.at = at};
      if (part.is_end) arena.heaps.push_back({.memory = {at, part.at}, .first_chunk = at});
      // What was followed to no end is not looked at again.
      at = PageUp(std::max(part.at, at + 1));
    }
  }
}

// The heap that the kernel grows ends with the top.
void FindMainHeap(const MemorySource& memory, std::span<const Range> anonymous, ArenaState& arena) {
  const uint64_t end = arena.top + SizeAt(memory, arena.top);
  for (const Range& range : anonymous) {
    if (!range.Contains(arena.top) || end > range.end) continue;
    const uint64_t start = end - std::min(arena.system_bytes, end);
    if (start < range.start) break;
    if (FollowChunks(memory, start, end, arena.top).at != end) break;
    arena.heaps.push_back({.memory = {start, end}, .first_chunk = start});
    return;
  }
  FindMainParts(memory, anonymous, arena);
}

// struct heap_info: {arena, previous heap, size …}. The arena itself lies in its first heap.
void FindHeaps(const MemorySource& memory, const StateLayout& layout, ArenaState& arena) {
  const auto heap_of = [](uint64_t address) { return address / kHeapBytes * kHeapBytes; };
  const uint64_t first_heap = heap_of(arena.address);
  const uint64_t info_bytes = arena.address - first_heap;
  std::unordered_set<uint64_t> known;
  for (uint64_t heap = heap_of(arena.top); heap != 0;) {
    const auto info = memory.Read<std::array<uint64_t, 3>>(heap);
    uint64_t first_chunk = heap + info_bytes;
    if (heap == first_heap)
      first_chunk = (arena.address + layout.size() + kAlignment - 1) / kAlignment * kAlignment;
    const bool fits = info && (*info)[0] == arena.address && (*info)[2] <= kHeapBytes &&
                      first_chunk - heap < (*info)[2];
    if (!fits || known.size() == kMaxHeaps || !known.insert(heap).second) {
      arena.problem = "the list of its heaps is damaged";
      return;
    }
    arena.heaps.push_back({.memory = {heap, heap + (*info)[2]}, .first_chunk = first_chunk});
    heap = (*info)[1];
  }
}

}  // namespace

std::vector<ArenaState> FindArenas(const MemorySource& memory, std::span<const Range> data,
                                   std::span<const Range> anonymous) {
  const auto main = FindMain(memory, data);
  if (!main) return {};
  std::vector<ArenaState> arenas;
  std::unordered_set<uint64_t> known;
  for (uint64_t at = main->address; known.insert(at).second && known.size() <= kMaxArenas;) {
    auto found = ReadState(memory.View(at, main->layout.size()), main->layout, at);
    if (!found) {
      arenas.front().problem = "the list of arenas is damaged";
      break;
    }
    ArenaState& arena = arenas.emplace_back(std::move(found->state));
    if (at == main->address) {
      FindMainHeap(memory, anonymous, arena);
    } else {
      FindHeaps(memory, main->layout, arena);
    }
    at = found->next;
  }
  return arenas;
}

}  // namespace nodeheap::ledger
