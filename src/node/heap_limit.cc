#include "node/heap_limit.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <span>
#include <vector>

namespace nodeheap::node {
namespace {

constexpr uint64_t kMaxStack = 1 << 20;  // bytes that are looked at
constexpr size_t kWord = 8;
constexpr uint64_t kMaxHeap = uint64_t{1} << 40;  // bytes; what claims more is something else

// HeapStats::kStartMarker and kEndMarker.
constexpr uint32_t kStart = 0xDECADE00;
constexpr uint32_t kEnd = 0xDECADE01;

// The words of HeapStats from its start marker on. Each points at its number (V8 12.4 and before),
// or is the number (13.6 and later).
constexpr size_t kTaken = 18;    // memory_allocator_size
constexpr size_t kAllowed = 19;  // memory_allocator_capacity
constexpr size_t kWords = kAllowed + 1;

struct SpaceWord {
  size_t word;
  std::string_view name;
};
constexpr std::array<SpaceWord, 6> kSpaces = {{{3, "new space"},
                                               {5, "old space"},
                                               {7, "code space"},
                                               {9, "map space"},
                                               {11, "large object space"},
                                               {12, "code large object space"}}};

using Words = std::array<uint64_t, kWords>;

std::optional<HeapStatistics> StatisticsOf(const Words& words) {
  HeapStatistics found;
  found.taken = words[kTaken];
  found.allowed = words[kAllowed];
  if (found.taken == 0 || found.taken > found.allowed || found.allowed >= kMaxHeap)
    return std::nullopt;
  for (const auto& [word, name] : kSpaces) {
    if (words[word] > found.taken) return std::nullopt;
    if (words[word] <= found.in_largest_space) continue;
    found.in_largest_space = words[word];
    found.largest_space = name;
  }
  return found;
}

// The numbers that the words point at.
std::optional<Words> Follow(const MemorySource& memory, const Words& pointers) {
  Words numbers{};
  for (size_t i = 0; i < kWords; ++i) {
    const auto number = memory.Read<uint64_t>(pointers[i]);
    if (!number) return std::nullopt;
    numbers[i] = *number;
  }
  return numbers;
}

bool IsMarker(uint64_t word, uint32_t marker) { return static_cast<uint32_t>(word) == marker; }

}  // namespace

std::optional<HeapStatistics> FindHeapStatistics(const MemorySource& memory,
                                                 const ThreadState& thread) {
  const auto bytes = memory.View(thread.sp / kWord * kWord, kMaxStack);
  std::vector<uint64_t> stack(bytes.size() / kWord);
  std::memcpy(stack.data(), bytes.data(), stack.size() * kWord);
  if (std::ranges::none_of(stack, [](uint64_t word) { return IsMarker(word, kEnd); }))
    return std::nullopt;
  for (size_t at = 0; at + kWords <= stack.size(); ++at) {
    Words words{};
    std::ranges::copy(std::span(stack).subspan(at, kWords), words.begin());
    if (IsMarker(words[0], kStart)) {
      if (const auto found = StatisticsOf(words)) return found;
    } else if (IsMarker(memory.Read<uint64_t>(words[0]).value_or(0), kStart)) {
      const auto numbers = Follow(memory, words);
      const auto found = numbers ? StatisticsOf(*numbers) : std::nullopt;
      if (found) return found;
    }
  }
  return std::nullopt;
}

}  // namespace nodeheap::node
