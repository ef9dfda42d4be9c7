// Timers and immediates that wait, as lib/internal/timers.js of Node keeps them: lists of Timeout
// objects, one for each duration. They are found through the variables of its functions.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "node/environments.h"

namespace nodeheap::node {

struct Timer {
  v8::Tagged object = 0;    // a Timeout or an Immediate
  v8::Tagged callback = 0;  // a function; 0 if it cannot be read
  bool immediate = false;
  double duration_ms = 0;
  double start_ms = 0;  // by the event loop's clock
  bool repeats = false;
  bool referenced = true;  // keeps the event loop alive
};

// Functions of lib/internal/timers.js, whose variables lead on to other modules of Node.
std::vector<v8::Tagged> InternalTimerFunctions(const v8::Runtime& runtime,
                                               const Environment& environment);

// By duration and then in the order in which they are due; immediates last. nullopt if Node's lists
// cannot be found, as where the program replaced setTimeout.
std::optional<std::vector<Timer>> FindTimers(const v8::Runtime& runtime,
                                             const Environment& environment);

}  // namespace nodeheap::node
