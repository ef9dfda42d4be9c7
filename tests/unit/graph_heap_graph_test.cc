// HeapGraph proves its columns: each rule is broken once.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

#include "support/analyzed_heap.h"
#include "support/columns.h"

namespace nodeheap::test {
namespace {

using Columns = HeapGraph::Columns;
using testing::HasSubstr;

// The message about columns of two nodes and two edges after `breaking` them.
std::string Refusal(const std::function<void(Columns&)>& breaking) {
  Columns columns = PlainColumns(2, 2);
  breaking(columns);
  const auto graph = HeapGraph::Create(std::move(columns));
  if (graph) return "accepted";
  EXPECT_EQ(graph.error().code, ErrorCode::kBadData);
  EXPECT_NE(graph.error().hint, "");
  return graph.error().message;
}

TEST(HeapGraphCreate, AcceptsWhatTheOtherTestsBreak) {
  EXPECT_EQ(Refusal([](Columns&) {}), "accepted");
}

TEST(HeapGraphCreate, RefusesNoNodes) {
  EXPECT_THAT(Refusal([](Columns& c) { c = PlainColumns(0, 0); }), HasSubstr("no nodes"));
}

TEST(HeapGraphCreate, RefusesColumnsOfDifferentLength) {
  const std::function<void(Columns&)> breakings[] = {
      [](Columns& c) { c.node_names.Shrink(1); },
      [](Columns& c) { c.node_ids.Shrink(1); },
      [](Columns& c) { c.self_sizes.Shrink(1); },
      [](Columns& c) { c.first_edges.Shrink(2); },
      [](Columns& c) { c.edge_names.Shrink(1); },
      [](Columns& c) { c.edge_targets.Shrink(1); },
      [](Columns& c) { c.detachedness = Column<uint8_t>(1); },
      [](Columns& c) { c.located_nodes = Column<uint32_t>(1); },
      [](Columns& c) { c.located_at = Column<uint32_t>(1); },
  };
  for (const auto& breaking : breakings)
    EXPECT_THAT(Refusal(breaking), HasSubstr("differ in length"));
}

TEST(HeapGraphCreate, RefusesARootThatIsNoNode) {
  EXPECT_THAT(Refusal([](Columns& c) { c.root = NodeId{2}; }), HasSubstr("root"));
}

TEST(HeapGraphCreate, RefusesUnknownTypes) {
  EXPECT_THAT(Refusal([](Columns& c) { c.node_types[1] = 4; }), HasSubstr("node 1"));
  EXPECT_THAT(Refusal([](Columns& c) { c.edge_types[0] = 3; }), HasSubstr("edge 0"));
}

TEST(HeapGraphCreate, RefusesNamesBehindTheTable) {
  EXPECT_THAT(Refusal([](Columns& c) { c.node_names[1] = 1; }), HasSubstr("node 1 is named"));
  EXPECT_THAT(Refusal([](Columns& c) { c.edge_names[1] = 9; }),
              HasSubstr("edge 1 is named by string 9 of 1"));
}

TEST(HeapGraphCreate, TakesTheNameOfAnElementForANumber) {
  EXPECT_EQ(Refusal([](Columns& c) {
              c.edge_types[1] = static_cast<uint8_t>(EdgeType::kElement);
              c.edge_names[1] = 4'000'000'000;
            }),
            "accepted");
}

TEST(HeapGraphCreate, RefusesEdgesOutOfRange) {
  EXPECT_THAT(Refusal([](Columns& c) { c.edge_targets[1] = 2; }),
              HasSubstr("edge 1 points at node 2 of 2"));
}

TEST(HeapGraphCreate, RefusesEdgeCountsThatDoNotAddUp) {
  const std::function<void(Columns&)> breakings[] = {
      [](Columns& c) { c.first_edges[2] = 1; },
      [](Columns& c) { c.first_edges[2] = 3; },
      [](Columns& c) { c.first_edges[0] = 1; },
      [](Columns& c) { c.first_edges[1] = 3; },
  };
  for (const auto& breaking : breakings) EXPECT_THAT(Refusal(breaking), HasSubstr("add up"));
}

TEST(HeapGraphCreate, RefusesAnIdUsedTwice) {
  EXPECT_THAT(Refusal([](Columns& c) { c.node_ids[1] = 1; }),
              HasSubstr("node 1 has the id @1 of an earlier node"));
  EXPECT_EQ(Refusal([](Columns& c) { c.node_ids[1] = 0xFFFFFFFF; }), "accepted");
}

TEST(HeapGraphCreate, RefusesWrongLocations) {
  const auto located = [](uint32_t first, uint32_t second, uint32_t at) {
    return Refusal([=](Columns& c) {
      c.located_nodes = Column<uint32_t>(2);
      c.located_at = Column<uint32_t>(2);
      c.locations = {Location{1, 2, 3}};
      c.located_nodes[0] = first;
      c.located_nodes[1] = second;
      c.located_at[1] = at;
    });
  };
  EXPECT_EQ(located(0, 1, 0), "accepted");
  EXPECT_THAT(located(0, 2, 0), HasSubstr("belongs to no node"));
  EXPECT_THAT(located(0, 1, 1), HasSubstr("unknown location"));
  EXPECT_THAT(located(1, 0, 0), HasSubstr("not in order"));
}

// Whoever adds sizes up must not meet an overflow: everything together stays below 2^63.
TEST(HeapGraphCreate, RefusesSizesWhoseSumOverflows) {
  constexpr uint64_t kHalf = uint64_t{1} << 62;
  const auto with = [](uint64_t first, uint64_t second, uint64_t extra) {
    return Refusal([=](Columns& c) {
      c.self_sizes.Set(0, first);
      c.self_sizes.Set(1, second);
      c.info.extra_native_bytes = extra;
    });
  };
  EXPECT_EQ(with(kHalf, kHalf - 1, 0), "accepted");
  EXPECT_THAT(with(kHalf, kHalf, 0), HasSubstr("sizes"));
  EXPECT_THAT(with(kHalf, kHalf - 1, 1), HasSubstr("sizes"));
  EXPECT_THAT(with(0, 0, ~uint64_t{0}), HasSubstr("sizes"));
  EXPECT_THAT(with(kHalf * 3, kHalf, 0), HasSubstr("sizes"));
}

TEST(HeapGraph, FindsNodesById) {
  const HeapGraph graph = CreateOrThrow(PlainColumns(3, 0));
  EXPECT_EQ(graph.Find(ObjectId{5}), NodeId{2});
  EXPECT_EQ(graph.Find(ObjectId{4}), std::nullopt);
  EXPECT_EQ(graph.Find(ObjectId{(uint64_t{1} << 32) + 1}), std::nullopt) << "no truncation";
}

TEST(HeapGraph, KnowsTheSourceOfEachEdge) {
  const HeapGraph graph = GraphOf({{1}, {}, {0, 1, 2}, {}, {3}, {}});
  const uint32_t sources[] = {0, 2, 2, 2, 4};
  for (uint32_t e = 0; e < graph.edge_count(); ++e)
    EXPECT_EQ(Index(graph.source(EdgeId{e})), sources[e]) << e;
}

TEST(HeapGraph, KnowsLocations) {
  Columns columns = PlainColumns(5, 0);
  columns.located_nodes = Column<uint32_t>(2);
  columns.located_at = Column<uint32_t>(2);
  columns.located_nodes[0] = 1;
  columns.located_nodes[1] = 3;
  columns.located_at[0] = 1;
  columns.locations = {Location{7, 8, 9}, Location{1, 2, 3}};
  const HeapGraph graph = CreateOrThrow(std::move(columns));
  EXPECT_EQ(graph.location(NodeId{0}), std::nullopt);
  EXPECT_EQ(graph.location(NodeId{1}), (Location{1, 2, 3}));
  EXPECT_EQ(graph.location(NodeId{2}), std::nullopt);
  EXPECT_EQ(graph.location(NodeId{3}), (Location{7, 8, 9}));
  EXPECT_EQ(graph.location(NodeId{4}), std::nullopt);
}

TEST(HeapGraph, NamesEdgesByTextOrNumber) {
  Columns columns = PlainColumns(1, 2);
  columns.edge_types[1] = static_cast<uint8_t>(EdgeType::kElement);
  columns.edge_names[1] = 42;
  const HeapGraph graph = CreateOrThrow(std::move(columns));
  EXPECT_EQ(graph.edge_name(EdgeId{0}), "x");
  EXPECT_EQ(graph.edge_name(EdgeId{1}), "42");
  EXPECT_EQ(graph.type_name(EdgeId{1}), "element");
  EXPECT_EQ(graph.type_name(NodeId{0}), "object");
}

}  // namespace
}  // namespace nodeheap::test
