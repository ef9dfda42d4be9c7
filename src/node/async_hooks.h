// The hooks of async_hooks.createHook() that are enabled, as lib/internal/async_hooks.js of Node
// keeps them.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "node/environments.h"

namespace nodeheap::node {

struct AsyncHookCallback {
  std::string_view event;  // "init"
  v8::Tagged function = 0;
};

struct AsyncHook {
  v8::Tagged object = 0;
  std::vector<AsyncHookCallback> callbacks = {};
};

// In the order in which they are called. AsyncLocalStorage has one of its own up to Node 22.
// nullopt if Node's list cannot be found, as where the program replaced setTimeout.
std::optional<std::vector<AsyncHook>> FindAsyncHooks(const v8::Runtime& runtime,
                                                     const Environment& environment);

}  // namespace nodeheap::node
