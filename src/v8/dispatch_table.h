// The table through which V8 13 and later find the code of functions: a function has a number of an
// entry instead of a pointer (JSDispatchTable in v8/src/sandbox/js-dispatch-table.h). V8 14 has one
// table an isolate, V8 13 one for all.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "v8/heap.h"

namespace nodeheap::v8 {

class DispatchTables {
 public:
  // Finds the tables by what functions say where their entries are.
  explicit DispatchTables(const Heap& heap);

  // The Code that V8 keeps alive for a JSFunction, or for a FeedbackCell, whose functions share it;
  // 0 if it is unknown, or the object is of another kind. REQUIRES: the object is of that size.
  Tagged CodeOf(Address object, Kind kind, uint64_t size) const;

 private:
  struct Table {
    Address heap = 0;  // that of the functions' pages
    Address base = 0;
  };

  void FindTable(Address heap, const std::vector<uint32_t>& handles);
  Tagged CodeAt(Address base, uint32_t handle, Address heap) const;

  const Runtime& runtime_;
  std::vector<Table> tables_;
};

}  // namespace nodeheap::v8
