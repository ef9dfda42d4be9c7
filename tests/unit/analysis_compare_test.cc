#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "analysis/compare.h"
#include "support/analyzed_heap.h"
#include "support/columns.h"

namespace nodeheap::test {
namespace {

// "+added -removed (+bytes -bytes)" by class; two classes of a name stand behind one another.
std::map<std::string, std::string> Diff(const SnapshotBuilder& before,
                                        const SnapshotBuilder& after) {
  const AnalyzedHeap b(before);
  const AnalyzedHeap a(after);
  std::map<std::string, std::string> diff;
  for (const ClassDiff& row : DiffOf(b.graph(), b.analysis(), a.graph(), a.analysis())) {
    std::string text = "+" + std::to_string(row.added.size()) + " -" +
                       std::to_string(row.removed.size()) + " (+" + std::to_string(row.added_size) +
                       " -" + std::to_string(row.removed_size) + ")";
    std::string& known = diff[row.name];
    known += known.empty() ? text : " and " + text;
  }
  return diff;
}

using Rows = std::map<std::string, std::string>;

NodeSpec Object(const std::string& name, uint64_t id, uint64_t size) {
  return {.type = "object", .name = name, .size = size, .id = id};
}

TEST(Compare, FindsNothingInAHeapAndItself) {
  SnapshotBuilder heap;
  heap.Child("root", "a", Object("A", 11, 8)).Child("root", "b", Object("Object", 13, 8));
  EXPECT_EQ(Diff(heap, heap), Rows{});
}

TEST(Compare, JoinsById) {
  SnapshotBuilder before;
  before.Child("root", "a", Object("A", 11, 8)).Child("root", "b", Object("A", 13, 16));
  before.Child("root", "c", Object("B", 15, 32));
  SnapshotBuilder after;
  after.Child("root", "x", Object("A", 21, 64)).Child("root", "y", Object("A", 13, 99));
  after.Child("root", "z", Object("C", 23, 128));
  EXPECT_EQ(Diff(before, after),
            (Rows{{"A", "+1 -1 (+64 -8)"}, {"B", "+0 -1 (+0 -32)"}, {"C", "+1 -0 (+128 -0)"}}));
  EXPECT_EQ(Diff(after, before),
            (Rows{{"A", "+1 -1 (+8 -64)"}, {"B", "+1 -0 (+32 -0)"}, {"C", "+0 -1 (+0 -128)"}}));
}

TEST(Compare, NamesTheNodes) {
  SnapshotBuilder before;
  before.Child("root", "gone", Object("A", 11, 8)).Child("root", "stays", Object("A", 13, 8));
  SnapshotBuilder after;
  after.Child("root", "stays", Object("A", 13, 8)).Child("root", "new", Object("A", 9, 8));
  const AnalyzedHeap b(before);
  const AnalyzedHeap a(after);
  const auto rows = DiffOf(b.graph(), b.analysis(), a.graph(), a.analysis());
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_EQ(a.Keys(rows[0].added), std::vector<std::string>{"new"});
  EXPECT_EQ(b.Keys(rows[0].removed), std::vector<std::string>{"gone"});
}

TEST(Compare, IgnoresNodesWithoutSize) {
  SnapshotBuilder before;
  before.Child("root", "a", Object("A", 11, 8));
  SnapshotBuilder after;
  after.Child("root", "a", Object("A", 11, 0)).Child("root", "b", Object("A", 13, 0));
  EXPECT_EQ(Diff(before, after), (Rows{{"A", "+0 -1 (+0 -8)"}}));
}

// An id that names an object of another class is another object.
TEST(Compare, LooksAtClassesOneByOne) {
  SnapshotBuilder before;
  before.Child("root", "a", Object("A", 11, 8));
  SnapshotBuilder after;
  after.Child("root", "a", Object("B", 11, 8));
  EXPECT_EQ(Diff(before, after), (Rows{{"A", "+0 -1 (+0 -8)"}, {"B", "+1 -0 (+8 -0)"}}));
}

// Plain objects of both are named by what is common in the later dump.
TEST(Compare, NamesBothByTheInterfacesOfTheLater) {
  SnapshotBuilder before;
  before.Child("root", "a", Object("Object", 11, 8)).Edge("a", "property", "x", "root");
  SnapshotBuilder after = before;
  after.Child("root", "b", Object("Object", 13, 16)).Edge("b", "property", "x", "root");
  EXPECT_EQ(AnalyzedHeap(before).ClassOf("a"), "Object") << "one is not enough for an interface";
  EXPECT_EQ(Diff(before, after), (Rows{{"{x}", "+1 -0 (+16 -0)"}}));
  EXPECT_EQ(Diff(after, before), (Rows{{"Object", "+0 -1 (+0 -16)"}}));
}

TEST(Compare, KeepsClassesOfOtherLocationsApart) {
  SnapshotBuilder before;
  before.Child("root", "a", Object("A", 11, 8)).Locate("a", 1, 2, 3);
  before.Child("root", "b", Object("A", 13, 16)).Locate("b", 4, 5, 6);
  SnapshotBuilder after;
  after.Child("root", "b", Object("A", 13, 16)).Locate("b", 4, 5, 6);
  after.Child("root", "c", Object("A", 15, 32)).Locate("c", 4, 5, 6);
  EXPECT_EQ(Diff(before, after), (Rows{{"A", "+1 -0 (+32 -0) and +0 -1 (+0 -8)"}}));
}

// What is added and removed, by address, between heaps whose ids say nothing.
std::pair<std::vector<uint64_t>, std::vector<uint64_t>> MovedBetween(
    const std::vector<uint64_t>& before, const std::vector<uint64_t>& after, MatchBy match) {
  const auto heap_at = [](const std::vector<uint64_t>& addresses) {
    HeapGraph::Columns columns = PlainColumns(addresses.size() + 1, 1);
    columns.first_addressed = 1;
    columns.addresses = AddressColumn(addresses.size(), [&](size_t i) { return addresses[i]; });
    for (size_t i = 0; i < addresses.size(); ++i) columns.addresses.Set(i, addresses[i]);
    return CreateOrThrow(std::move(columns));
  };
  const HeapGraph b = heap_at(before);
  const HeapGraph a = heap_at(after);
  const Progress progress;
  Progress analysis_progress;
  const Analysis of_b = *Analyze(b, Need::kClasses, analysis_progress);
  const Analysis of_a = *Analyze(a, Need::kClasses, analysis_progress);
  std::pair<std::vector<uint64_t>, std::vector<uint64_t>> moved;
  const std::vector<ClassDiff> diffs = *Compare(b, of_b, a, of_a, match, progress, 2);
  for (const ClassDiff& diff : diffs) {
    for (const NodeId node : diff.added) moved.first.push_back(a.address(node).value_or(0));
    for (const NodeId node : diff.removed) moved.second.push_back(b.address(node).value_or(0));
  }
  return moved;
}

TEST(Compare, JoinsByAddress) {
  const auto [added, removed] = MovedBetween({8, 16, 24}, {16, 24, 32, 40}, MatchBy::kAddress);
  EXPECT_EQ(added, (std::vector<uint64_t>{32, 40}));
  EXPECT_EQ(removed, (std::vector<uint64_t>{8}));
}

TEST(Compare, CountsWhereNothingJoins) {
  const auto [added, removed] = MovedBetween({8, 16, 24}, {116, 124, 132, 140}, MatchBy::kSize);
  EXPECT_EQ(added.size(), 1U);
  EXPECT_TRUE(removed.empty());
}

}  // namespace
}  // namespace nodeheap::test
