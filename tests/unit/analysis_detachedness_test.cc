#include <gtest/gtest.h>

#include "support/analyzed_heap.h"

namespace nodeheap::test {
namespace {

constexpr uint64_t kAttached = 1;
constexpr uint64_t kDetached = 2;

NodeSpec Native(uint64_t detachedness = 0) {
  return {.type = "native", .size = 8, .detachedness = detachedness};
}

// What the analysis says of `key`: 0, 1 or 2.
uint64_t State(const AnalyzedHeap& heap, const std::string& key) {
  const auto& states = heap.analysis().detachedness;
  return states.empty() ? 0 : states[Index(heap.Node(key))];
}

TEST(Detachedness, SpreadsThroughNativeObjects) {
  for (const uint64_t state : {kAttached, kDetached}) {
    SnapshotBuilder heap;
    heap.Child("root", "n", Native(state)).Child("n", "m", Native()).Child("m", "l", Native());
    const AnalyzedHeap analyzed(heap);
    EXPECT_EQ(State(analyzed, "m"), state);
    EXPECT_EQ(State(analyzed, "l"), state);
    EXPECT_EQ(State(analyzed, "root"), 0U);
  }
}

TEST(Detachedness, DoesNotPassObjectsOfTheProgram) {
  SnapshotBuilder heap;
  heap.Child("root", "n", Native(kDetached)).Child("n", "o").Child("o", "m", Native());
  const AnalyzedHeap analyzed(heap);
  EXPECT_EQ(State(analyzed, "o"), 0U);
  EXPECT_EQ(State(analyzed, "m"), 0U);
}

TEST(Detachedness, DoesNotSpreadOverHiddenOrWeakEdges) {
  for (const std::string type :
       {"context", "element", "property", "internal", "shortcut", "hidden", "weak"}) {
    SnapshotBuilder heap;
    heap.Child("root", "n", Native(kDetached)).Node("m", Native()).Edge("n", type, "1", "m");
    const bool spreads = type != "hidden" && type != "weak";
    EXPECT_EQ(State(AnalyzedHeap(heap), "m"), spreads ? kDetached : 0U) << type;
  }
}

// detached → m ← attached, whichever stands first in the file
TEST(Detachedness, PrefersAttached) {
  SnapshotBuilder heap;
  heap.Child("root", "d", Native(kDetached)).Child("root", "a", Native(kAttached));
  heap.Child("d", "m", Native()).Edge("a", "property", "m", "m");
  EXPECT_EQ(State(AnalyzedHeap(heap), "m"), kAttached);
}

TEST(Detachedness, KeepsWhatANodeSaysOfItself) {
  SnapshotBuilder heap;
  heap.Child("root", "a", Native(kAttached)).Child("a", "d", Native(kDetached));
  heap.Child("d", "m", Native());
  const AnalyzedHeap analyzed(heap);
  EXPECT_EQ(State(analyzed, "d"), kDetached);
  EXPECT_EQ(State(analyzed, "m"), kDetached);
}

TEST(Detachedness, RenamesDetachedNativeObjects) {
  SnapshotBuilder heap;
  heap.Child("root", "d", {.type = "native", .name = "<div id=a>", .size = 8, .detachedness = 2});
  heap.Child("d", "m", {.type = "native", .name = "Window", .size = 8});
  heap.Child("root", "a", {.type = "native", .name = "<div id=b>", .size = 8, .detachedness = 1});
  heap.Child("root", "o", {.name = "Thing", .size = 8, .detachedness = 2});
  const AnalyzedHeap analyzed(heap);
  EXPECT_EQ(analyzed.Name("d"), "Detached <div id=a>");
  EXPECT_EQ(analyzed.ClassOf("d"), "Detached <div>");
  EXPECT_EQ(analyzed.Name("m"), "Detached Window");
  EXPECT_EQ(analyzed.ClassOf("m"), "Detached Window");
  EXPECT_EQ(analyzed.Name("a"), "<div id=b>");
  EXPECT_EQ(analyzed.ClassOf("a"), "<div>");
  EXPECT_EQ(analyzed.Name("o"), "Thing") << "no native object";
  EXPECT_EQ(analyzed.ClassOf("o"), "Thing");
}

TEST(Detachedness, IsEmptyWhenNothingIsKnown) {
  SnapshotBuilder heap;
  heap.Child("root", "n", Native());
  EXPECT_TRUE(AnalyzedHeap(heap).analysis().detachedness.empty());
}

TEST(Detachedness, IsNotReadFromNamesWhereThereIsAField) {
  SnapshotBuilder heap;
  heap.Child("root", "n", {.type = "native", .name = "Detached n", .size = 8});
  EXPECT_TRUE(AnalyzedHeap(heap).analysis().detachedness.empty());
}

// Before Node 16 only the name says it.
TEST(Detachedness, IsReadFromNamesInOldFiles) {
  SnapshotBuilder heap(LayoutOfNode12());
  heap.Child("root", "d", {.type = "native", .name = "Detached <p id=a>", .size = 8});
  heap.Child("d", "m", Native()).Child("root", "o", {.name = "Detached o", .size = 8});
  const AnalyzedHeap analyzed(heap);
  EXPECT_EQ(State(analyzed, "d"), kDetached);
  EXPECT_EQ(State(analyzed, "m"), 0U);
  EXPECT_EQ(State(analyzed, "o"), 0U);
  EXPECT_EQ(analyzed.Name("d"), "Detached <p id=a>") << "not twice";
  EXPECT_EQ(analyzed.ClassOf("d"), "Detached <p>");
}

}  // namespace
}  // namespace nodeheap::test
