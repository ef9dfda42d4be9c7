// V8's table of ids is found by its shape, and nothing else is taken for it.
#include <gtest/gtest.h>

#include "support/fake_heap.h"
#include "v8/object_ids.h"

namespace nodeheap::v8 {
namespace {

using test::FakeHeap;

constexpr uint64_t kProfiler = FakeHeap::kMalloc;
constexpr uint64_t kMap = FakeHeap::kMalloc + 0x100;
constexpr uint64_t kEntries = FakeHeap::kMalloc + 0x400;
constexpr uint64_t kEntryBytes = 24;
constexpr uint32_t kCount = 1200;
constexpr uint64_t kFirstObject = 0x1000'0000;

class ObjectIds : public testing::Test {
 protected:
  // As a snapshot leaves it: an empty entry, then ascending ids, of which each third is even.
  ObjectIds() {
    fake_.AddPage(Space::kOld);
    memory().Set(FakeHeap::kIsolate + 0x400, kProfiler);
    memory().Set(kProfiler + 8, kMap);
    memory().Set(kMap + 16, kEntries);
    memory().Set(kMap + 24, kEntries + kCount * kEntryBytes);
    memory().Set(kMap + 32, kEntries + kCount * kEntryBytes);
    for (uint32_t i = 1; i < kCount; ++i) {
      SetId(i, i % 3 == 0 ? i * 2 : i * 2 + 1);
      memory().Set(kEntries + i * kEntryBytes + 8, kFirstObject + i * 8);
    }
  }

  test::FakeMemory& memory() { return fake_.memory; }
  void SetId(uint32_t entry, uint32_t id) { memory().Set(kEntries + entry * kEntryBytes, id); }
  size_t Found() {
    const Runtime runtime = Runtime::Open(fake_.memory, fake_.layout).value();
    return FindObjectIds(runtime, 0).size();
  }

  FakeHeap fake_;
};

TEST_F(ObjectIds, AreFound) { EXPECT_EQ(Found(), kCount - 1); }

TEST_F(ObjectIds, ThatDoNotAscendAreNone) {
  SetId(700, 5);
  EXPECT_EQ(Found(), 0U);
}

TEST_F(ObjectIds, LeaveRoomForFurtherOnes) {
  SetId(kCount - 1, 0xFFFFFFFF);
  EXPECT_EQ(Found(), 0U);
}

}  // namespace
}  // namespace nodeheap::v8
