// What V8's heap snapshots call the Code of its builtins: "(ArrayMap builtin code)".
#pragma once

#include <span>
#include <string>
#include <utility>
#include <vector>

#include "v8/frames.h"
#include "v8/heap.h"
#include "v8/roots.h"

namespace nodeheap::explorer {

// Of the builtins among the roots. Only the executable knows their names.
std::vector<std::pair<v8::Tagged, std::string>> BuiltinNames(const v8::Heap& heap,
                                                             const v8::NativeImage& native,
                                                             std::span<const v8::Root> roots);

}  // namespace nodeheap::explorer
