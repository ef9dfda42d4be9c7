// findrefs of one object of a core without the graph of the whole: the same answer.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "nodeheap/query.h"
#include "nodeheap/render.h"
#include "support/cores.h"

namespace nodeheap::test {
namespace {

constexpr uint32_t kObjects = 12;  // of each core, at least

Session Opened(const std::string& name) {
  Progress progress;
  return Session::Open(CorePath(name), {}, progress).value();
}

// All of the answer, the health of the dump included.
std::string Ask(Session& session, const std::string& node) {
  const QueryInfo& query = *FindQuery("findrefs");
  const Arguments arguments =
      Arguments::Parse(query, {{"node", node}, {"weak", ""}, {"limit", "0"}}).value();
  Progress progress;
  const Report report =
      RunQuery(
          query,
          {.session = session, .second = nullptr, .arguments = arguments, .progress = progress})
          .value();
  return FindFormat("json")->render(report, {}).value();
}

std::string AddressText(const HeapGraph& graph, uint32_t node) {
  return fmt::format("0x{:x}", graph.address(NodeId{node}).value());
}

class FindRefsAloneIn : public testing::TestWithParam<std::string> {};

// Every so many objects, whatever they are.
TEST_P(FindRefsAloneIn, SaysWhatTheWholeGraphSays) {
  Session whole = Opened(GetParam());
  Session session = Opened(GetParam());
  Progress progress;
  ASSERT_TRUE(whole.LoadGraph(progress));
  const HeapGraph& graph = whole.graph();
  uint32_t alone = 0;
  const uint32_t first = graph.columns().first_addressed;
  const auto count = static_cast<uint32_t>(graph.columns().addresses.size());
  for (uint32_t i = 0; i < count; i += count / kObjects) {
    const std::string node = AddressText(graph, first + i);
    if (!session.ReferencesTo(node, progress).value()) continue;
    ++alone;
    EXPECT_EQ(Ask(session, node), Ask(whole, node)) << node;
    // Which of many referrers are looked at is up to the threads, and whether they are enough.
    if (session.has_graph()) session = Opened(GetParam());
  }
  EXPECT_GT(alone, kObjects / 2);
}

// What the search must follow in odd ways: see fixtures/scenarios/cores/referrers.js.
TEST(FindRefsAlone, FollowsLongChainsAndPairsOfBuffers) {
  const std::string core = "referrers-abort-node22";
  Session whole = Opened(core);
  Progress progress;
  ASSERT_TRUE(whole.LoadGraph(progress));
  const HeapGraph& graph = whole.graph();
  int referred = 0;
  for (uint32_t node = 0; node < graph.node_count(); ++node) {
    if (graph.strings().Get(graph.name(NodeId{node})) != "Referred") continue;
    if (graph.type(NodeId{node}) != NodeType::kObject) continue;
    ++referred;
    Session session = Opened(core);
    EXPECT_EQ(Ask(session, AddressText(graph, node)), Ask(whole, AddressText(graph, node)));
  }
  EXPECT_GE(referred, 3);
}

std::string TestName(const testing::TestParamInfo<std::string>& info) {
  std::string name = info.param;
  std::ranges::replace(name, '-', '_');
  return name;
}

INSTANTIATE_TEST_SUITE_P(Cores, FindRefsAloneIn,
                         testing::Values("everything-abort-node16", "everything-abort-node20",
                                         "everything-abort-node24", "everything-abort-node26",
                                         "leaking_class-worker-node20"),
                         TestName);

}  // namespace
}  // namespace nodeheap::test
