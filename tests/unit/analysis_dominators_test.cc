// Which edges hold objects, one DevTools rule a test. Answers are worked out by hand.
#include <gtest/gtest.h>

#include "support/analyzed_heap.h"

namespace nodeheap::test {
namespace {

// A heap whose root holds the program's objects through "global" and V8's through "roots".
SnapshotBuilder Program() {
  SnapshotBuilder heap;
  heap.Node("global", {.size = 1}).Edge("root", "shortcut", "global", "global");
  heap.Node("roots", {.type = "synthetic", .name = "(GC roots)"});
  return heap.Edge("root", "element", "1", "roots");
}

//   root → a → b → d
//            ↘ c ↗
TEST(Dominators, OfADiamond) {
  SnapshotBuilder heap;
  heap.Child("root", "a", {.size = 1}).Child("a", "b", {.size = 10}).Child("a", "c", {.size = 100});
  heap.Child("b", "d", {.size = 1000}).Edge("c", "property", "d", "d");
  const AnalyzedHeap analyzed(heap);
  EXPECT_EQ(analyzed.Dominator("root"), "root");
  EXPECT_EQ(analyzed.Dominator("a"), "root");
  EXPECT_EQ(analyzed.Dominator("b"), "a");
  EXPECT_EQ(analyzed.Dominator("d"), "a");
  EXPECT_EQ(analyzed.Retained("d"), 1000U);
  EXPECT_EQ(analyzed.Retained("b"), 10U);
  EXPECT_EQ(analyzed.Retained("a"), 1111U);
  EXPECT_EQ(analyzed.Retained("root"), 1111U);
}

TEST(Dominators, TreeListsChildren) {
  SnapshotBuilder heap;
  heap.Child("root", "a").Child("a", "b").Child("b", "c").Edge("a", "property", "c", "c");
  const AnalyzedHeap analyzed(heap);
  const DominatorTree tree(analyzed.graph(), analyzed.analysis());
  const auto children = [&](const std::string& key) {
    std::vector<std::string> keys;
    for (const uint32_t child : tree.Children(analyzed.Node(key)))
      keys.push_back(analyzed.Key(child));
    return keys;
  };
  EXPECT_EQ(children("root"), (std::vector<std::string>{"a"}));
  EXPECT_EQ(children("a"), (std::vector<std::string>{"b", "c"}));
  EXPECT_EQ(children("c"), std::vector<std::string>{});
}

TEST(Dominators, IgnoreWeakEdges) {
  SnapshotBuilder heap;
  heap.Child("root", "a").Child("root", "b").Child("a", "x").Edge("b", "weak", "x", "x");
  EXPECT_EQ(AnalyzedHeap(heap).Dominator("x"), "a");
  heap.Edge("b", "property", "x", "x");
  EXPECT_EQ(AnalyzedHeap(heap).Dominator("x"), "root") << "beside a strong one it changes nothing";
}

TEST(Dominators, HoldOverAllOtherEdgeTypes) {
  for (const std::string type : {"context", "element", "property", "internal", "hidden"}) {
    SnapshotBuilder heap;
    heap.Child("root", "a").Node("x").Edge("a", type, "1", "x");
    EXPECT_EQ(AnalyzedHeap(heap).Dominator("x"), "a") << type;
  }
}

TEST(Dominators, IgnoreShortcutsButTheRoots) {
  SnapshotBuilder heap;
  heap.Child("root", "a").Child("root", "b").Child("a", "x").Edge("b", "shortcut", "x", "x");
  EXPECT_EQ(AnalyzedHeap(heap).Dominator("x"), "a");
  heap.Edge("root", "shortcut", "x", "x");
  EXPECT_EQ(AnalyzedHeap(heap).Dominator("x"), "root");
}

TEST(Dominators, IgnoreEdgesToItself) {
  SnapshotBuilder heap;
  heap.Child("root", "a").Child("a", "x").Edge("x", "property", "self", "x");
  heap.Node("alone", {.size = 5}).Edge("alone", "property", "self", "alone").Child("alone", "held");
  const AnalyzedHeap analyzed(heap);
  EXPECT_EQ(analyzed.Dominator("x"), "a");
  EXPECT_EQ(analyzed.Dominator("alone"), "root");
  EXPECT_EQ(analyzed.Dominator("held"), "alone");
}

// What the program holds is not held by V8's roots or a debugger as well.
TEST(Dominators, IgnoreEdgesIntoTheProgram) {
  SnapshotBuilder heap = Program();
  heap.Child("global", "p").Edge("roots", "element", "1", "p");
  heap.Child("roots", "debugger").Edge("debugger", "property", "p", "p");
  EXPECT_EQ(AnalyzedHeap(heap).Dominator("p"), "global");
  heap.Edge("root", "element", "2", "p");
  EXPECT_EQ(AnalyzedHeap(heap).Dominator("p"), "root") << "the root's own edges always count";
}

TEST(Dominators, CountEdgesOutOfTheProgram) {
  SnapshotBuilder heap = Program();
  heap.Child("roots", "v8").Child("v8", "shared").Edge("global", "weak", "w", "shared");
  EXPECT_EQ(AnalyzedHeap(heap).Dominator("shared"), "v8")
      << "a weak edge makes nothing the program's";
  heap.Edge("global", "property", "s", "shared");
  EXPECT_EQ(AnalyzedHeap(heap).Dominator("shared"), "global");
}

TEST(Dominators, TakeDomTreesForTheProgram) {
  SnapshotBuilder heap;
  heap.Node("trees", {.type = "synthetic", .name = "(Document DOM trees)"});
  heap.Edge("root", "element", "1", "trees").Child("trees", "node").Child("root", "other");
  heap.Edge("other", "property", "node", "node");
  EXPECT_EQ(AnalyzedHeap(heap).Dominator("node"), "trees");

  SnapshotBuilder named_alike;  // an object of that name is nothing special
  named_alike.Node("trees", {.name = "(Document DOM trees)"});
  named_alike.Edge("root", "element", "1", "trees").Child("trees", "node").Child("root", "other");
  named_alike.Edge("other", "property", "node", "node");
  EXPECT_EQ(AnalyzedHeap(named_alike).Dominator("node"), "root");
}

// The table of a WeakMap and a key both point at the value; only the key counts.
SnapshotBuilder WeakMap(const std::string& name_of_pair) {
  SnapshotBuilder heap;
  heap.Child("root", "a").Child("root", "b");
  heap.Child("a", "key")
      .Node("table", {.type = "array", .id = 77})
      .Edge("b", "internal", "t", "table");
  heap.Node("value", {.size = 40});
  heap.Edge("key", "internal", "1" + name_of_pair, "value");
  return heap.Edge("table", "internal", "2" + name_of_pair, "value");
}

TEST(Dominators, GiveAWeakMapsValueToTheKey) {
  const std::string pair = " / part of key (K @9) -> value (V @11) pair in WeakMap (table @77)";
  const AnalyzedHeap analyzed(WeakMap(pair));
  EXPECT_EQ(analyzed.Dominator("value"), "key");
  EXPECT_EQ(analyzed.Retained("a"), 40U);
  EXPECT_EQ(analyzed.Retained("table"), 0U);
}

TEST(Dominators, CountTheTablesEdgeToOtherThings) {
  const std::string tails[] = {
      " / part of key (K @9) -> value (V @11) pair in WeakMap (table @78)",   // another table
      " / part of key (K @9) -> value (V @11) pair in WeakMap (table @77) ",  // another text
      " / part of key (K 9) -> value (V @11) pair in WeakMap (table @77)",
      " / part of key (K\n @9) -> value (V @11) pair in WeakMap (table @77)",
      " / part of key (K @9) pair in WeakMap (table @77)",
  };
  for (const std::string& tail : tails)
    EXPECT_EQ(AnalyzedHeap(WeakMap(tail)).Dominator("value"), "root") << tail;
}

TEST(Dominators, KnowWeakMapPairsWithHostileNames) {
  const std::string tails[] = {
      " / part of key (K) -> value (@1 @9) -> value (V @11) pair in WeakMap (table @77)",
      " / part of key ( @9) -> value ( @11) pair in WeakMap (table @77)",
      " / part of key (K @9) -> value (V) pair in WeakMap (table @5) @11) pair in WeakMap (table "
      "@77)",
  };
  for (const std::string& tail : tails)
    EXPECT_EQ(AnalyzedHeap(WeakMap(tail)).Dominator("value"), "key") << tail;
}

TEST(Dominators, HangOrphansOffTheRoot) {
  SnapshotBuilder heap;
  heap.Node("orphan", {.size = 1}).Child("orphan", "held", {.size = 2});
  heap.Child("root", "a").Child("a", "shared").Edge("orphan", "property", "s", "shared");
  heap.Node("weakly").Edge("a", "weak", "w", "weakly");
  const AnalyzedHeap analyzed(heap);
  EXPECT_EQ(analyzed.Dominator("orphan"), "root");
  EXPECT_EQ(analyzed.Dominator("held"), "orphan");
  EXPECT_EQ(analyzed.Dominator("shared"), "root") << "an orphan holds what it points at";
  EXPECT_EQ(analyzed.Dominator("weakly"), "root");
  EXPECT_EQ(analyzed.Retained("root"), 3U);
}

// x ⇄ y, held by nothing: both hang off the root, and what they point at does not count.
TEST(Dominators, IgnoreEdgesOfUnreachableCycles) {
  SnapshotBuilder heap;
  heap.Child("root", "b").Child("b", "a", {.size = 1});
  heap.Node("x", {.size = 10}).Child("x", "y", {.size = 100}).Edge("y", "property", "x", "x");
  heap.Edge("x", "property", "a", "a").Child("y", "z", {.size = 1000});
  const AnalyzedHeap analyzed(heap);
  for (const std::string key : {"x", "y", "z", "b"}) EXPECT_EQ(analyzed.Dominator(key), "root");
  EXPECT_EQ(analyzed.Dominator("a"), "b");
  EXPECT_EQ(analyzed.Retained("x"), 10U);
  EXPECT_EQ(analyzed.Retained("root"), 1111U);
}

TEST(Dominators, StartAtTheRootWhereverItStands) {
  SnapshotBuilder heap;
  heap.Node("first").Node("top", {.type = "synthetic"}).Child("top", "a").Child("a", "b");
  heap.Edge("b", "property", "top", "top").Edge("b", "property", "f", "first").RootIs("top");
  const AnalyzedHeap analyzed(heap);
  EXPECT_EQ(analyzed.Dominator("top"), "top");
  EXPECT_EQ(analyzed.Dominator("a"), "top");
  EXPECT_EQ(analyzed.Dominator("first"), "b");
  EXPECT_EQ(analyzed.Dominator("root"), "top") << "here just an orphan";
}

TEST(Retainers, AreAllEdgesIntoANode) {
  SnapshotBuilder heap;
  heap.Child("root", "a")
      .Child("root", "x")
      .Edge("a", "weak", "w", "x")
      .Edge("a", "element", "3", "x");
  heap.Edge("x", "property", "self", "x");
  const AnalyzedHeap analyzed(heap);
  const auto edges = analyzed.analysis().retainers.Edges(analyzed.graph(), analyzed.Node("x"));
  std::vector<std::string> names;
  for (const EdgeId edge : edges) names.push_back(analyzed.graph().edge_name(edge));
  EXPECT_EQ(names, (std::vector<std::string>{"x", "w", "3", "self"}));
  EXPECT_TRUE(analyzed.analysis().retainers.Edges(analyzed.graph(), analyzed.Node("root")).empty());
}

}  // namespace
}  // namespace nodeheap::test
