// The chain of frames on one thread's stack. V8's code, and nearly all of Node's, keeps a frame
// pointer: the word it points to is the caller's frame pointer, the next one the return address.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "nodeheap/memory.h"
#include "v8/tagged.h"

namespace nodeheap::v8 {

// The memory from the stack pointer to the stack's end.
class StackMemory {
 public:
  StackMemory(const MemorySource& memory, const ThreadState& thread);

  Address start() const { return start_; }
  Address end() const { return start_ + bytes_.size(); }
  bool Contains(Address at) const { return at - start_ < bytes_.size(); }
  // nullopt outside of the stack and where `at` is not aligned.
  std::optional<uint64_t> Word(Address at) const;

 private:
  Address start_ = 0;
  std::span<const std::byte> bytes_;
};

struct ChainLink {
  Address pc = 0;  // in the function whose frame it is; a return address but for the first
  Address fp = 0;
  bool after_gap = false;  // functions without frame pointers came before and are missing
};

// What else leads into the stack, for where the chain is broken: system libraries use the frame
// pointer for other things.
struct ChainHints {
  // Frames from which V8 left JavaScript, by the isolate; ascending. They are on the chain for
  // sure.
  std::vector<Address> exits;
};

// From the innermost frame to the outermost, ascending by fp.
std::vector<ChainLink> FindChain(const MemorySource& memory, const ThreadState& thread,
                                 const StackMemory& stack, const ChainHints& hints);

}  // namespace nodeheap::v8
