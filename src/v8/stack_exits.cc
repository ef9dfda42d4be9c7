#include "v8/stack_exits.h"

#include <algorithm>
#include <cstring>

namespace nodeheap::v8 {
namespace {

constexpr size_t kMaxFrames = 100'000;
// How many words below its frame pointer an entry frame keeps things: registers, the handler, and
// the exit frame before it.
constexpr uint64_t kEntryWords = 16;

bool IsExit(const Runtime& runtime, const StackMemory& stack, Address fp) {
  return MarkerOf(runtime, stack, fp).ends_with("Exit") && stack.Word(fp + kWord).value_or(0) != 0;
}

// Isolate::c_entry_fp_ has moved in every version, but no other word of an isolate leads to an exit
// frame that is further in.
Address InnermostExit(const Runtime& runtime, const Isolate& isolate, const StackMemory& stack) {
  const bool is_small = runtime.layout().version >= Version{11, 0, 0};
  const auto words = runtime.memory().View(isolate.address, is_small ? 0x400 : 0xC000);
  Address innermost = 0;
  for (size_t at = 0; at + kWord <= words.size(); at += kWord) {
    Address word = 0;
    std::memcpy(&word, words.data() + at, kWord);
    if (IsExit(runtime, stack, word) && (innermost == 0 || word < innermost)) innermost = word;
  }
  return innermost;
}

// The exit frame that JavaScript was left by before it was entered through the frame at `entry`.
Address ExitBefore(const Runtime& runtime, const StackMemory& stack, Address entry) {
  for (uint64_t i = 2; i < kEntryWords; ++i) {
    const Address word = stack.Word(entry - i * kWord).value_or(0);
    if (word > entry && IsExit(runtime, stack, word)) return word;
  }
  return 0;
}

}  // namespace

std::string_view MarkerOf(const Runtime& runtime, const StackMemory& stack, Address fp) {
  const auto word = stack.Word(fp - kWord);
  const auto& types = runtime.layout().frame_types;
  // The marker is a Smi of the 31-bit kind, even in these builds.
  if (!word || (*word & 1) != 0 || *word >> 1 >= types.size()) return {};
  return types[*word >> 1];
}

std::vector<Address> FindExits(const Runtime& runtime, const Isolate* isolate,
                               const ThreadState& thread, const StackMemory& stack) {
  std::vector<Address> exits;
  Address fp = thread.fp;
  if (const Address exit = isolate == nullptr ? 0 : InnermostExit(runtime, *isolate, stack)) {
    exits.push_back(exit);
    fp = exit;
  }
  for (size_t count = 0; count < kMaxFrames && stack.Contains(fp); ++count) {
    Address next = stack.Word(fp).value_or(0);
    if (MarkerOf(runtime, stack, fp).ends_with("Entry")) {
      next = ExitBefore(runtime, stack, fp);
      if (next != 0) exits.push_back(next);
    }
    if (next <= fp) break;
    fp = next;
  }
  return exits;
}

}  // namespace nodeheap::v8
