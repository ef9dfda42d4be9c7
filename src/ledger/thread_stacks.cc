#include "ledger/thread_stacks.h"

#include <algorithm>
#include <array>
#include <optional>

namespace nodeheap::ledger {
namespace {

constexpr uint64_t kWord = 8;
constexpr uint64_t kMaxStack = uint64_t{1} << 32;
// How far from the thread pointer glibc's struct pthread reaches: above it on x64, below on arm64.
constexpr uint64_t kMaxThreadBlock = 0x1000;

// struct pthread has {stackblock, stackblock_size, guardsize} in a row, at a place that differs
// from release to release. They are told by what they say: a block of pages that holds the stack
// pointer and ends behind the struct itself.
std::optional<ThreadStack> ReadStackBlock(const MemorySource& memory, const ThreadState& thread) {
  if (thread.tls < kMaxThreadBlock) return std::nullopt;
  for (uint64_t at = thread.tls - kMaxThreadBlock; at < thread.tls + kMaxThreadBlock; at += kWord) {
    const auto words = memory.Read<std::array<uint64_t, 3>>(at);
    if (!words) continue;
    const auto& [start, size, guard] = *words;
    const bool fits = start % kPage == 0 && size % kPage == 0 && guard % kPage == 0 &&
                      size <= kMaxStack && guard < size && thread.sp - start < size &&
                      thread.sp - start >= guard && at - start < size;
    if (!fits) continue;
    return ThreadStack{.thread_id = thread.id,
                       .memory = {start + guard, start + size},
                       .guard = {start, start + guard}};
  }
  return std::nullopt;
}

// The stack of the main thread is the kernel's: a mapping of its own.
std::optional<ThreadStack> FindMapping(const MemorySource& memory, const ThreadState& thread) {
  for (const MemoryRegion& region : memory.mapped())
    if (region.writable && thread.sp >= region.start && thread.sp < region.end)
      return ThreadStack{.thread_id = thread.id, .memory = {region.start, region.end}, .guard = {}};
  return std::nullopt;
}

}  // namespace

std::vector<ThreadStack> FindThreadStacks(const MemorySource& memory) {
  std::vector<ThreadStack> stacks;
  for (const ThreadState& thread : memory.threads()) {
    auto stack = ReadStackBlock(memory, thread);
    if (!stack) stack = FindMapping(memory, thread);
    if (stack) stacks.push_back(*stack);
  }
  return stacks;
}

}  // namespace nodeheap::ledger
