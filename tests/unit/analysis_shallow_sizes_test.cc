// V8's helper objects count as part of the object that alone owns them.
#include <gtest/gtest.h>

#include "support/analyzed_heap.h"

namespace nodeheap::test {
namespace {

constexpr uint64_t kOwner = 100;  // the own size of "o" and "p"

// A root that holds two objects.
SnapshotBuilder TwoObjects() {
  SnapshotBuilder heap;
  return heap.Child("root", "o", {.size = kOwner}).Child("root", "p", {.size = kOwner});
}

TEST(ShallowSizes, MoveFromHelpersToTheirOwner) {
  struct Case {
    NodeSpec helper;
    bool moves;
  };
  const Case cases[] = {
      {{.type = "hidden", .size = 7}, true},
      {{.type = "array", .size = 7}, true},
      {{.type = "native", .name = "system / ExternalStringData", .size = 7}, true},
      {{.type = "native", .name = "system / JSArrayBufferData", .size = 7}, false},
      {{.type = "code", .size = 7}, false},
      {{.type = "string", .size = 7}, false},
      {{.type = "object", .name = "system / ExternalStringData", .size = 7}, false},
      {{.type = "object shape", .size = 7}, false},
  };
  for (const Case& c : cases) {
    const AnalyzedHeap analyzed(TwoObjects().Child("o", "helper", c.helper));
    EXPECT_EQ(analyzed.Shallow("helper"), c.moves ? 0U : 7U) << c.helper.type;
    EXPECT_EQ(analyzed.Shallow("o"), c.moves ? kOwner + 7 : kOwner) << c.helper.type;
    EXPECT_EQ(analyzed.graph().self_size(analyzed.Node("helper")), 7U) << "as the dump says";
    EXPECT_EQ(analyzed.Retained("o"), kOwner + 7);
  }
}

TEST(ShallowSizes, MoveThroughHelpers) {
  SnapshotBuilder heap = TwoObjects();
  heap.Child("o", "a", {.type = "array", .size = 1}).Child("a", "h", {.type = "hidden", .size = 2});
  heap.Edge("h", "property", "back", "a");
  const AnalyzedHeap analyzed(heap);
  EXPECT_EQ(analyzed.Shallow("o"), kOwner + 3);
  EXPECT_EQ(analyzed.Shallow("a"), 0U);
  EXPECT_EQ(analyzed.Shallow("h"), 0U);
}

// o → a → shared ← p
TEST(ShallowSizes, StayWithSeveralOwners) {
  SnapshotBuilder heap = TwoObjects();
  heap.Child("o", "a", {.type = "array", .size = 1});
  heap.Child("a", "shared", {.type = "hidden", .size = 2}).Edge("p", "property", "x", "shared");
  heap.Child("shared", "below", {.type = "hidden", .size = 4});
  const AnalyzedHeap analyzed(heap);
  EXPECT_EQ(analyzed.Shallow("o"), kOwner + 1);
  EXPECT_EQ(analyzed.Shallow("p"), kOwner);
  EXPECT_EQ(analyzed.Shallow("shared"), 2U);
  EXPECT_EQ(analyzed.Shallow("below"), 4U) << "what is owned by a helper has its owners";
}

TEST(ShallowSizes, CountAnOwnerWithTwoEdgesOnce) {
  SnapshotBuilder heap = TwoObjects();
  heap.Child("o", "h", {.type = "hidden", .size = 2}).Edge("o", "internal", "again", "h");
  EXPECT_EQ(AnalyzedHeap(heap).Shallow("o"), kOwner + 2);
}

TEST(ShallowSizes, IgnoreWeakEdges) {
  SnapshotBuilder heap = TwoObjects();
  heap.Child("o", "h", {.type = "hidden", .size = 2}).Edge("p", "weak", "w", "h");
  heap.Node("weakly", {.type = "hidden", .size = 4}).Edge("p", "weak", "v", "weakly");
  const AnalyzedHeap analyzed(heap);
  EXPECT_EQ(analyzed.Shallow("o"), kOwner + 2);
  EXPECT_EQ(analyzed.Shallow("p"), kOwner);
  EXPECT_EQ(analyzed.Shallow("weakly"), 4U);
}

TEST(ShallowSizes, StayWithSyntheticOwnersAndTheRoot) {
  SnapshotBuilder heap = TwoObjects();
  heap.Child("root", "roots", {.type = "synthetic"});
  heap.Child("roots", "handle", {.type = "hidden", .size = 2});
  heap.Child("root", "global handle", {.type = "hidden", .size = 4});
  const AnalyzedHeap analyzed(heap);
  EXPECT_EQ(analyzed.Shallow("roots"), 0U);
  EXPECT_EQ(analyzed.Shallow("handle"), 2U);
  EXPECT_EQ(analyzed.Shallow("global handle"), 4U);
}

TEST(ShallowSizes, StayWithARootOfAnyType) {
  SnapshotBuilder heap;
  heap.Node("top", {.size = 1}).RootIs("top").Child("top", "h", {.type = "hidden", .size = 2});
  const AnalyzedHeap analyzed(heap);
  EXPECT_EQ(analyzed.Shallow("top"), 1U);
  EXPECT_EQ(analyzed.Shallow("h"), 2U);
}

TEST(ShallowSizes, StayInOwnerlessCycles) {
  SnapshotBuilder heap = TwoObjects();
  heap.Node("h", {.type = "hidden", .size = 2}).Child("h", "i", {.type = "hidden", .size = 4});
  heap.Edge("i", "property", "h", "h");
  const AnalyzedHeap analyzed(heap);
  EXPECT_EQ(analyzed.Shallow("h"), 2U);
  EXPECT_EQ(analyzed.Shallow("i"), 4U);
}

// With exposeInternals all children of the root are synthetic, and everything is shown as it is.
TEST(ShallowSizes, StayWhenInternalsAreExposed) {
  SnapshotBuilder heap;
  heap.Child("root", "roots", {.type = "synthetic"}).Child("roots", "o", {.size = kOwner});
  heap.Child("o", "h", {.type = "hidden", .size = 2});
  const AnalyzedHeap exposed(heap);
  EXPECT_EQ(exposed.Shallow("o"), kOwner);
  EXPECT_EQ(exposed.Shallow("h"), 2U);
  const AnalyzedHeap usual(heap.Child("root", "global"));
  EXPECT_EQ(usual.Shallow("o"), kOwner + 2);
}

TEST(ShallowSizes, AddUpBeyondFourGibibytes) {
  constexpr uint64_t kLarge = 3ULL << 30;
  SnapshotBuilder heap = TwoObjects();
  heap.Child("o", "a", {.type = "array", .size = kLarge});
  heap.Child("o", "b", {.type = "array", .size = kLarge});
  heap.Child("p", "c", {.type = "array", .size = 1ULL << 40});
  const AnalyzedHeap analyzed(heap);
  EXPECT_EQ(analyzed.Shallow("o"), kOwner + 2 * kLarge);
  EXPECT_EQ(analyzed.Shallow("p"), kOwner + (1ULL << 40));
  EXPECT_EQ(analyzed.Retained("root"), 2 * kOwner + 2 * kLarge + (1ULL << 40));
}

}  // namespace
}  // namespace nodeheap::test
