#include "v8/isolates.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <functional>
#include <map>
#include <set>
#include <span>
#include <tuple>
#include <unordered_map>
#include <utility>

namespace nodeheap::v8 {
namespace {

// How much of an isolate after its heap is looked at for pointers.
constexpr uint64_t kIsolateTail = 0x8000;
constexpr size_t kMaxIsolates = 1000;     // more are nonsense, and each takes a millisecond
constexpr uint64_t kMaxStack = 16 << 20;  // bytes of a thread's stack that are looked at

// V8 10 and later: an isolate begins with a null pointer and its own address (IsolateData: the
// stack guard).
Address FindBySelfPointer(const MemorySource& memory, Address heap) {
  for (Address at = heap - kWord; heap - at < kMaxHeapOffset; at -= kWord) {
    const auto words = memory.Read<std::array<uint64_t, 2>>(at);
    if (!words) return 0;
    if ((*words)[0] == 0 && (*words)[1] == at) return at;
  }
  return 0;
}

// Many objects that an isolate points to begin with a pointer back to it.
Address FindByBackPointers(const MemorySource& memory, Address heap) {
  std::map<Address, uint32_t> votes;
  for (Address at = heap - kMaxHeapOffset; at < heap + kIsolateTail; at += kWord) {
    const auto pointer = memory.Read<uint64_t>(at);
    if (!pointer || *pointer == 0 || *pointer % kWord != 0) continue;
    const auto back = memory.Read<uint64_t>(*pointer);
    if (back && *back % kWord == 0 && *back < heap && heap - *back < kMaxHeapOffset) ++votes[*back];
  }
  const auto most =
      std::ranges::max_element(votes, {}, [](const auto& vote) { return vote.second; });
  return most != votes.end() && most->second >= 4 ? most->first : 0;
}

struct Mentions {
  size_t isolate = 0;  // index
  uint32_t thread_id = 0;
  bool is_current = false;  // for the thread itself
  uint64_t count = 0;
};

// The isolate that the thread runs or helps, as it says itself: V8 11 and later.
Address CurrentIsolate(const MemorySource& memory, const Layout& layout,
                       const ThreadState& thread) {
  if (!layout.current_isolate) return 0;
  const auto offset = static_cast<uint64_t>(*layout.current_isolate);
  return memory.Read<Address>(thread.tls + offset).value_or(0);
}

// How often each stack has a pointer to each isolate. Every byte of memory is looked at once.
std::vector<Mentions> CountMentions(const MemorySource& memory, const Layout& layout,
                                    std::span<const Isolate> isolates) {
  std::vector<ThreadState> threads(memory.threads().begin(), memory.threads().end());
  std::ranges::sort(threads, {}, &ThreadState::sp);
  std::unordered_map<Address, size_t> index;
  for (size_t i = 0; i < isolates.size(); ++i)
    index.emplace(isolates[i].address != 0 ? isolates[i].address : isolates[i].heap, i);
  std::vector<Mentions> all;
  for (size_t i = 0; i < threads.size(); ++i) {
    const ThreadState& thread = threads[i];
    Address end = thread.tls > thread.sp ? thread.tls : thread.sp + kMaxStack;
    if (i + 1 < threads.size()) end = std::min(end, threads[i + 1].sp);
    const Address start = RoundUp(thread.sp, kWord);
    const auto stack = memory.View(start, std::min(end - start, kMaxStack));
    std::map<size_t, uint64_t> counts;
    for (size_t at = 0; at + kWord <= stack.size(); at += kWord) {
      uint64_t word = 0;
      std::memcpy(&word, stack.data() + at, kWord);
      if (const auto found = index.find(word); found != index.end()) ++counts[found->second];
    }
    const Address current = CurrentIsolate(memory, layout, thread);
    if (const auto found = index.find(current); found != index.end()) counts[found->second] += 0;
    for (const auto& [isolate, count] : counts)
      all.push_back({isolate, thread.id, isolates[isolate].address == current, count});
  }
  return all;
}

// A thread runs the isolate that its stack mentions most, if it is its current one or there is no
// telling. Others mention it too, but less: the main thread keeps pointers to its workers, and the
// collector's threads make the isolate they help their current one.
void AssignThreads(const MemorySource& memory, const Layout& layout,
                   std::vector<Isolate>& isolates) {
  std::vector<Mentions> mentions = CountMentions(memory, layout, isolates);
  std::ranges::stable_sort(mentions, std::greater(), [](const Mentions& mention) {
    return std::pair(mention.is_current, mention.count);
  });
  std::set<uint32_t> taken;
  for (const Mentions& mention : mentions) {
    Isolate& isolate = isolates[mention.isolate];
    if (isolate.thread_id == 0 && taken.insert(mention.thread_id).second)
      isolate.thread_id = mention.thread_id;
  }
}

}  // namespace

std::vector<Isolate> FindIsolates(const MemorySource& memory, const Pages& pages,
                                  const Layout& layout) {
  std::set<Address> heaps;
  for (const Page& page : pages.all())
    if (page.heap != 0) heaps.insert(page.heap);
  std::vector<Isolate> isolates;
  for (const Address heap : heaps) {
    if (isolates.size() == kMaxIsolates) break;
    Address address = layout.version >= Version{10, 0, 0} ? FindBySelfPointer(memory, heap) : 0;
    if (address == 0) address = FindByBackPointers(memory, heap);
    isolates.push_back({.address = address, .heap = heap, .thread_id = 0, .label = {}});
  }
  AssignThreads(memory, layout, isolates);
  // Threads are numbered as they start.
  const uint32_t main_thread = memory.process_id();
  std::ranges::stable_sort(isolates, {}, [&](const Isolate& isolate) {
    return std::tuple(isolate.thread_id != main_thread, isolate.thread_id == 0, isolate.thread_id);
  });
  for (size_t i = 0; i < isolates.size(); ++i)
    isolates[i].label = i == 0 ? "main" : "worker " + std::to_string(i);
  return isolates;
}

}  // namespace nodeheap::v8
