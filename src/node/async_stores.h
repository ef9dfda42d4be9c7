// What AsyncLocalStorage has for code that waits: the values that run() and enterWith() set.
#pragma once

#include <vector>

#include "v8/builtins.h"
#include "v8/runtime.h"

namespace nodeheap::node {

// Of a suspended async function and the reaction that will go on with it. Node 24 and later keep
// one map of all storages in the reaction (lib/internal/async_context_frame.js); others a property
// for each on the promise (lib/internal/async_local_storage/async_hooks.js).
std::vector<v8::Tagged> FindStores(const v8::Runtime& runtime, v8::Tagged generator,
                                   const v8::PromiseReaction& reaction);

}  // namespace nodeheap::node
