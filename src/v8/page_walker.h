// Walks the objects of one page, from the first to the last. V8 keeps its pages iterable: an object
// starts where the one before it ends, and free memory is filled with objects of its own.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "v8/linear_areas.h"
#include "v8/object_size.h"

namespace nodeheap::v8 {

struct PageObjects {
  // One bit a word of the page, as far as needed: where an object starts, and where one ends
  // without another behind it. Free memory and fillers are no objects.
  std::vector<uint64_t> starts;
  std::vector<uint64_t> ends;
  uint32_t count = 0;     // of objects
  uint64_t last_end = 0;  // where the last object ends: bytes from the page's address
  uint64_t used_bytes = 0;
  uint64_t free_bytes = 0;       // fillers, free lists, linear allocation areas
  uint64_t moved_bytes = 0;      // objects that were evacuated: their copies count
  uint64_t unparsed_bytes = 0;   // where no object starts although one should
  uint32_t guessed_objects = 0;  // of types whose size only the next object tells
  uint32_t misfits = 0;          // objects whose size is not what the page has room for
};

struct WalkContext {
  const Pages& pages;
  const Layout& layout;
  std::span<const LinearArea> areas;  // ascending by top
  SizeVariants variants;
};

PageObjects WalkPage(const Page& page, const WalkContext& context, MapCache& maps);

}  // namespace nodeheap::v8
