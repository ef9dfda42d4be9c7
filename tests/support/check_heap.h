// What holds of every walked heap, however damaged the memory is. Header only, since the fuzz
// targets use it.
#pragma once

#include <fmt/format.h>

#include <string>

#include "v8/heap.h"

namespace nodeheap::test {

// Empty if all is well, else what is not.
inline std::string WhatIsWrong(const v8::Heap& heap) {
  const auto pages = heap.pages().all();
  uint32_t row = 0;
  for (size_t i = 0; i < pages.size(); ++i) {
    const v8::Page& page = pages[i];
    const v8::PageUsage& usage = heap.usage()[i];
    const uint64_t area = page.area_end - page.area_start;
    const uint64_t counted = usage.used + usage.free + usage.moved + usage.unparsed;
    if (counted != (usage.stale ? 0 : area))
      return fmt::format("{} of {} bytes of the page {:#x} are counted", counted, area,
                         page.address);
    if (usage.first_object != row) return fmt::format("rows of the page {:#x}", page.address);
    uint64_t used = 0;
    v8::Address end = page.area_start;
    for (; row - usage.first_object < usage.object_count; ++row) {
      const v8::ObjectIndex object{row};
      const v8::Address at = heap.address(object);
      const uint64_t size = heap.size(object);
      if (at < end || size == 0 || size > page.area_end - at)
        return fmt::format("an object of {} bytes at {:#x}", size, at);
      if (heap.Find(at) != object || heap.FindContaining(at + size - 1) != object)
        return fmt::format("the object at {:#x} is not found again", at);
      end = at + size;
      used += size;
    }
    if (used != usage.used) return fmt::format("{} of {} bytes used", used, usage.used);
  }
  if (row != heap.object_count()) return "objects on no page";
  return "";
}

}  // namespace nodeheap::test
