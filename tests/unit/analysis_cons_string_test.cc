// `a + b` leaves a node whose text is that of its two parts.
#include <gtest/gtest.h>

#include "support/analyzed_heap.h"
#include "support/columns.h"
#include "support/files.h"

namespace nodeheap::test {
namespace {

const NodeSpec kCons = {.type = "concatenated string", .name = "", .size = 20};

NodeSpec String(const std::string& text) { return {.type = "string", .name = text, .size = 16}; }

// Adds a concatenation of two nodes that exist.
void Join(SnapshotBuilder& heap, const std::string& key, const std::string& first,
          const std::string& second) {
  heap.Child("root", key, kCons);
  heap.Edge(key, "internal", "first", first).Edge(key, "internal", "second", second);
}

TEST(ConsStrings, AreJoined) {
  SnapshotBuilder heap;
  heap.Child("root", "a", String("one ")).Child("root", "b", String("twö "));
  Join(heap, "ab", "a", "b");
  Join(heap, "ba", "b", "a");
  Join(heap, "all", "ab", "ba");
  const AnalyzedHeap analyzed(heap);
  EXPECT_EQ(analyzed.Name("ab"), "one twö ");
  EXPECT_EQ(analyzed.Name("all"), "one twö twö one ");
}

TEST(ConsStrings, KnowTheirPartsByName) {
  SnapshotBuilder heap;
  heap.Child("root", "a", String("A")).Child("root", "b", String("B")).Child("root", "c", kCons);
  heap.Edge("c", "internal", "map", "root").Edge("c", "property", "first", "b");
  heap.Edge("c", "internal", "second", "b").Edge("c", "internal", "first", "a");
  EXPECT_EQ(AnalyzedHeap(heap).Name("c"), "AB");
}

TEST(ConsStrings, MayLackAPart) {
  SnapshotBuilder heap;
  heap.Child("root", "a", String("A"))
      .Child("root", "c", kCons)
      .Edge("c", "internal", "second", "a");
  EXPECT_EQ(AnalyzedHeap(heap).Name("c"), "A");
  EXPECT_EQ(AnalyzedHeap(SnapshotBuilder().Child("root", "c", kCons)).Name("c"), "");
}

TEST(ConsStrings, JoinAbout1024Units) {
  SnapshotBuilder heap;
  heap.Child("root", "part", String(std::string(100, 'x')));
  Join(heap, "0", "part", "part");
  for (int i = 0; i < 30; ++i) Join(heap, std::to_string(i + 1), std::to_string(i), "part");
  const AnalyzedHeap analyzed(heap);
  EXPECT_EQ(analyzed.Name("8"), std::string(1000, 'x'));
  EXPECT_EQ(analyzed.Name("9"), std::string(1100, 'x'));
  EXPECT_EQ(analyzed.Name("30"), std::string(1100, 'x')) << "whole parts, until it is enough";
}

TEST(ConsStrings, EndThoughTheyContainThemselves) {
  SnapshotBuilder heap;
  heap.Child("root", "a", String("a")).Child("root", "c", kCons).Child("root", "d", kCons);
  heap.Edge("c", "internal", "first", "c").Edge("c", "internal", "second", "a");
  heap.Edge("d", "internal", "first", "a").Edge("d", "internal", "second", "d");
  Join(heap, "e", "c", "d");
  const AnalyzedHeap analyzed(heap);
  for (const std::string key : {"c", "d", "e"}) EXPECT_LE(analyzed.Name(key).size(), 2000U) << key;
  EXPECT_EQ(analyzed.Name("d"), std::string(1024, 'a'));
  static_cast<void>(DuplicatesOf(analyzed.graph(), analyzed.analysis()));
}

// s += "x", `count` times: node i + 2 is node i + 1 and the string. Node 0 is the root.
HeapGraph LongChain(uint32_t count, bool grows_at_the_front) {
  HeapGraph::Columns columns = PlainColumns(count + 2, size_t{3} * count + 1);
  columns.node_type_names = {"hidden",
                             "array",
                             "string",
                             "object",
                             "code",
                             "closure",
                             "regexp",
                             "number",
                             "native",
                             "synthetic",
                             "concatenated string"};
  columns.edge_type_names = {"context", "element", "property", "internal"};
  columns.strings = TableOf({"x", "first", "second", ""});
  uint32_t edge = 0;
  const auto add = [&](EdgeType type, uint32_t name, uint32_t target) {
    columns.edge_types[edge] = static_cast<uint8_t>(type);
    columns.edge_names[edge] = name;
    columns.edge_targets[edge++] = target;
  };
  for (uint32_t node = 1; node < count + 2; ++node) add(EdgeType::kProperty, 0, node);
  columns.node_types[1] = static_cast<uint8_t>(NodeType::kString);
  columns.first_edges[1] = columns.first_edges[2] = edge;
  for (uint32_t node = 2; node < count + 2; ++node) {
    columns.node_types[node] = static_cast<uint8_t>(NodeType::kConsString);
    columns.node_names[node] = 3;
    add(EdgeType::kInternal, 1, grows_at_the_front ? 1 : node - 1);
    add(EdgeType::kInternal, 2, grows_at_the_front ? node - 1 : 1);
    columns.first_edges[node + 1] = edge;
  }
  return CreateOrThrow(std::move(columns));
}

TEST(ConsStrings, MayBeAMillionDeep) {
  constexpr uint32_t kCount = 1'000'000;
  for (const bool grows_at_the_front : {false, true}) {
    const HeapGraph graph = LongChain(kCount, grows_at_the_front);
    EXPECT_EQ(DisplayName(graph, Analysis(), NodeId{kCount + 1}), std::string(1024, 'x'));
    EXPECT_EQ(DisplayName(graph, Analysis(), NodeId{3}), "xxx");
  }
}

// All of them at once: those with 1024 units or more look alike, as they do in DevTools.
TEST(ConsStrings, OfALongChainAreAllRead) {
  constexpr uint32_t kCount = 4000;
  for (const bool grows_at_the_front : {false, true}) {
    const HeapGraph graph = LongChain(kCount, grows_at_the_front);
    const auto groups = DuplicatesOf(graph, AnalyzeAll(graph));
    ASSERT_EQ(groups.size(), 1U);
    EXPECT_EQ(groups[0].value, std::string(1024, 'x'));
    EXPECT_EQ(groups[0].nodes.size(), kCount - 1022) << "from 1024 units on; the first has two";
  }
}

// A bundle is put together of a million pieces: to join the first 1024 units at each would take a
// minute.
TEST(ConsStrings, OfAVeryLongChainAreReadSoon) {
  constexpr uint32_t kCount = 1'000'000;
  const HeapGraph graph = LongChain(kCount, /*grows_at_the_front=*/false);
  const auto groups = DuplicatesOf(graph, AnalyzeAll(graph));
  ASSERT_EQ(groups.size(), 1U);
  EXPECT_EQ(groups[0].nodes.size(), kCount - 1022);
}

// Concatenations without parts lead to node 0, here one with many edges, which are not to be looked
// at in each step of each text.
TEST(ConsStrings, WithManyEdgesAreReadSoon) {
  SnapshotBuilder hostile;
  for (int i = 0; i < 4000; ++i) hostile.Edge("root", "internal", "neither", "root");
  for (int i = 0; i < 1000; ++i) hostile.Child("root", std::to_string(i), kCons);
  const std::string text = Replaced(hostile.Text(), "[9,0,1,0,5000,0,", "[10,0,1,20,5000,0,");
  const auto graph = LoadText(text);
  ASSERT_TRUE(graph) << Describe(graph.error());
  EXPECT_TRUE(DuplicatesOf(*graph, AnalyzeAll(*graph)).size() <= 1);
}

}  // namespace
}  // namespace nodeheap::test
