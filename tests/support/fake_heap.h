// A V8 heap made by hand, as V8 11.3 (Node 20) lays it out: one isolate, its pages, maps and
// objects. Pages are filled from their start, like V8 does.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <map>
#include <optional>

#include "support/fake_memory.h"
#include "v8/heap.h"
#include "v8/layout.h"
#include "v8/pages.h"
#include "v8/runtime.h"

namespace nodeheap::test {

class FakeHeap {
 public:
  static constexpr uint64_t kIsolate = 0x20'0000;
  static constexpr uint64_t kHeap = kIsolate + 0x8000;
  static constexpr uint64_t kMalloc = kHeap + 0x8000;  // 64 KiB that nothing uses
  static constexpr uint64_t kStack = 0x40'0000;        // 64 KiB, of the only thread
  static constexpr uint64_t kPageHeader = 0x1000;

  static constexpr uint64_t kFromPage = 0x8;  // flags
  static constexpr uint64_t kToPage = 0x10;

  FakeHeap();

  // Its objects, to be appended, follow the header. `size` is for large pages.
  v8::Address AddPage(v8::Space space, uint64_t flags = 0, uint64_t size = v8::kPageAlignment);
  // Whether this V8 has objects of the kind.
  bool Has(v8::Kind kind) const { return TypeOf(kind).has_value(); }
  // A map whose objects have that many words; 0: it differs from object to object. Throws if there
  // are none of the kind.
  v8::Tagged AddMap(v8::Kind kind, uint8_t instance_words);
  // Writes the words behind what is on the page, and returns where.
  v8::Address Append(v8::Address page, std::initializer_list<v8::Tagged> words);
  v8::Address AppendFixedArray(v8::Address page, int32_t length);
  // Leaves `bytes` as they are, to be described by something else than an object.
  v8::Address Skip(v8::Address page, uint64_t bytes);
  // Fills the rest of the page with a FreeSpace object.
  void Close(v8::Address page);

  // Walks what there is. Valid until this is called again.
  const v8::Heap& Walk();

  v8::Address end_of(v8::Address page) const { return page + v8::kPageAlignment; }
  v8::Tagged fixed_array_map() const { return fixed_array_map_; }
  static v8::Tagged Smi(int32_t value) { return static_cast<uint64_t>(value) << 32; }

  v8::Address map_page() const { return map_page_; }

  v8::Layout layout;
  FakeMemory memory;

 private:
  v8::Address SpaceObject(v8::Space space);
  void WriteHeader(v8::Address page, v8::Space space, uint64_t flags, uint64_t size);
  std::optional<uint16_t> TypeOf(v8::Kind kind) const;

  std::map<v8::Space, v8::Address> spaces_;
  std::map<v8::Address, v8::Address> tops_;  // by page: where the next object goes
  v8::Address next_page_ = 0x1000'0000;
  v8::Address next_space_ = kHeap + 0x1000;
  v8::Address map_page_ = 0;
  v8::Tagged meta_map_ = 0;
  v8::Tagged fixed_array_map_ = 0;
  v8::Tagged free_space_map_ = 0;
  std::optional<v8::Runtime> runtime_;
  std::optional<v8::Heap> heap_;
};

}  // namespace nodeheap::test
