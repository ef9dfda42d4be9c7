// Shapes that overflow a stack or take quadratic time if one is careless.
#include <gtest/gtest.h>

#include "support/analyzed_heap.h"
#include "support/columns.h"

namespace nodeheap::test {
namespace {

constexpr uint32_t kNodes = 2'000'000;

// Node i points at node i + 1.
HeapGraph Chain() {
  HeapGraph::Columns columns = PlainColumns(kNodes, kNodes - 1);
  for (uint32_t node = 0; node + 1 < kNodes; ++node) {
    columns.edge_targets[node] = node + 1;
    columns.first_edges[node + 1] = node + 1;
  }
  return CreateOrThrow(std::move(columns));
}

TEST(Deep, Chain) {
  const HeapGraph graph = Chain();
  Progress progress;
  const auto analysis = Analyze(graph, Need::kAll, progress, 2);
  ASSERT_TRUE(analysis);
  for (const uint32_t node : {1U, 2U, 1000U, kNodes - 1}) {
    EXPECT_EQ(analysis->dominators[node], node - 1);
    EXPECT_EQ(analysis->distances[node], static_cast<int32_t>(node));
    EXPECT_EQ(analysis->retained_sizes[node], kNodes - node);
  }
  ASSERT_EQ(analysis->classes.infos[analysis->classes.of_node[0]].name, "x");
  EXPECT_EQ(analysis->classes.infos[analysis->classes.of_node[0]].retained_size, kNodes);
}

// A chain in which every node also points back, at the root and at the one before.
TEST(Deep, ChainWithEdgesBack) {
  HeapGraph::Columns columns = PlainColumns(kNodes, size_t{kNodes} * 3 - 3);
  uint32_t edge = 0;
  for (uint32_t node = 0; node < kNodes; ++node) {
    if (node + 1 < kNodes) columns.edge_targets[edge++] = node + 1;
    if (node > 0) columns.edge_targets[edge++] = node - 1;
    if (node > 0) columns.edge_targets[edge++] = 0;
    columns.first_edges[node + 1] = edge;
  }
  const HeapGraph graph = CreateOrThrow(std::move(columns));
  const Analysis analysis = AnalyzeAll(graph);
  EXPECT_EQ(analysis.dominators[kNodes - 1], kNodes - 2);
  EXPECT_EQ(analysis.retained_sizes[1], kNodes - 1);
}

// The end of a long chain holds many objects, and so does the root: each one's dominator is found
// far up the chain.
TEST(Deep, ManyObjectsAtTheEndOfAChainThatTheRootHoldsToo) {
  constexpr uint32_t kLinks = 200'000;
  constexpr uint32_t kObjects = 200'000;
  HeapGraph::Columns columns = PlainColumns(1 + kLinks + kObjects, 2 * kObjects + kLinks);
  uint32_t edge = 0;
  const auto hold_objects = [&] {
    for (uint32_t i = 0; i < kObjects; ++i) columns.edge_targets[edge++] = 1 + kLinks + i;
  };
  columns.edge_targets[edge++] = 1;
  hold_objects();
  columns.first_edges[1] = edge;
  for (uint32_t link = 1; link <= kLinks; ++link) {
    if (link < kLinks) {
      columns.edge_targets[edge++] = link + 1;
    } else {
      hold_objects();
    }
    columns.first_edges[link + 1] = edge;
  }
  for (uint32_t i = 0; i < kObjects; ++i) columns.first_edges[2 + kLinks + i] = edge;
  const HeapGraph graph = CreateOrThrow(std::move(columns));
  const Analysis analysis = AnalyzeAll(graph);
  EXPECT_EQ(analysis.dominators[kLinks], kLinks - 1);
  EXPECT_EQ(analysis.dominators[1 + kLinks], 0U);
  EXPECT_EQ(analysis.dominators[kLinks + kObjects], 0U);
  EXPECT_EQ(analysis.retained_sizes[1], kLinks);
}

TEST(Deep, Star) {
  HeapGraph::Columns columns = PlainColumns(kNodes, kNodes - 1);
  for (uint32_t edge = 0; edge + 1 < kNodes; ++edge) columns.edge_targets[edge] = edge + 1;
  for (uint32_t node = 1; node <= kNodes; ++node) columns.first_edges[node] = kNodes - 1;
  const HeapGraph graph = CreateOrThrow(std::move(columns));
  const Analysis analysis = AnalyzeAll(graph);
  EXPECT_EQ(analysis.dominators[kNodes - 1], 0U);
  EXPECT_EQ(analysis.retained_sizes[0], kNodes);
  EXPECT_EQ(analysis.distances[kNodes / 2], 1);
  EXPECT_EQ(DominatorTree(graph, analysis).Children(NodeId{0}).size(), kNodes - 1);
}

// All nodes point at the last one.
TEST(Deep, StarTurnedRound) {
  HeapGraph::Columns columns = PlainColumns(kNodes, size_t{2} * (kNodes - 2));
  uint32_t edge = 0;
  for (uint32_t node = 1; node + 1 < kNodes; ++node) columns.edge_targets[edge++] = node;
  columns.first_edges[1] = edge;
  for (uint32_t node = 1; node + 1 < kNodes; ++node) {
    columns.edge_targets[edge++] = kNodes - 1;
    columns.first_edges[node + 1] = edge;
  }
  const HeapGraph graph = CreateOrThrow(std::move(columns));
  const Analysis analysis = AnalyzeAll(graph);
  EXPECT_EQ(analysis.dominators[kNodes - 1], 0U);
  EXPECT_EQ(analysis.retained_sizes[1], 1U);
  EXPECT_EQ(analysis.retainers.Edges(graph, NodeId{kNodes - 1}).size(), kNodes - 2);
}

// Hidden nodes own each other along a chain whose two ends have an owner each.
TEST(Deep, OwnershipAlongAChain) {
  HeapGraph::Columns columns = PlainColumns(kNodes, kNodes);
  const auto hidden = static_cast<uint8_t>(NodeType::kHidden);
  for (uint32_t node = 0; node + 1 < kNodes; ++node) {
    columns.edge_targets[node] = node + 1;
    columns.first_edges[node + 1] = node + 1;
    if (node > 1) columns.node_types[node] = hidden;
  }
  columns.edge_targets[kNodes - 1] = kNodes - 2;
  const Analysis analysis = AnalyzeAll(CreateOrThrow(std::move(columns)));
  EXPECT_EQ(analysis.shallow_sizes[1], kNodes - 3) << "all but the one that has two owners";
  EXPECT_EQ(analysis.shallow_sizes[2], 0U);
  EXPECT_EQ(analysis.shallow_sizes[kNodes - 2], 1U);
}

}  // namespace
}  // namespace nodeheap::test
