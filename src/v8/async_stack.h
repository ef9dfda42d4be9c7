// Asynchronous calls: which async functions wait for a promise, as V8's own stack traces follow
// them (CaptureAsyncStackTrace in v8/src/execution/isolate.cc): from a promise through the one
// reaction on it to the function that awaits, and on to the promise of that function.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "v8/builtins.h"
#include "v8/functions.h"
#include "v8/runtime.h"

namespace nodeheap::v8 {

enum class AsyncFrameKind : uint8_t { kAwait, kAll, kAllSettled, kAny };

struct AsyncFrame {
  AsyncFrameKind kind = AsyncFrameKind::kAwait;
  Tagged generator = 0;               // of kAwait: the suspended function
  std::optional<int32_t> index = {};  // of Promise.all and the like: of the promise
};

// The innermost first. Ends where a promise is settled, where several functions wait, or nothing
// that V8 knows does.
std::vector<AsyncFrame> AwaitersOf(const Runtime& runtime, Tagged promise);

// The promise of the async function that was going on, or what else waits for the microtask that
// ran; 0 if the isolate ran none.
Tagged PromiseOfCurrentTask(const Runtime& runtime, const Isolate& isolate);

// The promise of an async function, or the one that next() of an async generator returned; 0: none.
Tagged PromiseOf(const Runtime& runtime, Tagged generator);

// Where a suspended function will go on: its `await`, `for await` or `yield`; nullopt if that is
// not known.
std::optional<SourcePlace> SuspendedAt(const Runtime& runtime, const Generator& generator);

}  // namespace nodeheap::v8
