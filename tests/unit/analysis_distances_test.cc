#include <gtest/gtest.h>

#include "support/analyzed_heap.h"

namespace nodeheap::test {
namespace {

// "global" is a child of the root, and "held" is its child.
SnapshotBuilder Program() {
  SnapshotBuilder heap;
  return heap.Child("root", "global").Child("global", "held");
}

TEST(Distances, CountStepsFromTheNearestUserRoot) {
  SnapshotBuilder heap = Program();
  heap.Child("held", "far").Child("far", "farther").Child("root", "other");
  heap.Edge("other", "property", "short cut", "far");
  const AnalyzedHeap analyzed(heap);
  EXPECT_EQ(analyzed.Distance("global"), 1);
  EXPECT_EQ(analyzed.Distance("held"), 2);
  EXPECT_EQ(analyzed.Distance("far"), 2);
  EXPECT_EQ(analyzed.Distance("farther"), 3);
  EXPECT_EQ(analyzed.Distance("root"), kSystemDistance);
}

TEST(Distances, SkipWeakEdgesButTheRoots) {
  SnapshotBuilder heap = Program();
  heap.Node("weakly").Edge("held", "weak", "w", "weakly");
  heap.Node("root's").Edge("root", "weak", "w", "root's");
  const AnalyzedHeap analyzed(heap);
  EXPECT_EQ(analyzed.Distance("weakly"), kNoDistance);
  EXPECT_EQ(analyzed.Distance("root's"), 1);
}

TEST(Distances, AreOneForChildrenOfTheRootOverAnyEdge) {
  for (const std::string type :
       {"context", "element", "property", "internal", "hidden", "shortcut", "weak"}) {
    SnapshotBuilder heap;
    heap.Node("x").Edge("root", type, "1", "x");
    EXPECT_EQ(AnalyzedHeap(heap).Distance("x"), 1) << type;
  }
}

TEST(Distances, OfV8sOwnObjectsAreSystemDistances) {
  SnapshotBuilder heap = Program();
  heap.Child("root", "roots", {.type = "synthetic", .name = "(GC roots)"});
  heap.Child("roots", "v8").Child("v8", "deep").Edge("v8", "property", "h", "held");
  heap.Node("orphan");
  const AnalyzedHeap analyzed(heap);
  EXPECT_EQ(analyzed.Distance("roots"), kSystemDistance + 1);
  EXPECT_EQ(analyzed.Distance("v8"), kSystemDistance + 2);
  EXPECT_EQ(analyzed.Distance("deep"), kSystemDistance + 3);
  EXPECT_EQ(analyzed.Distance("held"), 2);
  EXPECT_EQ(analyzed.Distance("orphan"), kNoDistance);
}

TEST(Distances, TakeDomTreesForAUserRoot) {
  SnapshotBuilder heap;
  heap.Child("root", "trees", {.type = "synthetic", .name = "(Document DOM trees)"});
  heap.Child("trees", "node");
  const AnalyzedHeap analyzed(heap);
  EXPECT_EQ(analyzed.Distance("trees"), 1);
  EXPECT_EQ(analyzed.Distance("node"), 2);
}

TEST(Distances, StartAtTheRootWhenInternalsAreExposed) {
  SnapshotBuilder heap;
  heap.Child("root", "roots", {.type = "synthetic"}).Child("roots", "o");
  const AnalyzedHeap analyzed(heap);
  EXPECT_EQ(analyzed.Distance("root"), 0);
  EXPECT_EQ(analyzed.Distance("roots"), 1);
  EXPECT_EQ(analyzed.Distance("o"), 2);
}

// The map of sloppy functions is reachable from everywhere and tells nothing.
TEST(Distances, SkipTheSloppyFunctionMap) {
  struct Case {
    std::string type;
    std::string name;
    std::string edge;
    bool skipped;
  };
  const Case cases[] = {
      {"hidden", "system / NativeContext", "sloppy_function_map", true},
      {"hidden", "system / NativeContext", "strict_function_map", false},
      {"hidden", "system / Context", "sloppy_function_map", false},
      {"object", "system / NativeContext", "sloppy_function_map", false},
  };
  for (const Case& c : cases) {
    SnapshotBuilder heap = Program();
    heap.Child("held", "context", {.type = c.type, .name = c.name});
    heap.Node("map").Edge("context", "internal", c.edge, "map");
    EXPECT_EQ(AnalyzedHeap(heap).Distance("map"), c.skipped ? kNoDistance : 4) << c.name;
  }
}

// Arrays of descriptors are shared: of three entries, the second may belong to another map.
TEST(Distances, SkipEntriesOfMapDescriptors) {
  const auto distance = [](const std::string& array, const std::string& type,
                           const std::string& at) {
    SnapshotBuilder heap = Program();
    heap.Child("held", "descriptors", {.type = "array", .name = array});
    heap.Node("x").Edge("descriptors", type, at, "x");
    return AnalyzedHeap(heap).Distance("x");
  };
  for (const std::string type : {"internal", "hidden", "element"}) {
    for (const std::string skipped : {"4", "7", "10", "31", "1000"})
      EXPECT_EQ(distance("(map descriptors)", type, skipped), kNoDistance) << type << skipped;
    for (const std::string counts : {"0", "1", "2", "3", "5", "6", "8", "999"})
      EXPECT_EQ(distance("(map descriptors)", type, counts), 4) << type << counts;
  }
  EXPECT_EQ(distance("(something else)", "internal", "4"), 4);
  EXPECT_EQ(distance("(map descriptors)", "internal", "map"), 4) << "no number";
  EXPECT_EQ(distance("(map descriptors)", "internal", "4th"), kNoDistance)
      << "as parseInt reads it";
}

// A WeakMap's value is as far as the farther of its key and its table.
TEST(Distances, OfAWeakMapsValue) {
  const std::string pair = " / part of key (K @7) -> value (V @9) pair in WeakMap (table @77)";
  SnapshotBuilder heap = Program();
  heap.Child("global", "key").Child("held", "near").Child("near", "table", {.type = "array"});
  heap.Node("value").Edge("key", "internal", "1" + pair, "value");
  EXPECT_EQ(AnalyzedHeap(heap).Distance("value"), kNoDistance) << "one of the two does not count";
  heap.Edge("table", "internal", "23" + pair, "value");
  EXPECT_EQ(AnalyzedHeap(heap).Distance("table"), 4);
  EXPECT_EQ(AnalyzedHeap(heap).Distance("value"), 5);
  heap.Edge("near", "property", "v", "value");
  EXPECT_EQ(AnalyzedHeap(heap).Distance("value"), 4) << "another edge may be shorter";
}

TEST(Distances, KeepTwoWeakMapPairsApart) {
  SnapshotBuilder heap = Program();
  heap.Node("value");
  for (const std::string table : {"77", "78"})
    heap.Edge("held", "internal",
              "1 / part of key (K @7) -> value (V @9) pair in WeakMap (table @" + table + ")",
              "value");
  EXPECT_EQ(AnalyzedHeap(heap).Distance("value"), kNoDistance);
}

TEST(Distances, AreThereWithoutTheRest) {
  const AnalyzedHeap heap(Program());
  Progress progress;
  const auto analysis = Analyze(heap.graph(), Need::kDistances, progress, 2);
  ASSERT_TRUE(analysis);
  EXPECT_EQ(analysis->distances[Index(heap.Node("held"))], 2);
  EXPECT_TRUE(analysis->dominators.empty());
}

}  // namespace
}  // namespace nodeheap::test
