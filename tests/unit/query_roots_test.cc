// path in cores: why roots are roots. diff of cores: how objects are matched.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "nodeheap/query.h"
#include "support/cores.h"
#include "support/files.h"

namespace nodeheap::test {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::HasSubstr;
using testing::StartsWith;

Session Opened(const std::string& path) {
  Progress progress;
  auto session = Session::Open(path, {.threads = 1}, progress);
  if (!session) throw std::runtime_error(Describe(session.error()));
  if (!session->LoadGraph(progress)) throw std::runtime_error("no graph");
  return *std::move(session);
}
Session OpenedCore(const std::string& name) { return Opened(CorePath(name).string()); }

Report Ask(Session& session, Session* second, std::string_view name,
           const Arguments::Values& values) {
  const QueryInfo& query = *FindQuery(name);
  Progress progress;
  auto report = RunQuery(query, {.session = session,
                                 .second = second,
                                 .arguments = *Arguments::Parse(query, values),
                                 .progress = progress});
  if (!report) throw std::runtime_error(Describe(report.error()));
  return *std::move(report);
}

std::string CellText(const Table& table, size_t row, std::string_view key) {
  const auto field = std::ranges::find(table.fields, key, &Field::key);
  const Cell& cell = table.rows[row][static_cast<size_t>(field - table.fields.begin())];
  return std::holds_alternative<std::string>(cell) ? std::get<std::string>(cell) : "";
}
int64_t Signed(const Table& table, size_t row, std::string_view key) {
  const auto field = std::ranges::find(table.fields, key, &Field::key);
  return std::get<int64_t>(table.rows[row][static_cast<size_t>(field - table.fields.begin())]);
}
const Table& Named(const Report& report, std::string_view name) {
  return *std::ranges::find(report.tables, name, &Table::name);
}

// The objects that the first node called `name` refers to.
std::set<NodeId> TargetsOf(const HeapGraph& graph, const std::string& name) {
  std::set<NodeId> targets;
  for (uint32_t n = 0; n < graph.node_count(); ++n) {
    const NodeId node{n};
    if (graph.type(node) != NodeType::kSynthetic || graph.strings().Get(graph.name(node)) != name)
      continue;
    for (uint32_t e = graph.first_edge(node); e < graph.end_edge(node); ++e)
      targets.insert(graph.target(EdgeId{e}));
    break;
  }
  return targets;
}

// What `path` says of the roots of some objects that roots of this kind lead to.
std::vector<std::string> Reasons(Session& core, const std::string& kind) {
  constexpr size_t kEnough = 40;
  std::vector<std::string> reasons;
  for (const NodeId node : TargetsOf(core.graph(), kind)) {
    const std::string id = "@" + std::to_string(static_cast<uint64_t>(core.graph().id(node)));
    const Report report = Ask(core, nullptr, "path", {{"node", id}});
    const Table& roots = Named(report, "roots");
    for (size_t row = 0; row < roots.rows.size(); ++row)
      reasons.push_back(CellText(roots, row, "strength") + ", " + CellText(roots, row, "why"));
    if (reasons.size() >= kEnough) break;
  }
  return reasons;
}

TEST(RootReasons, NameTheFrameThatHoldsAnObject) {
  Session core = OpenedCore("stack-abort-node22");
  EXPECT_THAT(
      Reasons(core, "(Stack roots)"),
      Contains(AllOf(StartsWith("strong, stack of thread 23410, main, frame 5: thrower at "),
                     HasSubstr("stack.js"))));
}

TEST(RootReasons, TellStrongHandlesFromWeakOnes) {
  Session core = OpenedCore("leaking_class-abort-node26");
  const auto reasons = Reasons(core, "(Global handles)");
  EXPECT_THAT(reasons, Contains(StartsWith("strong, strong global handle: native code")));
  EXPECT_THAT(reasons, Contains(StartsWith("weak, weak global handle: native code")));
  EXPECT_THAT(Reasons(core, "(Eternal handles)"), Contains(StartsWith("strong, eternal handle")));
}

struct Comparison {
  std::string matched_by;
  int64_t leaked = 0;  // more LeakingClass objects
  size_t changed = 0;  // classes
};

Comparison Compared(Session before, Session after) {
  const Report report = Ask(before, &after, "diff", {{"limit", "0"}});
  const Table& classes = report.tables.front();
  Comparison comparison{.matched_by = CellText(Named(report, "totals"), 0, "matched_by"),
                        .changed = classes.rows.size()};
  for (size_t row = 0; row < classes.rows.size(); ++row)
    if (CellText(classes, row, "name") == "LeakingClass")
      comparison.leaked += Signed(classes, row, "delta");
  return comparison;
}

TEST(DiffOfCores, MatchesByAddressWithinAProcess) {
  const auto same =
      Compared(OpenedCore("leaking_class-abort-node22"), OpenedCore("leaking_class-abort-node22"));
  EXPECT_EQ(same.matched_by, "address");
  EXPECT_EQ(same.changed, 0U);
}

TEST(DiffOfCores, MatchesByClassAndSizeBetweenProcesses) {
  const auto other =
      Compared(OpenedCore("everything-abort-node22"), OpenedCore("leaking_class-abort-node22"));
  EXPECT_EQ(other.matched_by, "class and size");
  EXPECT_EQ(other.leaked, 3000);
  const auto snapshot =
      Compared(Opened(FixturePath("leaking_class-before-node22.heapsnapshot.zst")),
               OpenedCore("leaking_class-abort-node22"));
  EXPECT_EQ(snapshot.matched_by, "class and size");
  EXPECT_EQ(snapshot.leaked, 2000);
}

TEST(DiffOfCores, MatchesSnapshotsOfOneProcessByIds) {
  const auto snapshots =
      Compared(Opened(FixturePath("leaking_class-before-node22.heapsnapshot.zst")),
               Opened(FixturePath("leaking_class-after-node22.heapsnapshot.zst")));
  EXPECT_EQ(snapshots.matched_by, "id");
  EXPECT_EQ(snapshots.leaked, 2000);
}

}  // namespace
}  // namespace nodeheap::test
