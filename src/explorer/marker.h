// Which objects are reachable from the roots by strong references, as V8's garbage collector sees
// it: weak references keep nothing alive, and an entry of a weak collection lives as long as its
// key.
#pragma once

#include <span>

#include "base/bitmap.h"
#include "nodeheap/progress.h"
#include "nodeheap/result.h"
#include "v8/dispatch_table.h"
#include "v8/heap.h"
#include "v8/roots.h"

namespace nodeheap::explorer {

// One bit an object.
Result<Bitmap> MarkReachable(const v8::Heap& heap, std::span<const v8::Root> roots,
                             const v8::DispatchTables& dispatch_tables, unsigned threads,
                             const Progress& progress);

}  // namespace nodeheap::explorer
