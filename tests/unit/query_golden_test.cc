// The text of each query on a committed dump, so that a change of it is seen in review. To accept
// changes: NODEHEAP_UPDATE_GOLDEN=1 nodeheap_tests --gtest_filter='*Golden*'
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>

#include "nodeheap/nodeheap.h"

namespace nodeheap {
namespace {

const std::string kSnapshots = NODEHEAP_SOURCE_DIR "/fixtures/snapshots/";

struct Case {
  std::string golden;  // file name
  std::string query;
  std::vector<std::string> dumps;
  Arguments::Values values;
  friend void PrintTo(const Case& test, std::ostream* out) { *out << test.golden; }
};

// Not Session::Open: the path, which reports show, differs from machine to machine.
Session OpenFixture(const std::string& name) {
  Progress progress;
  auto graph = LoadSnapshot(kSnapshots + name + ".heapsnapshot.zst", {}, progress);
  if (!graph) throw std::runtime_error(Describe(graph.error()));
  return Session(*std::move(graph), {.path = name + ".heapsnapshot", .kind = "heapsnapshot"});
}

std::string Answer(const Case& test) {
  std::vector<Session> sessions;
  for (const std::string& dump : test.dumps) sessions.push_back(OpenFixture(dump));
  const QueryInfo& query = *FindQuery(test.query);
  const auto arguments = Arguments::Parse(query, test.values);
  if (!arguments) return Describe(arguments.error()) + '\n';
  Progress progress;
  const auto report = RunQuery(query, {.session = sessions[0],
                                       .second = sessions.size() > 1 ? &sessions[1] : nullptr,
                                       .arguments = *arguments,
                                       .progress = progress});
  if (!report) return Describe(report.error()) + '\n';
  return FindFormat("text")->render(*report, {}).value_or("not rendered\n");
}

class Golden : public testing::TestWithParam<Case> {};

TEST_P(Golden, TextIsAsStored) {
  const std::filesystem::path file =
      std::filesystem::path(NODEHEAP_SOURCE_DIR) / "tests/golden" / (GetParam().golden + ".txt");
  const std::string answer = Answer(GetParam());
  if (std::getenv("NODEHEAP_UPDATE_GOLDEN") != nullptr) {
    std::ofstream(file) << answer;
    return;
  }
  std::stringstream stored;
  stored << std::ifstream(file).rdbuf();
  EXPECT_EQ(answer, stored.str()) << "differs from " << file;
}

const std::string kAfter = "leaking_class-after-node22";
const std::string kBefore = "leaking_class-before-node22";

INSTANTIATE_TEST_SUITE_P(
    , Golden,
    testing::Values(
        Case{"analyze", "analyze", {kAfter}, {}},
        Case{"findjsobjects", "findjsobjects", {kAfter}, {}},
        Case{"findjsobjects-detailed",
             "findjsobjects",
             {kAfter},
             {{"detailed", ""}, {"name", "leak"}}},
        Case{"findjsinstances",
             "findjsinstances",
             {kAfter},
             {{"type", "LeakingClass"}, {"limit", "5"}, {"sort", "id"}}},
        Case{"findrefs-name", "findrefs", {kAfter}, {{"name", "leaks"}}},
        Case{"dominators", "dominators", {kAfter}, {}},
        Case{"containment", "containment", {kAfter}, {{"length", "5"}}},
        Case{"strings", "strings", {kAfter}, {{"limit", "5"}}},
        Case{"strings-duplicates", "strings", {kAfter}, {{"duplicates", ""}, {"limit", "5"}}},
        Case{"stats", "stats", {kAfter}, {}}, Case{"diff", "diff", {kBefore, kAfter}, {}}),
    [](const auto& test) {
      std::string name = test.param.golden;
      std::ranges::replace(name, '-', '_');
      return name;
    });

}  // namespace
}  // namespace nodeheap
