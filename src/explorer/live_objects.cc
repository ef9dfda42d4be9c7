#include "explorer/live_objects.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/parallel.h"
#include "base/text.h"
#include "explorer/marker.h"
#include "graph/type_names.h"

namespace nodeheap::explorer {

using v8::ObjectIndex;

std::vector<v8::Root> RootsOf(const v8::Heap& heap, const ExploreOptions& options) {
  std::vector<v8::Root> roots = v8::FindRoots(heap);
  if (options.isolate)
    std::erase_if(roots, [&](const v8::Root& root) { return root.isolate != *options.isolate; });
  return roots;
}

Result<Bitmap> ObjectsToExplore(const v8::Heap& heap, std::span<const v8::Root> roots,
                                const v8::DispatchTables& dispatch_tables,
                                const ExploreOptions& options, Progress& progress) {
  progress.Report("finding what is reachable", 0, 0);
  NH_TRY(Bitmap reachable,
         MarkReachable(heap, roots, dispatch_tables, ThreadCount(options.threads), progress));
  const v8::Runtime& runtime = heap.runtime();
  const auto is_selected = [&](const v8::Page& page) {
    const v8::Isolate* const owner = runtime.isolate_of(page);
    return !options.isolate || owner == nullptr || owner == &runtime.isolates()[*options.isolate];
  };
  Bitmap garbage(heap.object_count());
  for (const v8::Page& page : runtime.pages().all()) {
    const v8::PageUsage& usage = heap.usage()[runtime.pages().IndexOf(page)];
    if (!is_selected(page)) continue;
    for (uint32_t i = 0; i < usage.object_count; ++i) {
      const uint32_t object = usage.first_object + i;
      if (page.space == v8::Space::kReadOnly)
        reachable.Add(object);
      else if (!reachable.Has(object))
        garbage.Add(object);
    }
  }
  return options.unreachable ? std::move(garbage) : std::move(reachable);
}

uint64_t SelfSize(const v8::Heap& heap, ObjectIndex object, const v8::Page& page, v8::Address at,
                  const v8::MapInfo& map) {
  const uint64_t size = heap.size(object);
  if (heap.layout().version < v8::Version{13, 0, 0}) return size;
  if (page.space == v8::Space::kReadOnly) return 0;
  if (map.kind != v8::Kind::kString || v8::ShapeOf(map.instance_type) != v8::StringShape::kExternal)
    return size;
  const uint64_t units = page.Load<uint32_t>(at + heap.layout().string.length);
  return size + (v8::IsOneByte(map.instance_type) ? units : 2 * units);
}

void ReportUnreachable(const v8::Heap& heap, const ObjectNumbers& numbers, Health& health) {
  uint64_t count = 0;
  uint64_t bytes = 0;
  for (uint32_t i = 0; i < heap.object_count(); ++i) {
    if (numbers.Has(ObjectIndex{i})) continue;
    ++count;
    bytes += heap.size(ObjectIndex{i});
  }
  if (count != 0)
    health.Add({Severity::kInfo, "unreachable_objects",
                fmt::format("{} objects ({}) are garbage that was not collected yet, and "
                            "not counted",
                            WithThousands(count), HumanSize(bytes)),
                count});
}

void NameTypes(HeapGraph::Columns& columns) {
  // A core has no objects of WebAssembly of their own type, and the invisible edges are DevTools'.
  columns.node_type_names.assign(kNodeTypeNames.begin(), kNodeTypeNames.end() - 1);
  columns.edge_type_names.assign(kEdgeTypeNames.begin(), kEdgeTypeNames.end() - 1);
  columns.info.node_fields = {"type", "name", "id", "self_size", "edge_count"};
}

}  // namespace nodeheap::explorer
