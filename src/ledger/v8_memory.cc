#include "ledger/v8_memory.h"

#include <algorithm>
#include <limits>

#include "v8/buffers.h"
#include "v8/maps.h"

namespace nodeheap::ledger {
namespace {

Range RangeOf(v8::Address start, uint64_t size) {
  return {start, start + std::min(size, std::numeric_limits<uint64_t>::max() - start)};
}

}  // namespace

void ForEachPart(const v8::Heap& heap, const v8::Page& page, const VisitPart& visit) {
  const v8::PageUsage& usage = heap.usage()[heap.pages().IndexOf(page)];
  // What could not be read as objects is not told from what is free.
  const PagePart rest = usage.unparsed == 0 ? PagePart::kFree : PagePart::kUnread;
  const auto take = [&](uint64_t start, uint64_t end, PagePart part) {
    if (start < end) visit({start, end}, part);
  };
  take(page.address, page.area_start, PagePart::kOverhead);
  uint64_t run = page.area_start;  // where the objects that follow each other begin
  uint64_t at = page.area_start;
  for (uint32_t i = 0; i < usage.object_count; ++i) {
    const v8::ObjectIndex object{usage.first_object + i};
    const uint64_t start = heap.address(page, object);
    if (start != at) {
      take(run, at, PagePart::kObjects);
      take(at, start, rest);
      run = start;
    }
    at = start + heap.size(object);
  }
  take(run, at, PagePart::kObjects);
  take(at, page.area_end, rest);
  take(page.area_end, page.address + page.size, PagePart::kOverhead);
}

NativeMemory FindNativeMemory(const v8::Heap& heap) {
  NativeMemory found;
  const v8::Runtime& runtime = heap.runtime();
  v8::MapCache maps(heap.pages(), heap.layout());
  v8::PageCursor cursor(heap);
  const auto& layout = heap.layout().string;
  for (uint32_t i = 0; i < heap.object_count(); ++i) {
    const v8::Page& page = cursor.Of(v8::ObjectIndex{i});
    const v8::Address at = heap.address(page, v8::ObjectIndex{i});
    const v8::MapInfo* const map = maps.Find(page.Word(at));
    if (map == nullptr) continue;
    if (map->kind == v8::Kind::kJSArrayBuffer) {
      const auto buffer = v8::ArrayBuffer::Load(runtime, v8::Tag(at));
      if (buffer && buffer->data != 0 && buffer->byte_length != 0)
        found.buffers.push_back({RangeOf(buffer->data, buffer->byte_length), at});
    } else if (map->kind == v8::Kind::kString &&
               v8::ShapeOf(map->instance_type) == v8::StringShape::kExternal) {
      const uint64_t units = page.Load<uint32_t>(at + layout.length);
      if (v8::IsUncachedExternal(map->instance_type)) {
        ++found.unknown_strings;
      } else if (heap.size(v8::ObjectIndex{i}) >= layout.external_data + v8::kWord) {
        const auto data = page.Word(at + layout.external_data);
        const uint64_t bytes = v8::IsOneByte(map->instance_type) ? units : 2 * units;
        if (data != 0 && bytes != 0) found.strings.push_back({RangeOf(data, bytes), at});
      }
    }
  }
  return found;
}

}  // namespace nodeheap::ledger
