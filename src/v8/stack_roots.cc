#include "v8/stack_roots.h"

#include <algorithm>

#include "v8/stack_chain.h"
#include "v8/stack_code.h"
#include "v8/stack_exits.h"

namespace nodeheap::v8 {
namespace {

constexpr uint64_t kMaxStacks = uint64_t{256} << 20;  // bytes, of all threads together
// Below the frame pointer (v8/src/execution/frame-constants.h).
constexpr uint64_t kFunction = 16;  // of a frame of JavaScript
constexpr uint64_t kExitTop = 16;   // of an exit frame: the stack pointer when native code began

class StackScanner {
 public:
  StackScanner(const Heap& heap, const StackCode& code, const ThreadState& thread,
               std::vector<Root>& roots)
      : heap_(heap),
        runtime_(heap.runtime()),
        code_(code),
        thread_(thread),
        stack_(runtime_.memory(), thread),
        roots_(roots) {}

  uint64_t size() const { return stack_.end() - stack_.start(); }

  void Scan(const Isolate& isolate) {
    exits_ = FindExits(runtime_, &isolate, thread_, stack_);
    if (IsV8Code(thread_.pc))
      for (const auto& [name, value] : thread_.registers) Add(value, 0);
    Address begin = stack_.start();  // of the frame
    for (const ChainLink& link : FindChain(runtime_.memory(), thread_, stack_, {exits_})) {
      if (link.fp == 0) continue;
      if (HoldsRoots(link)) AddWords(Top(link).value_or(begin), link.fp);
      begin = link.fp + 2 * kWord;
    }
  }

 private:
  bool IsV8Code(Address pc) const { return code_.IsBuiltin(pc) || code_.IsHeapCode(pc); }

  bool HoldsRoots(const ChainLink& link) const {
    const std::string_view marker = MarkerOf(runtime_, stack_, link.fp);
    // The registers of the native code that called JavaScript.
    if (marker.ends_with("Entry")) return false;
    if (link.pc != 0) return IsV8Code(link.pc);
    return !marker.empty() ||
           runtime_.Is(stack_.Word(link.fp - kFunction).value_or(0), Kind::kJSFunction);
  }

  // Where an exit frame begins, whatever came between.
  std::optional<Address> Top(const ChainLink& link) const {
    if (!link.after_gap || !std::ranges::binary_search(exits_, link.fp)) return std::nullopt;
    const auto top = stack_.Word(link.fp - kExitTop);
    return top && *top > stack_.start() && *top < link.fp ? top : std::nullopt;
  }

  void AddWords(Address begin, Address end) {
    for (Address slot = begin; slot < end; slot += kWord)
      if (const auto word = stack_.Word(slot)) Add(*word, slot);
  }

  void Add(Tagged word, Address slot) {
    if (!IsStrong(word)) return;
    const auto object = heap_.Find(Untag(word));
    if (!object) return;
    // What isolates share needs no thread to live.
    const Isolate* const owner = runtime_.isolate_of(heap_.page_of(*object));
    if (owner == nullptr) return;
    const auto isolate = static_cast<uint32_t>(owner - runtime_.isolates().data());
    roots_.push_back({RootKind::kStackRoots, false, isolate, thread_.id, slot, *object});
  }

  const Heap& heap_;
  const Runtime& runtime_;
  const StackCode& code_;
  const ThreadState& thread_;
  const StackMemory stack_;
  std::vector<Address> exits_;
  std::vector<Root>& roots_;
};

}  // namespace

void FindStackRoots(const Heap& heap, std::vector<Root>& roots) {
  const Runtime& runtime = heap.runtime();
  const StackCode code(runtime, {});
  uint64_t left = kMaxStacks;
  for (const ThreadState& thread : runtime.memory().threads()) {
    const auto isolate = std::ranges::find(runtime.isolates(), thread.id, &Isolate::thread_id);
    if (isolate == runtime.isolates().end()) continue;
    StackScanner scanner(heap, code, thread, roots);
    if (scanner.size() > left) return;
    left -= scanner.size();
    scanner.Scan(*isolate);
  }
}

}  // namespace nodeheap::v8
