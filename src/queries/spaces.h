// V8's spaces as tables, for doctor and spaces.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "nodeheap/report.h"
#include "v8/heap.h"

namespace nodeheap {

// Some pages of a heap together, in bytes.
struct PageSums {
  uint64_t pages = 0;
  uint64_t size = 0;  // with the headers of the pages
  uint64_t area = 0;  // where objects may lie
  uint64_t used = 0;
  uint64_t free = 0;      // with old copies of objects that were moved
  uint64_t unparsed = 0;  // neither: what is there could not be read as objects

  void Add(const v8::Page& page, const v8::PageUsage& usage);
};

struct SpaceSums {
  const v8::Isolate* isolate = nullptr;  // nullptr: shared by all
  v8::Space space = v8::Space::kUnknown;
  PageSums sums = {};
};

// By isolate, in their order, with the shared ones first; then by space.
std::vector<SpaceSums> SumSpaces(const v8::Heap& heap);

// The whole heap.
PageSums SumPages(const v8::Heap& heap);

// "main", "worker 1", "shared"
std::string LabelOf(const v8::Isolate* isolate);

// A row for each isolate: which thread runs it, and its memory.
Table IsolatesTable(const v8::Heap& heap);

// The columns that describe spaces and isolates.
std::vector<Field> SumFields();
Row SumCells(const PageSums& sums);

}  // namespace nodeheap
