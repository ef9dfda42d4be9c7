// What a redacted snapshot keeps and what it hides, and that this can be proven.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "nodeheap/analysis.h"
#include "nodeheap/redaction.h"
#include "nodeheap/session.h"
#include "nodeheap/snapshot.h"
#include "support/cores.h"
#include "support/files.h"
#include "support/snapshot_builder.h"

namespace nodeheap::test {
namespace {

using testing::IsEmpty;
using testing::SizeIs;

constexpr Redaction kAll{.what = Redacted::kAll, .key = {1}};
constexpr Redaction kValues{.what = Redacted::kValues, .key = {1}};

std::string Written(const HeapGraph& graph, const std::optional<Redaction>& redaction) {
  std::string text;
  Progress progress;
  const auto written = WriteSnapshot(
      graph, redaction,
      [&](std::string_view bytes) -> Result<void> {
        text += bytes;
        return {};
      },
      progress);
  if (!written) throw std::runtime_error(Describe(written.error()));
  return text;
}

HeapGraph Rewritten(const HeapGraph& graph, const std::optional<Redaction>& redaction) {
  return *LoadText(Written(graph, redaction));
}

Remains FindAll(const HeapGraph& original, const HeapGraph& redacted, Redacted what) {
  Progress progress;
  return *FindRemains(original, redacted, {.what = what}, progress);
}

std::vector<std::string> NodeNames(const HeapGraph& graph) {
  std::vector<std::string> names;
  for (uint32_t n = 0; n < graph.node_count(); ++n)
    names.push_back(graph.strings().Get(graph.name(NodeId{n})));
  return names;
}
std::vector<std::string> EdgeNames(const HeapGraph& graph) {
  std::vector<std::string> names;
  for (uint32_t e = 0; e < graph.edge_count(); ++e) names.push_back(graph.edge_name(EdgeId{e}));
  return names;
}

// A customer under their own name, and under a property of this name.
SnapshotBuilder CustomerHeap() {
  SnapshotBuilder heap;
  heap.Child("root", "AcmeCustomer", {.size = 16});
  heap.Node("text", {.type = "string", .name = "AcmeCustomer", .size = 24});
  heap.Node("number", {.type = "number", .name = "heap number", .size = 16});
  heap.Node("short", {.type = "string", .name = "né", .size = 16});
  heap.Edge("AcmeCustomer", "property", "AcmeCustomer", "text");
  heap.Edge("AcmeCustomer", "property", "length", "number");
  heap.Edge("AcmeCustomer", "property", "get secretKey", "short");
  heap.Edge("AcmeCustomer", "element", "12345678", "short");
  return heap;
}

TEST(Redaction, HidesNamesAndValuesButNotPublicNames) {
  const HeapGraph graph = Rewritten(Load(CustomerHeap()), kAll);
  const auto nodes = NodeNames(graph);
  EXPECT_EQ(nodes[1].front(), '_');
  EXPECT_EQ(nodes[2].size(), std::string("AcmeCustomer").size());
  EXPECT_EQ(nodes[2].substr(0, 11), nodes[1].substr(1));  // equal texts, equal hashes
  EXPECT_EQ(nodes[3], "heap number");
  EXPECT_EQ(nodes[4].size(), 2U);  // as many characters as before
  const auto edges = EdgeNames(graph);
  EXPECT_EQ(edges[1], nodes[1]);
  EXPECT_EQ(edges[2], "length");
  EXPECT_THAT(edges[3], testing::StartsWith("get _"));
  EXPECT_EQ(edges[4], "12345678");  // an index, no text
}

TEST(Redaction, OfValuesKeepsNames) {
  const HeapGraph graph = Rewritten(Load(CustomerHeap()), kValues);
  EXPECT_EQ(NodeNames(graph)[1], "AcmeCustomer");
  EXPECT_NE(NodeNames(graph)[2], "AcmeCustomer");
  EXPECT_THAT(EdgeNames(graph), testing::ElementsAre("AcmeCustomer", "AcmeCustomer", "length",
                                                     "get secretKey", "12345678"));
}

TEST(Redaction, DependsOnTheKeyAlone) {
  const HeapGraph graph = Load(CustomerHeap());
  EXPECT_EQ(Written(graph, kAll), Written(graph, kAll));
  EXPECT_NE(Written(graph, kAll), Written(graph, Redaction{.what = Redacted::kAll, .key = {2}}));
}

// The names of both nodes are in that of the edge, and one of them is a string.
TEST(Redaction, HidesWhatEntriesOfWeakMapsHold) {
  SnapshotBuilder heap;
  heap.Child("root", "Key").Node("value", {.type = "string", .name = "ssn: 078-05-1120"});
  heap.Edge("Key", "internal",
            "3 / part of key (Key @3) -> value (ssn: 078-05-1120 @5) pair in WeakMap (table @7)",
            "value");
  const HeapGraph original = Load(heap);
  for (const Redaction& redaction : {kAll, kValues}) {
    const HeapGraph graph = Rewritten(original, redaction);
    const std::string name = EdgeNames(graph).back();
    EXPECT_THAT(name, testing::MatchesRegex("3 / part of key \\(_[0-9A-Za-z]+ @3\\) -> value "
                                            "\\(_[0-9A-Za-z]+ @5\\) pair in WeakMap "
                                            "\\(table @7\\)"));
    EXPECT_THAT(FindAll(original, graph, redaction.what).found, IsEmpty());
  }
}

// However a name is made up, what is left of it is fixed text.
TEST(Redaction, IsNotFooledByNamesThatLookLikeV8s) {
  SnapshotBuilder heap;
  for (const char* name :
       {"get secretWord", "<symbol secretWord>", "secretWord / secretWord", "1 / secretWord",
        "1 / part of key (secretWord) -> value (secretWord @1) -> value (secretWord @2) pair in "
        "WeakMap (table @3)",
        "1 / part of key (a @1) -> value (b @2) pair in WeakMap (table @3secretWord)",
        "4111111111111111", "set ", "<symbol >", " / "})
    heap.Child("root", name);
  const std::string text = Written(Load(heap), kAll);
  EXPECT_EQ(text.find("secretWord"), text.npos);
  EXPECT_EQ(text.find("4111111111111111"), text.npos);
}

TEST(Remains, AreFoundAlsoWithinOtherTexts) {
  const auto heap_of = [](const std::string& text) {
    SnapshotBuilder heap;
    heap.Child("root", "text", {.type = "string", .name = text});
    return Load(heap);
  };
  const HeapGraph original = heap_of("top secret");
  EXPECT_THAT(FindAll(original, original, Redacted::kAll).found, SizeIs(1));
  EXPECT_THAT(FindAll(original, heap_of("xx top secret xx"), Redacted::kAll).found, SizeIs(1));
  EXPECT_THAT(FindAll(original, heap_of("top secre"), Redacted::kAll).found, IsEmpty());
  // A name that may remain is none that the original does not have.
  EXPECT_THAT(FindAll(original, original, Redacted::kValues).found, SizeIs(1));
}

// By class, with its size: what redaction must not change. Classes of plain objects are left out:
// how many names fit into theirs depends on the lengths of the names.
std::multiset<std::pair<uint64_t, uint64_t>> ClassSizes(const Analysis& analysis) {
  std::multiset<std::pair<uint64_t, uint64_t>> sizes;
  for (const ClassInfo& info : analysis.classes.infos)
    if (info.instances != 0 && !info.name.starts_with('{') && info.name != "Object")
      sizes.emplace(info.instances, info.self_size);
  return sizes;
}

class RedactedFixture : public testing::TestWithParam<int> {};
INSTANTIATE_TEST_SUITE_P(Redaction, RedactedFixture, testing::Values(12, 18, 26));

TEST_P(RedactedFixture, HasTheSameNumbersAndNoneOfTheTexts) {
  Progress progress;
  const HeapGraph original = *LoadSnapshot(
      FixturePath("everything-node" + std::to_string(GetParam()) + ".heapsnapshot.zst"), {},
      progress);
  const Analysis before = *Analyze(original, Need::kAll, progress);
  for (const Redaction& redaction : {kAll, kValues}) {
    const HeapGraph graph = Rewritten(original, redaction);
    const Analysis after = *Analyze(graph, Need::kAll, progress);
    EXPECT_TRUE(after.retained_sizes == before.retained_sizes);
    EXPECT_TRUE(std::ranges::equal(after.dominators.span(), before.dominators.span()));
    EXPECT_TRUE(std::ranges::equal(after.distances.span(), before.distances.span()));
    EXPECT_EQ(ClassSizes(after), ClassSizes(before));
    const Remains remains = FindAll(original, graph, redaction.what);
    EXPECT_THAT(remains.found, IsEmpty());
    EXPECT_GT(remains.looked_for, 1000U);
  }
  EXPECT_FALSE(FindAll(original, original, Redacted::kAll).found.empty());
}

TEST(Addresses, StandInTheExportOfACore) {
  Progress progress;
  Session core = *Session::Open(CorePath("leaking_class-abort-node22").string(), {}, progress);
  ASSERT_TRUE(core.LoadGraph(progress));
  const HeapGraph& graph = core.graph();
  const HeapGraph again = Rewritten(graph, std::nullopt);
  ASSERT_TRUE(again.has_addresses());
  for (uint32_t n = 0; n < graph.node_count(); ++n) {
    ASSERT_EQ(again.address(NodeId{n}), graph.address(NodeId{n}));
    ASSERT_EQ(again.id(NodeId{n}), graph.id(NodeId{n}));
  }
}

// Of a heap of three nodes.
bool IsRead(const std::string& addresses) {
  std::string text = SnapshotBuilder().Child("root", "a").Child("root", "b").Text();
  text.insert(text.find("\"strings\""), "\"nodeheap_addresses\":[" + addresses + "],");
  return LoadText(text).has_value();
}

TEST(Addresses, AreRefusedIfTheyAreNone) {
  EXPECT_TRUE(IsRead("1,1024,4"));
  EXPECT_TRUE(IsRead("0,1024,4,8"));
  EXPECT_TRUE(IsRead("1"));
  EXPECT_TRUE(IsRead(""));
  EXPECT_FALSE(IsRead("1,1024,0"));  // twice the same
  EXPECT_FALSE(IsRead("2,1024,4"));  // the last is of no node
  EXPECT_FALSE(IsRead("4"));
  EXPECT_FALSE(IsRead("0,1,1,1,1"));                 // more than nodes
  EXPECT_FALSE(IsRead("1,18446744073709551615,4"));  // beyond any memory
}

}  // namespace
}  // namespace nodeheap::test
