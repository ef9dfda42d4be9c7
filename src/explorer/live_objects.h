// What of a walked heap is explored: the roots, the objects that are in the graph, their sizes.
#pragma once

#include <optional>
#include <vector>

#include "base/bitmap.h"
#include "explorer/explorer.h"
#include "explorer/object_numbers.h"
#include "v8/dispatch_table.h"
#include "v8/roots.h"

namespace nodeheap::explorer {

// Those of options.isolate.
std::vector<v8::Root> RootsOf(const v8::Heap& heap, const ExploreOptions& options);

// One bit an object: what is reachable from the roots or lies in read-only space, which always
// lives; with options.unreachable the rest.
Result<Bitmap> ObjectsToExplore(const v8::Heap& heap, std::span<const v8::Root> roots,
                                const v8::DispatchTables& dispatch_tables,
                                const ExploreOptions& options, Progress& progress);

// V8 13 and later count the characters of an external string as its own, and nothing of what all
// isolates share.
uint64_t SelfSize(const v8::Heap& heap, v8::ObjectIndex object, const v8::Page& page,
                  v8::Address at, const v8::MapInfo& map);

// Tells of the objects that `numbers` leaves out as garbage.
void ReportUnreachable(const v8::Heap& heap, const ObjectNumbers& numbers, Health& health);

// Names the types of nodes and edges, and the fields of nodes, as V8 does.
void NameTypes(HeapGraph::Columns& columns);

}  // namespace nodeheap::explorer
