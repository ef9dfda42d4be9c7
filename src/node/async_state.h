// What a process waits for: promises by state, and the async functions that are suspended in an
// `await`, with those that await them.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "nodeheap/progress.h"
#include "nodeheap/result.h"
#include "v8/async_stack.h"
#include "v8/heap.h"

namespace nodeheap::node {

// Chains of suspended functions that are at the same places of the same functions.
struct AsyncWait {
  const v8::Isolate* isolate = nullptr;
  uint64_t count = 0;
  v8::Tagged promise = 0;                   // that one of them awaits; 0: settled, or no promise
  std::vector<v8::AsyncFrame> frames = {};  // of one of them: the innermost first
  std::vector<v8::Tagged> stores = {};      // of one of them: what AsyncLocalStorage has for it
};

enum class Waiting : uint8_t {
  kAwaited,    // by an async function
  kThen,       // a callback waits
  kNobody,     // pending, and nothing would happen
  kHandled,    // settled
  kUnhandled,  // settled, and nobody ever asked
};
std::string_view Name(Waiting waiting);

struct PromiseCount {
  const v8::Isolate* isolate = nullptr;
  v8::PromiseState state = v8::PromiseState::kPending;
  Waiting waiting = Waiting::kNobody;
  std::string class_name = {};
  uint64_t count = 0;
  v8::Tagged sample = 0;
};

struct AsyncState {
  std::vector<AsyncWait> waits;        // the most frequent first
  std::vector<PromiseCount> promises;  // by isolate, state, what waits, and class
};

Result<AsyncState> FindAsyncState(const v8::Heap& heap, const Progress& progress);

}  // namespace nodeheap::node
