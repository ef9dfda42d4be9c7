#include <gtest/gtest.h>

#include "support/analyzed_heap.h"
#include "support/files.h"

namespace nodeheap::test {
namespace {

TEST(Classes, AreNamedByTypeOrName) {
  struct Case {
    std::string type;
    std::string name;
    std::string class_name;
  };
  const Case cases[] = {
      {"hidden", "x", "(system)"},
      {"code", "x", "(compiled code)"},
      {"closure", "x", "Function"},
      {"regexp", "x", "RegExp"},
      {"array", "x", "(array)"},
      {"string", "x", "(string)"},
      {"number", "x", "(number)"},
      {"concatenated string", "x", "(concatenated string)"},
      {"sliced string", "x", "(sliced string)"},
      {"symbol", "x", "(symbol)"},
      {"bigint", "x", "(bigint)"},
      {"synthetic", "x", "(synthetic)"},
      {"object shape", "x", "(object shape)"},
      {"wasm object", "x", "(wasm object)"},
      {"future", "x", "(future)"},
      {"object", "Apple", "Apple"},
      {"native", "Node / Socket", "Node / Socket"},
      {"object", "", ""},
      {"native", "<div>", "<div>"},
      {"native", "<div id=\"a b\">", "<div>"},
      {"object", "<not a tag>", "<not>"},
      {"native", "Detached <div class=x>", "Detached <div>"},
      {"native", "Detached Window (a)", "Detached Window (a)"},
      {"native", "a <div id=x>", "a <div id=x>"},
  };
  for (const Case& c : cases) {
    Layout layout;
    layout.node_types.emplace_back("future");
    SnapshotBuilder heap(layout);
    heap.Child("root", "x", {.type = c.type, .name = c.name, .size = 8});
    EXPECT_EQ(AnalyzedHeap(heap).ClassOf("x"), c.class_name) << c.type << " " << c.name;
  }
}

TEST(Classes, CountWhatHasASize) {
  SnapshotBuilder heap;
  heap.Child("root", "a", {.name = "A", .size = 10}).Child("a", "b", {.name = "A", .size = 0});
  heap.Child("b", "c", {.name = "A", .size = 5});
  const ClassInfo info = AnalyzedHeap(heap).InfoOf("a");
  EXPECT_EQ(info.instances, 2U);
  EXPECT_EQ(info.self_size, 15U);
  EXPECT_EQ(info.distance, 1);
  EXPECT_FALSE(info.location);
}

TEST(Classes, UseReassignedSizes) {
  SnapshotBuilder heap;
  heap.Child("root", "a", {.name = "A", .size = 10}).Child("a", "h", {.type = "hidden", .size = 4});
  const AnalyzedHeap analyzed(heap);
  EXPECT_EQ(analyzed.InfoOf("a").self_size, 14U);
  EXPECT_EQ(analyzed.InfoOf("h").instances, 0U);
}

TEST(Classes, HaveTheSmallestDistance) {
  SnapshotBuilder heap;
  heap.Child("root", "o").Child("o", "p").Child("p", "far", {.name = "A", .size = 8});
  heap.Child("o", "near", {.name = "A", .size = 8}).Child("root", "none", {.name = "A", .size = 0});
  EXPECT_EQ(AnalyzedHeap(heap).InfoOf("far").distance, 2);
}

// An unreached instance has distance -5, which DevTools takes for the smallest.
TEST(Classes, HaveNoDistanceIfAnInstanceIsUnreached) {
  SnapshotBuilder heap;
  heap.Child("root", "a", {.name = "A", .size = 8}).Node("b", {.name = "A", .size = 8});
  EXPECT_EQ(AnalyzedHeap(heap).InfoOf("a").distance, kNoDistance);
}

// a(A) → b(B) → c(A) → d(B); e(A) beside: A retains a's and e's, B retains b's.
TEST(Classes, RetainWhatTheirOutermostInstancesRetain) {
  SnapshotBuilder heap;
  heap.Child("root", "a", {.name = "A", .size = 1}).Child("a", "b", {.name = "B", .size = 10});
  heap.Child("b", "c", {.name = "A", .size = 100}).Child("c", "d", {.name = "B", .size = 1000});
  heap.Child("root", "e", {.name = "A", .size = 10'000});
  const AnalyzedHeap analyzed(heap);
  EXPECT_EQ(analyzed.InfoOf("a").retained_size, 11'111U);
  EXPECT_EQ(analyzed.InfoOf("b").retained_size, 1110U);
  EXPECT_EQ(analyzed.InfoOf("a").self_size, 10'101U);
}

// The outer instance without a size is none, so the inner ones count, and only up to where it ends.
TEST(Classes, DoNotTakeSizelessNodesForInstances) {
  SnapshotBuilder heap;
  heap.Child("root", "outer", {.name = "A", .size = 0})
      .Child("outer", "x", {.name = "X", .size = 7});
  heap.Child("outer", "in1", {.name = "A", .size = 1})
      .Child("in1", "in2", {.name = "A", .size = 2});
  heap.Child("outer", "in3", {.name = "A", .size = 4});
  EXPECT_EQ(AnalyzedHeap(heap).InfoOf("outer").retained_size, 7U);
}

TEST(Classes, AreSplitByTheConstructorsLocation) {
  SnapshotBuilder heap;
  for (const std::string key : {"a", "b", "c", "d"})
    heap.Child("root", key, {.name = "A", .size = 8});
  heap.Locate("a", 1, 2, 3).Locate("b", 1, 2, 3).Locate("c", 1, 2, 4);
  const AnalyzedHeap analyzed(heap);
  EXPECT_EQ(&analyzed.InfoOf("a"), &analyzed.InfoOf("b"));
  EXPECT_NE(&analyzed.InfoOf("a"), &analyzed.InfoOf("c"));
  EXPECT_NE(&analyzed.InfoOf("a"), &analyzed.InfoOf("d"));
  EXPECT_EQ(analyzed.InfoOf("a").instances, 2U);
  EXPECT_EQ(analyzed.InfoOf("a").location, (Location{1, 2, 3}));
  EXPECT_EQ(analyzed.InfoOf("c").location, (Location{1, 2, 4}));
  EXPECT_EQ(analyzed.InfoOf("d").location, std::nullopt);
  for (const std::string key : {"a", "c", "d"}) EXPECT_EQ(analyzed.ClassOf(key), "A");
}

TEST(Classes, AreSplitForObjectsOnly) {
  SnapshotBuilder heap;
  heap.Child("root", "f", {.type = "closure", .size = 8})
      .Child("root", "g", {.type = "closure", .size = 8});
  heap.Locate("f", 1, 2, 3);
  const AnalyzedHeap analyzed(heap);
  EXPECT_EQ(&analyzed.InfoOf("f"), &analyzed.InfoOf("g"));
  EXPECT_FALSE(analyzed.InfoOf("f").location);
}

// The strings table may hold a name twice, once escaped.
TEST(Classes, AreOneForNamesThatDifferInTheirEscapesOnly) {
  SnapshotBuilder heap;
  heap.Child("root", "a", {.name = "Apple", .size = 8})
      .Child("root", "b", {.name = "Pear", .size = 8});
  const auto graph = LoadText(Replaced(heap.Text(), "\"Pear\"", R"("\u0041pple")"));
  ASSERT_TRUE(graph);
  const Classes classes = AnalyzeAll(*graph).classes;
  EXPECT_EQ(classes.of_node[1], classes.of_node[2]);
}

}  // namespace
}  // namespace nodeheap::test
