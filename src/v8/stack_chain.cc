#include "v8/stack_chain.h"

#include <algorithm>
#include <cstring>

namespace nodeheap::v8 {
namespace {

constexpr uint64_t kMaxStack = 64 << 20;  // bytes; the default is 8 MiB
constexpr size_t kMaxFrames = 100'000;
// How many links in a row make a chain, where nothing tells that it is one.
constexpr size_t kConvincing = 3;
// How far from the last frame a chain is looked for: calls of system libraries are not deep.
constexpr uint64_t kMaxGap = 64 << 10;  // bytes

class Chain {
 public:
  Chain(const MemorySource& memory, const StackMemory& stack, const ChainHints& hints)
      : memory_(memory), stack_(stack), hints_(hints) {}

  std::vector<ChainLink> Find(const ThreadState& thread) {
    ChainLink link{.pc = thread.pc, .fp = thread.fp};
    if (!IsLink(link.fp, stack_.start())) link.fp = 0;
    links_.push_back(link);
    while (links_.size() < kMaxFrames) {
      const Address fp = links_.back().fp;
      if (fp == 0 ? !Resume(stack_.start()) : !Follow(fp)) break;
    }
    return std::move(links_);
  }

 private:
  // Code that was mapped from a file is absent from cores, but they tell where it was.
  bool IsCode(Address at) const {
    const auto files = memory_.files();
    const auto file = std::ranges::upper_bound(files, at, {}, &MappedFile::start);
    if (file != files.begin() && at < std::prev(file)->end) return true;
    const auto regions = memory_.mapped();
    const auto region = std::ranges::upper_bound(regions, at, {}, &MemoryRegion::start);
    return region != regions.begin() && at < std::prev(region)->end &&
           std::prev(region)->executable;
  }

  bool IsLink(Address fp, Address lowest) const {
    if (fp < lowest || fp % kWord != 0) return false;
    const auto caller = stack_.Word(fp);
    const auto pc = stack_.Word(fp + kWord);
    return caller && pc && IsCode(memory_.ReturnAddress(*pc));
  }

  // The caller of the frame at `fp`.
  bool Follow(Address fp) {
    const Address caller = *stack_.Word(fp);
    const Address pc = memory_.ReturnAddress(*stack_.Word(fp + kWord));
    if (!IsLink(caller, fp + 2 * kWord)) {
      // The caller is known, its frame is not.
      if (caller == 0) return false;
      links_.push_back({.pc = pc, .fp = 0});
      return Resume(fp + 2 * kWord);
    }
    links_.push_back({.pc = pc, .fp = caller});
    return true;
  }

  // Whether the chain from `fp` on passes `exit`, or is long enough where there is none.
  bool Convinces(Address fp, std::optional<Address> exit) const {
    for (size_t count = 1; count < kMaxFrames; ++count) {
      if (exit ? fp == *exit : count >= kConvincing) return true;
      const Address caller = *stack_.Word(fp);
      if (exit && caller > *exit) return false;
      if (!IsLink(caller, fp + 2 * kWord)) return false;
      fp = caller;
    }
    return false;
  }

  // Finds the next frame above `lowest`, after functions that keep no frame pointer.
  bool Resume(Address lowest) {
    std::optional<Address> exit;
    for (const Address candidate : hints_.exits)
      if (!exit && candidate >= lowest && IsLink(candidate, lowest)) exit = candidate;
    const Address end = exit ? *exit : std::min(stack_.end(), lowest + kMaxGap);
    for (Address at = lowest; at < end; at += kWord)
      if (IsLink(at, lowest) && *stack_.Word(at) > at && Convinces(at, exit)) return Push(at);
    return exit && Push(*exit);
  }

  bool Push(Address fp) {
    // What the frame's own function is, only its callee knew.
    links_.push_back({.pc = 0, .fp = fp, .after_gap = true});
    return true;
  }

  const MemorySource& memory_;
  const StackMemory& stack_;
  const ChainHints& hints_;
  std::vector<ChainLink> links_;
};

}  // namespace

StackMemory::StackMemory(const MemorySource& memory, const ThreadState& thread)
    : start_(thread.sp / kWord * kWord), bytes_(memory.View(start_, kMaxStack)) {}

std::optional<uint64_t> StackMemory::Word(Address at) const {
  if (at % kWord != 0 || at < start_ || end() - start_ < kWord || at > end() - kWord)
    return std::nullopt;
  uint64_t word = 0;
  std::memcpy(&word, bytes_.data() + (at - start_), kWord);
  return word;
}

std::vector<ChainLink> FindChain(const MemorySource& memory, const ThreadState& thread,
                                 const StackMemory& stack, const ChainHints& hints) {
  return Chain(memory, stack, hints).Find(thread);
}

}  // namespace nodeheap::v8
