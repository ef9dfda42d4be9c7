// The walk of heaps made by hand: what lies where, and what becomes of what is no object.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/check_heap.h"
#include "support/fake_heap.h"

namespace nodeheap::test {
namespace {

using testing::ElementsAre;
using v8::Address;
using v8::Heap;
using v8::Kind;
using v8::ObjectIndex;
using v8::PageUsage;
using v8::Space;
using v8::Tagged;

const PageUsage& UsageOf(const Heap& heap, Address page) {
  return heap.usage()[heap.pages().IndexOf(*heap.pages().FindContaining(page + 0x1000))];
}

std::vector<Address> ObjectsOn(const Heap& heap, Address page) {
  const PageUsage& usage = UsageOf(heap, page);
  std::vector<Address> found;
  for (uint32_t i = 0; i < usage.object_count; ++i)
    found.push_back(heap.address(ObjectIndex{usage.first_object + i}));
  return found;
}

class CoreWalkTest : public testing::Test {
 protected:
  CoreWalkTest() : page_(fake_.AddPage(Space::kOld)) {}

  void AddAreaAt(Address at, Address top, Address limit) {
    fake_.memory.Set(at, top);  // start
    fake_.memory.Set(at + 8, top);
    fake_.memory.Set(at + 16, limit);
  }
  // In a LocalAllocationBuffer, where an area is certain.
  void AddArea(Address top, Address limit) {
    fake_.memory.Set(FakeHeap::kMalloc, FakeHeap::kHeap);
    AddAreaAt(FakeHeap::kMalloc + 8, top, limit);
  }
  void AddAreaOnStack(Address top, Address limit) { AddAreaAt(FakeHeap::kStack + 64, top, limit); }
  Address SpaceOfPage() { return *fake_.memory.Read<Address>(page_ + 64); }
  const Heap& Walk() {
    fake_.Close(fake_.map_page());
    const Heap& heap = fake_.Walk();
    EXPECT_EQ(WhatIsWrong(heap), "");
    return heap;
  }

  FakeHeap fake_;
  Address page_;
};

TEST_F(CoreWalkTest, ObjectsFollowEachOther) {
  const Tagged point = fake_.AddMap(Kind::kJSObject, 4);
  const Address first = fake_.Append(page_, {point, 0, 0, 0});
  const Address second = fake_.AppendFixedArray(page_, 3);
  const Address third = fake_.Append(page_, {point, 0, 0, 0});
  fake_.Close(page_);
  const Heap& heap = Walk();
  EXPECT_THAT(ObjectsOn(heap, page_), ElementsAre(first, second, third));
  EXPECT_EQ(heap.size(*heap.Find(first)), 32);
  EXPECT_EQ(heap.size(*heap.Find(second)), 40);
  EXPECT_EQ(UsageOf(heap, page_).used, 104);
  EXPECT_EQ(UsageOf(heap, page_).unparsed, 0);
  EXPECT_TRUE(heap.health().complete());
}

TEST_F(CoreWalkTest, NothingIsFoundBetweenStarts) {
  const Address array = fake_.AppendFixedArray(page_, 3);
  fake_.Close(page_);
  const Heap& heap = Walk();
  EXPECT_FALSE(heap.Find(array + 8));
  EXPECT_FALSE(heap.Find(array + 1));
  EXPECT_EQ(heap.FindContaining(array + 39), heap.Find(array));
  EXPECT_FALSE(heap.FindContaining(array + 40));
}

TEST_F(CoreWalkTest, AnAreaHidesWhatIsLeftInIt) {
  const Address before = fake_.AppendFixedArray(page_, 1);
  const Address dead = fake_.AppendFixedArray(page_, 2);
  const Address after = fake_.AppendFixedArray(page_, 1);
  fake_.Close(page_);
  AddArea(dead, after);
  EXPECT_THAT(ObjectsOn(Walk(), page_), ElementsAre(before, after));
}

TEST_F(CoreWalkTest, AreasAreInSpaces) {
  const Address before = fake_.AppendFixedArray(page_, 1);
  const Address dead = fake_.AppendFixedArray(page_, 2);
  const Address after = fake_.AppendFixedArray(page_, 1);
  fake_.Close(page_);
  AddAreaAt(SpaceOfPage() + 51 * 8, dead, after);
  EXPECT_THAT(ObjectsOn(Walk(), page_), ElementsAre(before, after));
}

TEST_F(CoreWalkTest, AreasAreInAllocators) {
  const Address before = fake_.AppendFixedArray(page_, 1);
  const Address dead = fake_.AppendFixedArray(page_, 2);
  const Address after = fake_.AppendFixedArray(page_, 1);
  fake_.Close(page_);
  fake_.memory.Set(FakeHeap::kMalloc + 8, FakeHeap::kHeap);
  fake_.memory.Set(FakeHeap::kMalloc + 16, SpaceOfPage());
  AddAreaAt(FakeHeap::kMalloc + 21 * 8, dead, after);
  EXPECT_THAT(ObjectsOn(Walk(), page_), ElementsAre(before, after));
}

// An EvacuateNewSpaceVisitor of V8 11.3, as it is found in memory that was used for marking before:
// pointers to objects, of which three have lost their tags to fields that are false.
TEST_F(CoreWalkTest, NoAreaIsInFieldsThatAreNotInitialized) {
  const Address before = fake_.AppendFixedArray(page_, 2);
  const Address alive = fake_.AppendFixedArray(page_, 2);
  const Address after = fake_.AppendFixedArray(page_, 2);
  fake_.Close(page_);
  const Address visitor = FakeHeap::kMalloc + 0x100;
  fake_.memory.Set(visitor, uint64_t{0x2C2'BB18});  // vtable
  fake_.memory.Set(visitor + 8, FakeHeap::kHeap);
  fake_.memory.Set(visitor + 16, FakeHeap::kMalloc + 0x1C8);  // allocator
  AddAreaAt(visitor + 72, before + 8, after + 16);
  fake_.memory.Set(visitor + 96, v8::Tag(alive));
  const Heap& heap = Walk();
  EXPECT_THAT(ObjectsOn(heap, page_), ElementsAre(before, alive, after));
  EXPECT_EQ(UsageOf(heap, page_).unparsed, 0U);
}

TEST_F(CoreWalkTest, AnAreaOnAStackHidesNoObject) {
  const Address before = fake_.AppendFixedArray(page_, 1);
  const Address alive = fake_.AppendFixedArray(page_, 2);
  const Address after = fake_.AppendFixedArray(page_, 1);
  fake_.Close(page_);
  AddAreaOnStack(alive, after);
  EXPECT_THAT(ObjectsOn(Walk(), page_), ElementsAre(before, alive, after));
}

TEST_F(CoreWalkTest, AnAreaOnAStackExplainsAGap) {
  const Address before = fake_.AppendFixedArray(page_, 1);
  const Address gap = fake_.Skip(page_, 64);
  const Address after = fake_.AppendFixedArray(page_, 1);
  fake_.Close(page_);
  AddAreaOnStack(gap, after);
  const Heap& heap = Walk();
  EXPECT_THAT(ObjectsOn(heap, page_), ElementsAre(before, after));
  EXPECT_EQ(UsageOf(heap, page_).unparsed, 0);
}

TEST_F(CoreWalkTest, AscendingListsAreNoAreas) {
  const Address first = fake_.AppendFixedArray(page_, 1);
  const Address second = fake_.AppendFixedArray(page_, 1);
  const Address third = fake_.AppendFixedArray(page_, 1);
  fake_.Close(page_);
  AddArea(second, third);
  fake_.memory.Set(FakeHeap::kMalloc + 8, first);
  fake_.memory.Set(FakeHeap::kMalloc + 32, third + 24);
  EXPECT_THAT(ObjectsOn(Walk(), page_), ElementsAre(first, second, third));
}

TEST_F(CoreWalkTest, OldCopiesOfMovedObjectsAreLeftOut) {
  const Address target = fake_.AppendFixedArray(page_, 4);
  const Address old_copy = fake_.Skip(page_, 48);
  fake_.memory.Set(old_copy, target);
  const Address after = fake_.AppendFixedArray(page_, 1);
  fake_.Close(page_);
  const Heap& heap = Walk();
  EXPECT_THAT(ObjectsOn(heap, page_), ElementsAre(target, after));
  EXPECT_EQ(UsageOf(heap, page_).moved, 48);
}

TEST_F(CoreWalkTest, SizesThatNoFieldTellsEndAtTheNextMap) {
  const Tagged scope_info = fake_.AddMap(Kind::kScopeInfo, 0);
  const Address scope = fake_.Append(page_, {scope_info, 0, FakeHeap::Smi(7), 0, 0});
  const Address after = fake_.AppendFixedArray(page_, 1);
  fake_.Close(page_);
  const Heap& heap = Walk();
  EXPECT_THAT(ObjectsOn(heap, page_), ElementsAre(scope, after));
  EXPECT_EQ(heap.size(*heap.Find(scope)), 40);
  EXPECT_EQ(UsageOf(heap, page_).guessed_objects, 1);
}

TEST_F(CoreWalkTest, GarbageIsCountedAndPassed) {
  const Address before = fake_.AppendFixedArray(page_, 1);
  fake_.memory.Set(fake_.Skip(page_, 40), uint64_t{0xDEADBEEF});
  const Address after = fake_.AppendFixedArray(page_, 1);
  fake_.Close(page_);
  const Heap& heap = Walk();
  EXPECT_THAT(ObjectsOn(heap, page_), ElementsAre(before, after));
  EXPECT_EQ(UsageOf(heap, page_).unparsed, 40);
  EXPECT_FALSE(heap.health().complete());
}

TEST_F(CoreWalkTest, ASizeBeyondThePageIsNotBelieved) {
  const Address liar = fake_.Append(page_, {fake_.fixed_array_map(), FakeHeap::Smi(0x7FFFFFFF)});
  const Address after = fake_.AppendFixedArray(page_, 1);
  fake_.Close(page_);
  const Heap& heap = Walk();
  EXPECT_THAT(ObjectsOn(heap, page_), ElementsAre(liar, after));
  EXPECT_EQ(heap.size(*heap.Find(liar)), 16);
}

TEST_F(CoreWalkTest, FromPagesAreStale) {
  fake_.AppendFixedArray(page_, 1);
  fake_.Close(page_);
  const Address from = fake_.AddPage(Space::kNew, FakeHeap::kFromPage);
  fake_.AppendFixedArray(from, 1);
  fake_.Close(from);
  const Heap& heap = Walk();
  EXPECT_TRUE(UsageOf(heap, from).stale);
  EXPECT_EQ(UsageOf(heap, from).object_count, 0);
}

TEST_F(CoreWalkTest, FromPagesCountWhileTheCollectorCopies) {
  fake_.AppendFixedArray(page_, 1);
  fake_.Close(page_);
  const Address to = fake_.AddPage(Space::kNew, FakeHeap::kToPage);
  const Address copy = fake_.AppendFixedArray(to, 2);
  const Address unused = fake_.Skip(to, 64);
  fake_.Close(to);
  const Address from = fake_.AddPage(Space::kNew, FakeHeap::kFromPage);
  fake_.memory.Set(fake_.Skip(from, 32), copy);
  const Address not_moved_yet = fake_.AppendFixedArray(from, 1);
  fake_.Close(from);
  AddArea(unused, unused + 64);
  const Heap& heap = Walk();
  EXPECT_THAT(ObjectsOn(heap, to), ElementsAre(copy));
  EXPECT_THAT(ObjectsOn(heap, from), ElementsAre(not_moved_yet));
}

// A collection has just begun: nothing is in the new semispace yet, everything in the old one.
TEST_F(CoreWalkTest, FromPagesCountWhileNothingWasMovedYet) {
  const Address to = fake_.AddPage(Space::kNew, FakeHeap::kToPage);
  fake_.Close(to);
  const Address from = fake_.AddPage(Space::kNew, FakeHeap::kFromPage);
  const Address young = fake_.AppendFixedArray(from, 1);
  fake_.Skip(from, 64);  // was not used yet
  const Heap& heap = Walk();
  EXPECT_THAT(ObjectsOn(heap, from), ElementsAre(young));
  EXPECT_EQ(UsageOf(heap, from).unparsed, 0U);
  ASSERT_EQ(heap.health().entries().size(), 1U);
  EXPECT_EQ(heap.health().entries()[0].code, "abandoned_objects");
  EXPECT_TRUE(heap.health().complete());
}

TEST_F(CoreWalkTest, FromPagesAreStaleWhileTheOtherSemispaceIsInUse) {
  const Address to = fake_.AddPage(Space::kNew, FakeHeap::kToPage);
  fake_.AppendFixedArray(to, 1);
  fake_.Close(to);
  const Address from = fake_.AddPage(Space::kNew, FakeHeap::kFromPage);
  fake_.AppendFixedArray(from, 1);
  fake_.Close(from);
  const Heap& heap = Walk();
  EXPECT_TRUE(UsageOf(heap, from).stale);
  EXPECT_EQ(UsageOf(heap, from).object_count, 0U);
}

TEST_F(CoreWalkTest, ALargePageHasOneObject) {
  fake_.AppendFixedArray(page_, 1);
  fake_.Close(page_);
  constexpr int32_t kLength = 100'000;
  const Address large = fake_.AddPage(Space::kLarge, 0, 0x1000'00);
  const Address array = fake_.AppendFixedArray(large, kLength);
  const Heap& heap = Walk();
  ASSERT_TRUE(heap.Find(array));
  EXPECT_EQ(heap.size(*heap.Find(array)), 16 + 8 * kLength);
  EXPECT_EQ(heap.FindContaining(array + 8 * kLength), heap.Find(array));
}

TEST_F(CoreWalkTest, RulesThatTheVersionDoesNotTellAreFoundByTheirFit) {
  // The version says 56 bytes; here, as in other releases, they are 48.
  const Tagged vector = fake_.AddMap(Kind::kFeedbackVector, 0);
  for (int i = 0; i < 3; ++i) {
    fake_.Append(page_, {vector, 2, 0, 0, 0, 0, 0, 0});
    fake_.AppendFixedArray(page_, 1);
  }
  fake_.Close(page_);
  const Heap& heap = Walk();
  EXPECT_EQ(ObjectsOn(heap, page_).size(), 6);
  EXPECT_EQ(UsageOf(heap, page_).unparsed, 0);
}

TEST_F(CoreWalkTest, TheIsolateIsFoundBeforeItsHeap) {
  fake_.AppendFixedArray(page_, 1);
  fake_.Close(page_);
  const Heap& heap = Walk();
  ASSERT_EQ(heap.runtime().isolates().size(), 1);
  EXPECT_EQ(heap.runtime().isolates()[0].address, FakeHeap::kIsolate);
  EXPECT_EQ(heap.runtime().isolates()[0].label, "main");
}

}  // namespace
}  // namespace nodeheap::test
