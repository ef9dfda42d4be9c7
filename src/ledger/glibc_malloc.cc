#include "ledger/glibc_malloc.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "base/text.h"
#include "ledger/glibc_arenas.h"
#include "ledger/glibc_caches.h"
#include "ledger/glibc_chunks.h"
#include "memory/bytes.h"

namespace nodeheap::ledger {
namespace {

constexpr uint64_t kIsMapped = 2;

class Walker {
 public:
  Walker(const MemorySource& memory, Malloc& result) : memory_(memory), result_(result) {}

  void Walk(const ArenaState& state) {
    const auto index = static_cast<uint32_t>(result_.arenas.size());
    MallocArena& arena = result_.arenas.emplace_back();
    arena.address = state.address;
    arena.system_bytes = state.system_bytes;
    arena.problem = state.problem;
    uint64_t walked = 0;
    for (const HeapState& heap : state.heaps) {
      const uint64_t end = WalkHeap(heap, state.top, index);
      walked += end - heap.memory.start;
      arena.heaps.push_back({heap.memory.start, end});
      if (end != heap.memory.end && arena.problem.empty())
        arena.problem = fmt::format("there is no chunk at 0x{:x}, where one should be", end);
    }
    if (walked != arena.system_bytes && arena.problem.empty())
      arena.problem = fmt::format("its chunks take {}, it says {}", HumanSize(walked),
                                  HumanSize(arena.system_bytes));
    ReadFastBins(state, index);
  }

  // Takes what is cached from what is used. Chunks may be cached by a thread of another arena.
  void SettleCaches() {
    std::ranges::sort(cached_, {}, &Range::start);
    std::ranges::sort(result_.runs, {}, [](const MallocRun& run) { return run.memory.start; });
    uint64_t known = 0;
    auto run = result_.runs.begin();
    for (const Range& chunk : cached_) {
      while (run != result_.runs.end() && run->memory.end <= chunk.start) ++run;
      const bool is_inside = run != result_.runs.end() && run->is_used &&
                             chunk.start >= std::max(run->memory.start, known) &&
                             chunk.end <= run->memory.end;
      if (!is_inside) continue;
      known = chunk.end;
      MallocArena& owner = result_.arenas[run->arena];
      owner.used -= chunk.end - chunk.start;
      owner.free += chunk.end - chunk.start;
      owner.chunks -= std::min<uint64_t>(owner.chunks, 1);
      result_.cached.push_back({.memory = chunk, .arena = run->arena, .is_used = false});
    }
  }

 private:
  // Returns where the walk ended: the heap's end if all chunks follow each other.
  uint64_t WalkHeap(const HeapState& heap, uint64_t top, uint32_t arena) {
    const Bytes bytes = memory_.View(heap.first_chunk, heap.memory.end - heap.first_chunk);
    const auto word = [&](uint64_t at) { return ReadAt<uint64_t>(bytes, at - heap.first_chunk); };
    AddRun({heap.memory.start, heap.first_chunk}, arena, true);
    uint64_t at = heap.first_chunk;
    while (at < heap.memory.end) {
      const uint64_t room = heap.memory.end - at;
      const uint64_t header = word(at + 8).value_or(0);
      const uint64_t size = header & ~kFlags;
      if (at == top && size == room) {
        AddRun({at, heap.memory.end}, arena, false);
        return heap.memory.end;
      }
      if (size < kMinChunk && room <= kMaxFenceposts) {
        AddRun({at, heap.memory.end}, arena, true);
        return heap.memory.end;
      }
      if (size < kMinChunk || size % kAlignment != 0 || size > room) return at;
      const bool used = (word(at + size + 8).value_or(kPreviousInUse) & kPreviousInUse) != 0;
      TakeChunk({at, at + size}, arena, used);
      at += size;
    }
    return at;
  }

  void TakeChunk(const Range& chunk, uint32_t arena, bool used) {
    AddRun(chunk, arena, used);
    if (!used) return;
    ++result_.arenas[arena].chunks;
    if (const auto cached = ReadThreadCache(memory_, chunk.start, chunk.end - chunk.start))
      cached_.insert(cached_.end(), cached->begin(), cached->end());
  }

  void AddRun(const Range& memory, uint32_t arena, bool used) {
    if (memory.start >= memory.end) return;
    MallocArena& owner = result_.arenas[arena];
    (used ? owner.used : owner.free) += memory.end - memory.start;
    std::vector<MallocRun>& runs = result_.runs;
    const bool continues = !runs.empty() && runs.back().memory.end == memory.start &&
                           runs.back().arena == arena && runs.back().is_used == used;
    if (continues) {
      runs.back().memory.end = memory.end;
    } else {
      runs.push_back({.memory = memory, .arena = arena, .is_used = used});
    }
  }

  void ReadFastBins(const ArenaState& state, uint32_t arena) {
    uint64_t size = kMinChunk;
    for (const uint64_t first : state.fast_bins) {
      const uint64_t limit = state.system_bytes / size;
      if (const auto chunks = ReadFastBin(memory_, first, size, limit))
        cached_.insert(cached_.end(), chunks->begin(), chunks->end());
      else if (result_.arenas[arena].problem.empty())
        result_.arenas[arena].problem = fmt::format("its fast bin of {} bytes is damaged", size);
      size += kAlignment;
    }
  }

  const MemorySource& memory_;
  Malloc& result_;
  std::vector<Range> cached_;
};

// Large chunks begin a mapping, and say how many pages it has. The kernel joins neighbouring
// mappings, so they may follow each other, and other memory.
std::vector<Range> FindMappedChunks(const MemorySource& memory, std::span<const Range> where) {
  std::vector<Range> chunks;
  for (const Range& range : where) {
    for (uint64_t at = PageUp(range.start); at < range.end;) {
      uint64_t next = at + kPage;
      const auto header =
          memory.MayHaveData(at, 16) ? memory.Read<std::array<uint64_t, 2>>(at) : std::nullopt;
      if (header && (*header)[0] < kPage && ((*header)[1] & kFlags) == kIsMapped) {
        const uint64_t size = (*header)[1] - kIsMapped;
        if (size % kPage == 0 && size != 0 && size <= range.end - at) {
          chunks.push_back({at, at + size});
          next = at + size;
        }
      }
      at = next;
    }
  }
  return chunks;
}

// struct malloc_par, told by its sbrk_base: {n_mmaps, n_mmaps_max, max_n_mmaps, no_dyn_threshold}
// as ints, mmapped_mem, max_mmapped_mem, sbrk_base; glibc 2.35 put an int before, and so a hole
// behind the first four.
std::string CheckMappedChunks(const MemorySource& memory, std::span<const Range> data,
                              uint64_t heap_start, std::span<const Range> chunks) {
  uint64_t bytes = 0;
  for (const Range& chunk : chunks) bytes += chunk.end - chunk.start;
  for (const Range& range : data) {
    for (uint64_t at = range.start + 64; at < range.end; at += 8) {
      if (memory.Read<uint64_t>(at) != heap_start) continue;
      if (memory.Read<uint64_t>(at - 16) != bytes) continue;
      for (const uint64_t distance : {uint64_t{36}, uint64_t{32}})
        if (memory.Read<uint32_t>(at - distance) == chunks.size()) return {};
    }
  }
  return fmt::format(
      "{} chunks with a mapping of their own were found, {} in all; whether malloc "
      "has as many could not be checked",
      chunks.size(), HumanSize(bytes));
}

}  // namespace

Malloc ReadGlibcMalloc(const MemorySource& memory, std::span<const Range> data,
                       std::span<const Range> anonymous) {
  Malloc result;
  const std::vector<ArenaState> states = FindArenas(memory, data, anonymous);
  if (states.empty()) {
    result.problem = "the arenas of glibc's malloc were not found: is it another allocator?";
    return result;
  }
  Walker walker(memory, result);
  for (const ArenaState& state : states) walker.Walk(state);
  walker.SettleCaches();

  AddressMap rest({anonymous.begin(), anonymous.end()});
  std::vector<Piece> taken;
  for (const MallocArena& arena : result.arenas)
    for (const Range& heap : arena.heaps)
      taken.push_back({.start = heap.start, .end = heap.end, .owner = 0});
  rest.AddLayer(std::move(taken));
  result.mapped_chunks = FindMappedChunks(memory, rest.Unowned());
  const uint64_t heap_start =
      result.arenas.front().heaps.empty() ? 0 : result.arenas.front().heaps.front().start;
  result.mapped_problem = CheckMappedChunks(memory, data, heap_start, result.mapped_chunks);
  return result;
}

}  // namespace nodeheap::ledger
