// The committed snapshots of real Node releases, against what their programs know of themselves.
#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "snapshot/json_cursor.h"
#include "support/analyzed_heap.h"
#include "support/exercise.h"
#include "support/files.h"
#include "support/memory_file.h"

namespace nodeheap::test {
namespace {

using Counts = std::map<std::string, uint64_t>;

std::vector<std::string> Fixtures() {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(FixturePath("")))
    if (entry.path().extension() == ".zst") names.push_back(entry.path().filename().string());
  std::ranges::sort(names);
  return names;
}

// How many objects of each class the fixture has, and how many functions of each name.
struct Truth {
  Counts classes;
  Counts closures;
};

// The members of a JSON object, their values as they stand there.
std::map<std::string, std::string> Members(std::string_view json) {
  const MemoryFile file(json);
  Progress progress;
  const Input input = Input::Open(file.path(), progress).value();
  JsonCursor cursor(input);
  std::map<std::string, std::string> members;
  cursor.EnterObject().value();
  while (const auto key = cursor.NextKey().value()) members[*key] = cursor.SkipValue().value();
  return members;
}

Counts ReadCounts(const std::string& json) {
  Counts counts;
  if (json.empty()) return counts;
  for (const auto& [name, count] : Members(json)) counts[name] = std::stoull(count);
  return counts;
}

Truth TruthOf(const std::string& fixture) {
  auto truth = Members(Members(ReadFile(FixturePath("truth.json"))).at(fixture));
  return {ReadCounts(truth["classes"]), ReadCounts(truth["closures"])};
}

HeapGraph LoadFixture(const std::string& name) {
  Progress progress;
  auto graph = LoadSnapshot(FixturePath(name), {}, progress);
  if (!graph) throw std::runtime_error(Describe(graph.error()));
  return *std::move(graph);
}

class Fixture : public testing::TestWithParam<std::string> {};

TEST_P(Fixture, HasTheObjectsItsProgramMade) {
  const HeapGraph graph = LoadFixture(GetParam());
  const Truth truth = TruthOf(GetParam());
  Counts classes;
  Counts closures;
  for (uint32_t n = 0; n < graph.node_count(); ++n) {
    const NodeId node{n};
    if (graph.type(node) == NodeType::kObject) ++classes[graph.strings().Get(graph.name(node))];
    if (graph.type(node) == NodeType::kClosure) ++closures[graph.strings().Get(graph.name(node))];
  }
  for (const auto& [name, count] : truth.classes) EXPECT_EQ(classes[name], count) << name;
  for (const auto& [name, count] : truth.closures) EXPECT_EQ(closures[name], count) << name;
}

TEST_P(Fixture, GivesConsistentNumbers) {
  const HeapGraph graph = LoadFixture(GetParam());
  EXPECT_TRUE(graph.health().complete());
  EXPECT_EQ(WrongNumbers(graph, AnalyzeAll(graph)), "");
}

TEST_P(Fixture, DoesNotDependOnTheNumberOfThreads) {
  const HeapGraph graph = LoadFixture(GetParam());
  Progress progress;
  const auto two = Analyze(graph, Need::kAll, progress, 2);
  ASSERT_TRUE(two);
  const Analysis one = AnalyzeAll(graph);
  EXPECT_TRUE(std::ranges::equal(one.dominators, two->dominators));
  EXPECT_TRUE(std::ranges::equal(one.distances, two->distances));
  EXPECT_TRUE(one.retained_sizes == two->retained_sizes);
  for (size_t node = 0; node < graph.node_count(); ++node)
    ASSERT_EQ(one.classes.of_node[node], two->classes.of_node[node]) << node;
}

std::string TestName(const testing::TestParamInfo<std::string>& info) {
  std::string name = info.param.substr(0, info.param.find('.'));
  std::ranges::replace(name, '-', '_');
  return name;
}

INSTANTIATE_TEST_SUITE_P(All, Fixture, testing::ValuesIn(Fixtures()), TestName);

TEST(Fixtures, AreThere) { EXPECT_GE(Fixtures().size(), 10U); }

// Objects of a class by class table, too: 2 000 more of the leaking one, and not one less.
TEST(Fixtures, ShowALeakInTheComparison) {
  for (const std::string node : {"16", "22", "26"}) {
    const auto load = [&node](const std::string& which) {
      return LoadFixture("leaking_class-" + which + "-node" + node + ".heapsnapshot.zst");
    };
    const HeapGraph before = load("before");
    const HeapGraph after = load("after");
    const auto diffs = DiffOf(before, AnalyzeAll(before), after, AnalyzeAll(after));
    const auto leak = std::ranges::find(diffs, "LeakingClass", &ClassDiff::name);
    ASSERT_NE(leak, diffs.end());
    EXPECT_EQ(leak->added.size(), 2000U);
    EXPECT_EQ(leak->removed.size(), 0U);
  }
}

}  // namespace
}  // namespace nodeheap::test
