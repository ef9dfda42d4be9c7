// Memory of a heap with bytes from the fuzzer in it: pages, maps and objects are right until the
// input overwrites them. Each record of the input changes one word.
//
//   fuzz_core -max_len=4096 NEW_CORPUS tests/fuzz/corpus_core
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <utility>
#include <vector>

#include "support/check_heap.h"
#include "support/fake_heap.h"

namespace {

using nodeheap::test::FakeHeap;
using nodeheap::v8::Address;
using nodeheap::v8::Kind;
using nodeheap::v8::Space;
using nodeheap::v8::Tagged;

struct Record {
  uint8_t block;   // which of the regions of memory
  uint8_t place;   // 0 to 127: from its start; others: from where its objects start
  uint16_t word;   // how far from there
  uint64_t value;  // added to an address of the heap if `place` is odd
};
constexpr size_t kRecordBytes = 12;
constexpr size_t kMaxRecords = 400;

Record ReadRecord(const uint8_t* data) {
  Record record{data[0], data[1], 0, 0};
  std::memcpy(&record.word, data + 2, sizeof(record.word));
  std::memcpy(&record.value, data + 4, sizeof(record.value));
  return record;
}

// Objects of every kind that has a size rule of its own.
void Fill(FakeHeap& fake, Address page) {
  for (int kind = 1; kind < static_cast<int>(Kind::kStruct); ++kind) {
    if (!fake.Has(static_cast<Kind>(kind))) continue;
    const Tagged map = fake.AddMap(static_cast<Kind>(kind), 0);
    fake.Append(page, {map, FakeHeap::Smi(2), 2, 0, 0, 0, 0, 0});
  }
  fake.Close(page);
}

FakeHeap MakeHeap() {
  FakeHeap fake;
  const Address old_page = fake.AddPage(Space::kOld);
  const Address to_page = fake.AddPage(Space::kNew, FakeHeap::kToPage);
  const Address from_page = fake.AddPage(Space::kNew, FakeHeap::kFromPage);
  const Address large_page = fake.AddPage(Space::kLarge, 0, 3 * nodeheap::v8::kPageAlignment / 2);
  Fill(fake, old_page);
  for (const Address page : {to_page, from_page}) {
    fake.AppendFixedArray(page, 3);
    fake.Close(page);
  }
  fake.AppendFixedArray(large_page, 40000);
  fake.Close(fake.map_page());
  return fake;
}

// Changes words of a heap that is made but once, and changes them back.
class Damage {
 public:
  explicit Damage(FakeHeap& fake) : memory_(fake.memory) {}
  Damage(const Damage&) = delete;
  Damage& operator=(const Damage&) = delete;
  ~Damage() {
    for (auto change = changes_.rbegin(); change != changes_.rend(); ++change)
      memory_.Set(change->first, change->second);
  }

  void Add(const Record& record) {
    const auto regions = memory_.regions();
    const nodeheap::MemoryRegion& region = regions[record.block % regions.size()];
    const uint64_t words = (region.end - region.start) / nodeheap::v8::kWord;
    const uint64_t first = record.place < 128 ? 0 : FakeHeap::kPageHeader / nodeheap::v8::kWord;
    const Address at = region.start + (first + record.word) % words * nodeheap::v8::kWord;
    const uint64_t base = record.place % 2 != 0 ? regions.back().start : 0;
    changes_.emplace_back(at, memory_.Read<uint64_t>(at).value());
    memory_.Set(at, base + record.value);
  }

 private:
  nodeheap::test::FakeMemory& memory_;
  std::vector<std::pair<Address, uint64_t>> changes_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static FakeHeap fake = MakeHeap();
  Damage damage(fake);
  for (size_t i = 0; i < kMaxRecords && (i + 1) * kRecordBytes <= size; ++i)
    damage.Add(ReadRecord(data + i * kRecordBytes));

  nodeheap::Progress progress;
  const auto runtime = nodeheap::v8::Runtime::Open(fake.memory, fake.layout);
  if (!runtime) return 0;
  const auto heap = nodeheap::v8::Heap::Walk(*runtime, progress, 1);
  if (!heap) return 0;
  const std::string wrong = nodeheap::test::WhatIsWrong(*heap);
  if (wrong.empty()) return 0;
  std::fprintf(stderr, "%s\n", wrong.c_str());
  std::abort();
}
