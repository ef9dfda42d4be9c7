// A file cut at every single byte: an error by default; with --partial what is there, and a word
// about what is not.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/exercise.h"
#include "support/files.h"
#include "support/snapshot_builder.h"

namespace nodeheap::test {
namespace {

using testing::HasSubstr;
using testing::Not;

SnapshotBuilder Sample(const Layout& layout) {
  SnapshotBuilder heap(layout);
  heap.Child("root", "a", {.name = "Object", .size = 16, .detachedness = 1});
  heap.Child("a", "text \"x\" é", {.type = "string", .size = 20});
  heap.Child("a", "last", {.type = "closure", .size = 64}).Edge("last", "element", "12", "a");
  heap.Locate("a", 1, 2, 3).Locate("last", 4, 5, 6);
  return heap;
}

std::vector<Layout> Layouts() {
  Layout pretty;
  pretty.separators = Separators::kPretty;
  Layout traced;
  traced.has_traces = true;
  return {Layout(), LayoutOfNode18(), pretty, traced};
}

// The file without what follows its last brace, which is not missed.
std::string Whole(const Layout& layout) {
  std::string text = Sample(layout).Text();
  text.resize(text.rfind('}') + 1);
  return text;
}

TEST(Truncation, IsAnErrorAtEveryByte) {
  for (const Layout& layout : Layouts()) {
    const std::string whole = Whole(layout);
    ASSERT_TRUE(LoadText(whole));
    for (size_t length = 1; length < whole.size(); ++length) {
      const Error error = LoadError(whole.substr(0, length), {.threads = 1});
      ASSERT_EQ(error.code, ErrorCode::kTruncated) << length << ": " << error.message;
      ASSERT_NE(error.file, "") << length;
      ASSERT_NE(error.hint, "") << length;
      ASSERT_EQ(error.offset, length) << error.message;
    }
  }
}

TEST(Truncation, LeavesAConsistentGraphAtEveryByte) {
  for (const Layout& layout : Layouts()) {
    const std::string whole = Whole(layout);
    for (size_t length = 1; length < whole.size(); ++length) {
      const auto graph = LoadText(whole.substr(0, length), {.partial = true, .threads = 1});
      if (!graph) {
        // Not even one node is whole.
        ASSERT_LT(length, whole.find("\"nodes\"") + 80) << Describe(graph.error());
        ASSERT_EQ(graph.error().code, ErrorCode::kTruncated) << graph.error().message;
        ASSERT_NE(graph.error().hint, "");
        ASSERT_THAT(graph.error().hint, Not(HasSubstr("--partial")));
        continue;
      }
      ASSERT_FALSE(graph->health().complete()) << length;
      ASSERT_EQ(Exercise(*graph), "") << length;
    }
  }
}

TEST(Truncation, MissesNothingWhenOnlySpaceIsCut) {
  const auto graph = LoadText(Whole({}), kPartial);
  ASSERT_TRUE(graph);
  EXPECT_TRUE(graph->health().complete());
}

// The file up to and including `text`.
HeapGraph CutBehind(std::string_view text) {
  const std::string whole = Whole({});
  const auto graph = LoadText(whole.substr(0, whole.find(text) + text.size()), kPartial);
  if (!graph) throw std::runtime_error(Describe(graph.error()));
  return std::move(const_cast<HeapGraph&>(*graph));
}

TEST(Truncation, SaysWhatIsThere) {
  const HeapGraph graph = CutBehind("\"Object\"");
  ASSERT_EQ(graph.health().entries().size(), 1U);
  EXPECT_EQ(graph.health().entries()[0].code, "truncated_input");
  EXPECT_EQ(graph.health().entries()[0].detail,
            "the file ends early: it holds 4 of 4 nodes, 4 of 4 edges and 2 strings");
}

TEST(Truncation, KeepsWholeNodes) {
  const HeapGraph graph = CutBehind("3,1,3,16,2,1,2,2,5,2");  // node 1, and node 2 in part
  EXPECT_EQ(graph.node_count(), 2U);
  EXPECT_EQ(graph.edge_count(), 0U);
  EXPECT_EQ(graph.self_size(NodeId{1}), 16U);
}

TEST(Truncation, KeepsWholeEdges) {
  const HeapGraph graph = CutBehind("\"edges\":[2,4,6,2,2,12,2,3");
  EXPECT_EQ(graph.node_count(), 4U);
  EXPECT_EQ(graph.edge_count(), 2U);
  EXPECT_EQ(graph.source(EdgeId{0}), NodeId{0});
  EXPECT_EQ(graph.source(EdgeId{1}), NodeId{1});
  EXPECT_EQ(graph.first_edge(NodeId{3}), 2U);
}

TEST(Truncation, NamesWhatLostItsName) {
  const HeapGraph graph = CutBehind("\"Object\"");
  EXPECT_EQ(graph.strings().Get(graph.name(NodeId{0})), "");
  EXPECT_EQ(graph.strings().Get(graph.name(NodeId{1})), "Object");
  EXPECT_THAT(graph.strings().Get(graph.name(NodeId{2})), HasSubstr("lost"));
  EXPECT_THAT(graph.edge_name(EdgeId{1}), HasSubstr("lost"));
  EXPECT_EQ(graph.edge_name(EdgeId{3}), "12") << "a number needs no string";
}

// Being cut excuses nothing that stands before the cut.
TEST(Truncation, DoesNotExcuseEdgeCountsThatDoNotAddUp) {
  const std::string whole = Whole({});
  for (const std::string_view node : {"3,1,3,16,1,1", "3,1,3,16,3,1"}) {
    const std::string text = Replaced(whole, "3,1,3,16,2,1", node);
    const Error error = LoadError(text.substr(0, text.find("\"Object\"")), kPartial);
    EXPECT_THAT(error.message, HasSubstr("add up")) << node;
  }
}

TEST(Truncation, DoesNotExcuseDamage) {
  const std::string text = Replaced(Whole({}), "3,1,3,16,2,1", "3,1,3,16,x,1");
  const Error error = LoadError(text.substr(0, text.find("\"edges\"")), kPartial);
  EXPECT_EQ(error.code, ErrorCode::kBadData);
}

}  // namespace
}  // namespace nodeheap::test
