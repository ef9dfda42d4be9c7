// Whole files: every layout gives the same graph, and what contradicts itself is refused.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

#include "support/exercise.h"
#include "support/files.h"
#include "support/snapshot_builder.h"

namespace nodeheap::test {
namespace {

using testing::HasSubstr;

SnapshotBuilder Sample(const Layout& layout = {}) {
  SnapshotBuilder heap(layout);
  heap.Child("root", "é \"quoted\"\n", {.type = "string", .size = 24, .id = 99});
  heap.Child("root", "a", {.type = "native", .size = 16, .detachedness = 2});
  heap.Edge("a", "element", "4000000000", "root").Edge("a", "weak", "w", "a");
  heap.Node("leaf", {.type = "closure", .name = ""}).Edge("a", "context", "leaf", "leaf");
  heap.Locate("leaf", 5, 6, 7).Locate("a", 8, 9, 10);
  return heap;
}

// All that the graph has, one line for each node, edge and location.
std::string Dump(const HeapGraph& graph) {
  std::string out;
  for (uint32_t n = 0; n < graph.node_count(); ++n) {
    const NodeId node{n};
    out += graph.type_name(node) + " " + graph.strings().Get(graph.name(node)) + " @" +
           std::to_string(static_cast<uint64_t>(graph.id(node))) + " " +
           std::to_string(graph.self_size(node));
    if (const auto at = graph.location(node))
      out += " at " + std::to_string(at->script_id) + ":" + std::to_string(at->line) + ":" +
             std::to_string(at->column);
    out += "\n";
    for (uint32_t e = graph.first_edge(node); e < graph.end_edge(node); ++e)
      out += "  " + graph.type_name(EdgeId{e}) + " " + graph.edge_name(EdgeId{e}) + " to " +
             std::to_string(Index(graph.target(EdgeId{e}))) + "\n";
  }
  return out;
}

constexpr std::string_view kDump =
    "synthetic  @1 0\n"
    "  property é \"quoted\"\n to 1\n"
    "  property a to 2\n"
    "string é \"quoted\"\n @99 24\n"
    "native a @5 16 at 8:9:10\n"
    "  element 4000000000 to 0\n"
    "  weak w to 2\n"
    "  context leaf to 3\n"
    "closure  @7 0 at 5:6:7\n";

std::string DumpOf(const SnapshotBuilder& heap, unsigned threads = 1) {
  const auto graph = LoadText(heap.Text(), {.threads = threads});
  if (!graph) return Describe(graph.error());
  EXPECT_TRUE(graph->health().complete());
  return Dump(*graph);
}

TEST(LoadSnapshot, ReadsTheLayoutsOfAllVersions) {
  EXPECT_EQ(DumpOf(Sample()), kDump);
  EXPECT_EQ(DumpOf(Sample(LayoutOfNode18())), kDump);
  EXPECT_EQ(DumpOf(Sample(LayoutOfNode12())), kDump);
  for (const unsigned threads : {2U, 8U}) EXPECT_EQ(DumpOf(Sample(), threads), kDump);
}

TEST(LoadSnapshot, ReadsFieldsAndTypesByName) {
  Layout layout;
  layout.node_fields = {"edge_count", "new", "id", "name", "detachedness", "self_size", "type"};
  layout.edge_fields = {"to_node", "type", "new", "name_or_index"};
  layout.location_fields = {"line", "new", "column", "object_index", "script_id"};
  std::ranges::reverse(layout.node_types);
  std::ranges::reverse(layout.edge_types);
  layout.node_types.insert(layout.node_types.begin(), "future node");
  layout.edge_types.insert(layout.edge_types.begin() + 2, "future edge");
  EXPECT_EQ(DumpOf(Sample(layout)), kDump);
}

// Node 24 and 26 write an array's element at 4 000 000 000 so.
TEST(LoadSnapshot, ReadsLargeIndicesThatV8WritesAsNegative) {
  const std::string text = Replaced(Sample().Text(), ",4000000000,", ",-294967296,");
  const auto graph = LoadText(text);
  ASSERT_TRUE(graph) << Describe(graph.error());
  EXPECT_EQ(Dump(*graph), kDump);
}

TEST(LoadSnapshot, ReadsAnyWhiteSpace) {
  Layout layout;
  layout.separators = Separators::kPretty;
  EXPECT_EQ(DumpOf(Sample(layout)), kDump);
  const auto graph = LoadText("\xEF\xBB\xBF" + Sample(layout).Text() + " \r\n\t");
  ASSERT_TRUE(graph) << Describe(graph.error());
  EXPECT_EQ(Dump(*graph), kDump);
}

TEST(LoadSnapshot, ReadsSectionsInAnySensibleOrder) {
  Layout layout;
  layout.sections = {"unknown", "samples", "snapshot", "strings", "edges", "nodes", "locations"};
  EXPECT_EQ(DumpOf(Sample(layout)), kDump);
}

TEST(LoadSnapshot, KeepsTypesItDoesNotKnow) {
  Layout layout;
  layout.node_types.emplace_back("future node");
  layout.edge_types.emplace_back("future edge");
  SnapshotBuilder heap(layout);
  heap.Node("x", {.type = "future node"}).Edge("root", "future edge", "name", "x");
  const HeapGraph graph = Load(heap);
  EXPECT_EQ(graph.type(NodeId{1}), NodeType::kFirstUnknown);
  EXPECT_EQ(graph.type_name(NodeId{1}), "future node");
  EXPECT_EQ(graph.type_name(EdgeId{0}), "future edge");
  EXPECT_EQ(graph.edge_name(EdgeId{0}), "name");
  EXPECT_EQ(Exercise(graph), "");
}

TEST(LoadSnapshot, KnowsWhatTheDumpSaysOfItself) {
  Layout layout;
  layout.extra_native_bytes = 123;
  layout.has_traces = true;
  layout.separators = Separators::kPretty;
  const HeapGraph traced = Load(SnapshotBuilder(layout));
  EXPECT_EQ(traced.info().extra_native_bytes, 123U);
  EXPECT_TRUE(traced.info().has_allocation_traces);
  EXPECT_TRUE(traced.info().has_allocation_samples);
  EXPECT_EQ(traced.info().node_fields, layout.node_fields);
  const HeapGraph plain = Load(SnapshotBuilder());
  EXPECT_FALSE(plain.info().has_allocation_traces);
  EXPECT_FALSE(plain.info().has_allocation_samples);
  EXPECT_FALSE(LoadText(Replaced(SnapshotBuilder().Text(), "\"samples\":[]", "\"samples\":[\n ]"))
                   ->info()
                   .has_allocation_samples);
}

TEST(LoadSnapshot, FindsTheRootAnywhere) {
  SnapshotBuilder heap;
  heap.Node("a").Node("top", {.type = "synthetic"}).Edge("top", "element", "1", "a");
  heap.RootIs("top");
  const HeapGraph graph = Load(heap);
  EXPECT_EQ(graph.root(), NodeId{2});
  EXPECT_EQ(Exercise(graph), "");
  EXPECT_THAT(LoadError(Replaced(heap.Text(), "\"root_index\":12", "\"root_index\":13")).message,
              HasSubstr("root_index"));
  EXPECT_THAT(LoadError(Replaced(heap.Text(), "\"root_index\":12", "\"root_index\":18")).message,
              HasSubstr("root"));
  // A multiple of 2^32 nodes must not become node 0.
  EXPECT_THAT(
      LoadError(Replaced(heap.Text(), "\"root_index\":12", "\"root_index\":25769803776")).message,
      HasSubstr("root"));
}

TEST(LoadSnapshot, ReadsSelfSizesOfAnyMagnitude) {
  constexpr uint64_t kSizes[] = {0xFFFFFFFF, 0x100000000, 5ULL << 30, (1ULL << 53) - 1};
  SnapshotBuilder heap;
  for (const uint64_t size : kSizes) heap.Child("root", std::to_string(size), {.size = size});
  const HeapGraph graph = Load(heap);
  for (uint32_t i = 0; i < std::size(kSizes); ++i)
    EXPECT_EQ(graph.self_size(NodeId{i + 1}), kSizes[i]);
  EXPECT_EQ(Exercise(graph), "");
  heap.Child("root", "larger", {.size = 1ULL << 53});
  EXPECT_THAT(LoadError(heap.Text()).message, HasSubstr("self size"));
}

TEST(LoadSnapshot, RefusesSizesWhoseSumOverflows) {
  SnapshotBuilder heap;
  for (int i = 0; i < 1100; ++i) heap.Child("root", std::to_string(i), {.size = (1ULL << 53) - 1});
  const Error error = LoadError(heap.Text());
  EXPECT_EQ(error.code, ErrorCode::kBadData);
  EXPECT_THAT(error.message, HasSubstr("sizes"));
  EXPECT_NE(error.file, "");
}

TEST(LoadSnapshot, SortsLocationsAndKeepsTheLastOfSeveral) {
  SnapshotBuilder heap;
  heap.Child("root", "a").Child("root", "b").Child("root", "c");
  heap.Locate("c", 1, 2, 3).Locate("a", 4, 5, 6).Locate("c", 1, 2, 3).Locate("b", 1, 2, 3);
  heap.Locate("a", 7, 8, 9);
  const HeapGraph graph = Load(heap);
  EXPECT_EQ(graph.location(NodeId{0}), std::nullopt);
  EXPECT_EQ(graph.location(NodeId{1}), (Location{7, 8, 9}));
  EXPECT_EQ(graph.location(NodeId{2}), (Location{1, 2, 3}));
  EXPECT_EQ(graph.location(NodeId{3}), (Location{1, 2, 3}));
}

TEST(LoadSnapshot, RefusesWrongLocations) {
  struct Case {
    std::vector<uint64_t> numbers;
    std::string message;
  };
  const Case cases[] = {
      {{6, 1, 2, 3}, "object_index"},  // node 1 of 1
      {{1, 1, 2, 3}, "object_index"},  // within a node
      {{6ULL << 32, 1, 2, 3}, "32 bits"}, {{0, 1, 1ULL << 32, 3}, "32 bits"},
      {{0, 1, 2}, "whole records"},
  };
  for (const Case& c : cases)
    EXPECT_THAT(LoadError(SnapshotBuilder().RawLocations(c.numbers).Text()).message,
                HasSubstr(c.message));
}

TEST(LoadSnapshot, ReadsCompressedFilesAndAnyNumberOfThreads) {
  const std::string text = Sample().Text();
  for (const std::string& bytes : {text, Gzip(text), Zstd(text)}) {
    for (const unsigned threads : {0U, 1U, 4U}) {
      const auto graph = LoadText(bytes, {.threads = threads});
      ASSERT_TRUE(graph) << Describe(graph.error());
      EXPECT_EQ(Dump(*graph), kDump);
    }
  }
}

}  // namespace
}  // namespace nodeheap::test
