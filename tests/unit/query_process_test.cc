// doctor, spaces and whatis: what they say of dumps, whole and broken.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "nodeheap/query.h"
#include "queries/doctor.h"
#include "queries/signals.h"
#include "session/process.h"
#include "support/files.h"

namespace nodeheap::test {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

const std::string kCore =
    std::string(NODEHEAP_SOURCE_DIR) + "/fixtures/cores/leaking_class-abort-node22.core.zst";
const std::string kSnapshot = FixturePath("leaking_class-after-node22.heapsnapshot.zst");

Session Opened(const std::string& path) {
  Progress progress;
  auto session = Session::Open(path, {.partial = true, .threads = 1}, progress);
  if (!session) throw std::runtime_error(Describe(session.error()));
  return *std::move(session);
}

Result<Report> Ask(Session& session, std::string_view name, const Arguments::Values& values = {}) {
  const QueryInfo& query = *FindQuery(name);
  NH_TRY(const Arguments arguments, Arguments::Parse(query, values));
  Progress progress;
  return RunQuery(
      query, {.session = session, .second = nullptr, .arguments = arguments, .progress = progress});
}

// Empty if the table has no such column.
Cell CellOf(const Table& table, size_t row, std::string_view key) {
  const auto field = std::ranges::find(table.fields, key, &Field::key);
  return field == table.fields.end()
             ? Cell{}
             : table.rows[row][static_cast<size_t>(field - table.fields.begin())];
}
std::string Text(const Table& table, std::string_view key, size_t row = 0) {
  const Cell cell = CellOf(table, row, key);
  return std::holds_alternative<std::string>(cell) ? std::get<std::string>(cell) : "";
}
uint64_t Number(const Table& table, std::string_view key, size_t row = 0) {
  return std::get<uint64_t>(CellOf(table, row, key));
}
const Table* FindTable(const Report& report, std::string_view name) {
  const auto table = std::ranges::find(report.tables, name, &Table::name);
  return table == report.tables.end() ? nullptr : &*table;
}

// The values of a row, as text shows it.
std::string Member(const Table& table, std::string_view edge) {
  for (size_t row = 0; row < table.rows.size(); ++row)
    if (Text(table, "edge", row) == edge) return Text(table, "shown", row);
  return {};
}

std::string FrameOf(Session& session, std::string_view function) {
  const auto report = Ask(session, "bt");
  const Table& frames = report->tables.front();
  for (size_t row = 0; row < frames.rows.size(); ++row)
    if (Text(frames, "function", row) == function)
      return std::to_string(Number(frames, "frame", row));
  return {};
}

TEST(Frame, HasReceiverArgumentsAndVariables) {
  Session session = Opened(kCore);
  const auto report = Ask(session, "frame", {{"frame", FrameOf(session, "respond")}});
  ASSERT_TRUE(report) << Describe(report.error());
  const Table& frame = report->tables.front();
  EXPECT_THAT(Text(frame, "name"), HasSubstr("respond at "));
  EXPECT_EQ(Member(frame, ".this"), "Object: Responder");
  EXPECT_THAT(Member(frame, ".function"), StartsWith("method: respond at"));
  EXPECT_EQ(Member(frame, ".arg1"), "Smi: 17");
  EXPECT_THAT(Member(frame, "->DeliberateError"), StartsWith("class: DeliberateError"));
  const auto innermost = Ask(session, "frame");
  ASSERT_TRUE(innermost);
  EXPECT_THAT(Text(innermost->tables.front(), "name"), StartsWith("inMap at "));
}

TEST(Frame, GivesNamesTheirMeaning) {
  Session session = Opened(kCore);
  const std::string number = FrameOf(session, "respond");
  const auto receiver = Ask(session, "inspect", {{"node", "this"}, {"frame", number}});
  ASSERT_TRUE(receiver) << Describe(receiver.error());
  EXPECT_EQ(Member(receiver->tables.front(), ".port"), "Smi: 8080");
  const auto argument = Ask(session, "print", {{"node", "arg1"}, {"frame", number}});
  ASSERT_TRUE(argument) << Describe(argument.error());
  EXPECT_EQ(Text(argument->tables.front(), "shown"), "Smi: 17");
  const auto nothing = Ask(session, "print", {{"node", "nothing"}, {"frame", number}});
  ASSERT_FALSE(nothing);
  EXPECT_THAT(nothing.error().message, HasSubstr("has no value called \"nothing\""));
  const auto native = Ask(session, "frame", {{"frame", "0"}});
  ASSERT_FALSE(native);
  EXPECT_THAT(native.error().message, HasSubstr("of no JavaScript function"));
  EXPECT_FALSE(Ask(session, "frame", {{"thread", "1"}}));
}

TEST(Instances, AreShownInFullIfAsked) {
  Session session = Opened(kCore);
  const auto report =
      Ask(session, "findjsinstances", {{"type", "LeakingClass"}, {"limit", "2"}, {"verbose", ""}});
  ASSERT_TRUE(report) << Describe(report.error());
  EXPECT_EQ(Text(report->tables.front(), "value"), "Object: LeakingClass");
  const Table* const objects = FindTable(*report, "object");
  ASSERT_NE(objects, nullptr);
  EXPECT_EQ(objects->rows.size(), 6U);  // two, each with name and age
  EXPECT_THAT(Member(*objects, ".name"), StartsWith("String: \"0."));
}

TEST(Constructor, IsTheClass) {
  Session session = Opened(kCore);
  for (const char* const name : {"LeakingClass", "LeakingSubclass"}) {
    const auto instances = Ask(session, "findjsinstances", {{"type", name}, {"limit", "1"}});
    ASSERT_TRUE(instances) << Describe(instances.error());
    const auto report = Ask(session, "constructor", {{"node", Text(instances->tables[0], "id")}});
    ASSERT_TRUE(report) << Describe(report.error());
    EXPECT_THAT(Text(report->tables.front(), "shown"),
                StartsWith(std::string("class: ") + name + " at "));
  }
}

TEST(Functions, AreCountedByDefinition) {
  Session session = Opened(kCore);
  const auto report = Ask(session, "functions", {{"script", "failure.js"}, {"name", "RESPOND"}});
  ASSERT_TRUE(report) << Describe(report.error());
  const Table& table = report->tables.front();
  ASSERT_FALSE(table.rows.empty());
  const size_t method = Text(table, "name", 0) == "respond" ? 0 : 1;
  EXPECT_EQ(Text(table, "name", method), "respond");
  EXPECT_EQ(Number(table, "closures", method), 1U);
  EXPECT_THAT(Text(table, "place", method), HasSubstr("failure.js:35:"));
}

TEST(Bt, TakesTheNumberOfFrames) {
  Session session = Opened(kCore);
  const uint64_t thread = Number(Ask(session, "bt")->tables.front(), "thread");
  const auto report = Ask(session, "bt", {{"count", "3"}, {"thread", std::to_string(thread)}});
  ASSERT_TRUE(report) << Describe(report.error());
  EXPECT_EQ(report->tables.front().rows.size(), 3U);
}

const std::string kEverything =
    std::string(NODEHEAP_SOURCE_DIR) + "/fixtures/cores/everything-abort-node22.core.zst";

TEST(FindJsObjects, FindsClassesByAProperty) {
  Session session = Opened(kEverything);
  const auto report = Ask(session, "findjsobjects", {{"property", "#secret"}});
  ASSERT_TRUE(report) << Describe(report.error());
  ASSERT_EQ(report->tables[0].rows.size(), 1U);
  EXPECT_EQ(Text(report->tables[0], "name"), "WithPrivate");
  EXPECT_EQ(Number(report->tables[0], "with_property"), 1U);
}

TEST(FindJsObjects, ShowsGarbageApart) {
  Session session = Opened(kEverything);
  const auto living = Ask(session, "findjsobjects", {{"limit", "0"}});
  const auto garbage = Ask(session, "findjsobjects", {{"limit", "0"}, {"unreachable", ""}});
  ASSERT_TRUE(living && garbage);
  uint64_t count = 0;
  for (size_t i = 0; i < garbage->tables[0].rows.size(); ++i)
    count += Number(garbage->tables[0], "instances", i);
  const auto entries = living->health.entries();
  const auto told = std::ranges::find(entries, "unreachable_objects", &HealthEntry::code);
  ASSERT_NE(told, entries.end());
  // Fillers of the classes that have no size are objects too.
  EXPECT_LE(count, told->count);
  EXPECT_GT(count, told->count / 2);
  Session snapshot = Opened(kSnapshot);
  EXPECT_FALSE(Ask(snapshot, "findjsobjects", {{"unreachable", ""}}));
}

TEST(FindJsObjects, CountsTheSameInstancesWithoutReferences) {
  Session session = Opened(kEverything);
  const auto whole = Ask(session, "findjsobjects", {{"limit", "0"}});
  const auto shallow = Ask(session, "findjsobjects", {{"limit", "0"}, {"shallow", ""}});
  ASSERT_TRUE(whole) << Describe(whole.error());
  ASSERT_TRUE(shallow) << Describe(shallow.error());
  const Table& table = shallow->tables[0];
  std::map<std::string, uint64_t> instances;
  for (size_t i = 0; i < table.rows.size(); ++i) {
    instances[Text(table, "name", i)] += Number(table, "instances", i);
    if (i == 0) continue;
    EXPECT_LE(Number(table, "self_size", i), Number(table, "self_size", i - 1));
  }
  size_t compared = 0;
  for (size_t i = 0; i < whole->tables[0].rows.size(); ++i) {
    const std::string name = Text(whole->tables[0], "name", i);
    // Plain objects are not told apart, and V8's own are named by those that refer to them.
    if (!name.starts_with('W')) continue;
    EXPECT_EQ(instances[name], Number(whole->tables[0], "instances", i)) << name;
    ++compared;
  }
  EXPECT_GT(compared, 5U);  // WeakMap, WithPrivate, ...
}

TEST(FindJsObjects, RefusesWhatTakesReferencesWhenShallow) {
  Session core = Opened(kCore);
  for (const char* const other : {"detailed", "unreachable"})
    EXPECT_FALSE(Ask(core, "findjsobjects", {{"shallow", ""}, {other, ""}})) << other;
  EXPECT_FALSE(Ask(core, "findjsobjects", {{"shallow", ""}, {"property", "age"}}));
  for (const char* const key : {"retained_size", "distance"})
    EXPECT_FALSE(Ask(core, "findjsobjects", {{"shallow", ""}, {"sort", key}})) << key;
  EXPECT_TRUE(Ask(core, "findjsobjects", {{"shallow", ""}, {"sort", "name"}}));
  Session snapshot = Opened(kSnapshot);
  EXPECT_FALSE(Ask(snapshot, "findjsobjects", {{"shallow", ""}}));
}

TEST(FindJsInstances, FindsObjectsByTheValueOfAProperty) {
  Session session = Opened(kEverything);
  const auto count = [&](const std::string& where) {
    const auto report = Ask(session, "findjsinstances", {{"type", "Base"}, {"where", where}});
    return report ? report->tables[0].total : 999;
  };
  EXPECT_EQ(count("name=base 3"), 1U);
  EXPECT_EQ(count("index=3"), 1U);  // a small integer, which is no node
  EXPECT_EQ(count("index=300"), 0U);
  EXPECT_EQ(count("absent=3"), 0U);
  EXPECT_EQ(count("no condition"), 999U);
  Session snapshot = Opened(kSnapshot);
  const auto all = Ask(snapshot, "findjsinstances", {{"type", "LeakingClass"}, {"limit", "1"}});
  ASSERT_TRUE(all);
  const auto none =
      Ask(snapshot, "findjsinstances", {{"type", "LeakingClass"}, {"where", "name=nobody"}});
  ASSERT_TRUE(none);
  EXPECT_EQ(none->tables[0].total, 0U);
}

TEST(Inspect, SortsMembersOfACore) {
  Session session = Opened(kEverything);
  const auto root = Ask(session, "findjsinstances", {{"type", "TruthRoot"}});
  ASSERT_TRUE(root);
  const std::string id = Text(root->tables[0], "id");
  const auto report =
      Ask(session, "inspect", {{"node", id}, {"sort", "self_size"}, {"limit", "5"}});
  ASSERT_TRUE(report) << Describe(report.error());
  const Table& table = report->tables[0];
  ASSERT_EQ(table.rows.size(), 6U);
  for (size_t row = 2; row < table.rows.size(); ++row)
    EXPECT_LE(Number(table, "self_size", row), Number(table, "self_size", row - 1));
}

TEST(FindRefs, CountsTheWeakReferencesItLeavesOut) {
  Session session = Opened(kEverything);
  const auto refs = Ask(session, "findjsinstances", {{"type", "WeakRef"}, {"limit", "1"}});
  ASSERT_TRUE(refs);
  const auto inside = Ask(session, "inspect", {{"node", Text(refs->tables[0], "id")}});
  ASSERT_TRUE(inside);
  ASSERT_EQ(Text(inside->tables[0], "edge", 1), "{target}");
  const Arguments::Values target = {{"node", Text(inside->tables[0], "id", 1)}};
  const auto strong = Ask(session, "findrefs", target);
  ASSERT_TRUE(strong);
  EXPECT_THAT(strong->tables[0].note, HasSubstr("--weak"));
  auto with_weak = target;
  with_weak["weak"] = "";
  const auto weak = Ask(session, "findrefs", with_weak);
  ASSERT_TRUE(weak);
  EXPECT_GT(weak->tables[0].total, strong->tables[0].total);
}

TEST(Doctor, TellsWhatACoreIs) {
  Session session = Opened(kCore);
  const auto report = Ask(session, "doctor");
  ASSERT_TRUE(report) << Describe(report.error());
  const Table& dump = report->tables.front();
  EXPECT_EQ(Text(dump, "confidence"), "high");
  EXPECT_EQ(Text(dump, "node_version"), "22.23.3");
  EXPECT_THAT(Text(dump, "v8_version"), StartsWith("12.4.254."));
  EXPECT_THAT(Text(dump, "signal"), StartsWith("SIG"));
  EXPECT_EQ(Text(dump, "build_id"), "a9b42ba41811e1291145304b7c278c5d3fbaca71");
  EXPECT_GT(Number(dump, "objects"), 50'000U);
  EXPECT_TRUE(report->health.complete());
  ASSERT_NE(FindTable(*report, "threads"), nullptr);
  EXPECT_EQ(Text(*FindTable(*report, "threads"), "role"), "main");
  ASSERT_NE(FindTable(*report, "advice"), nullptr);
  EXPECT_THAT(Text(*FindTable(*report, "advice"), "text"), HasSubstr("--exe"));
}

TEST(Doctor, TrustsATruncatedCoreLittle) {
  const std::string core = ReadZstdFile(kCore);
  const TempFile file(std::string_view(core).substr(0, core.size() / 2));
  Session session = Opened(file.path());
  const auto report = Ask(session, "doctor");
  ASSERT_TRUE(report) << Describe(report.error());
  EXPECT_EQ(Text(report->tables.front(), "confidence"), "low");
  EXPECT_THAT(Text(report->tables.front(), "missing"), HasSubstr("the file ends early"));
  EXPECT_FALSE(report->health.complete());
  EXPECT_THAT(Text(*FindTable(*report, "advice"), "text"), HasSubstr("ulimit -c"));
}

TEST(Doctor, TellsWhatASnapshotIs) {
  Session session = Opened(kSnapshot);
  const auto report = Ask(session, "doctor");
  ASSERT_TRUE(report) << Describe(report.error());
  const Table& dump = report->tables.front();
  EXPECT_EQ(Text(dump, "confidence"), "high");
  EXPECT_EQ(Text(dump, "kind"), "heap snapshot of V8");
  EXPECT_EQ(Text(dump, "node_version"), "v22.23.3");
  EXPECT_EQ(Number(dump, "nodes"), session.graph().node_count());
}

TEST(Doctor, JudgesByItsRules) {
  EXPECT_EQ(Judge({.bytes = 100'000, .unparsed = 100}, true, true), Confidence::kHigh);
  EXPECT_EQ(Judge({.bytes = 100'000, .unparsed = 101}, true, true), Confidence::kMedium);
  EXPECT_EQ(Judge({.bytes = 100'000, .unparsed = 0}, true, false), Confidence::kMedium);
  EXPECT_EQ(Judge({.bytes = 100'000, .unparsed = 1001}, true, true), Confidence::kLow);
  EXPECT_EQ(Judge({.bytes = 100'000, .unparsed = 0}, false, true), Confidence::kLow);
  EXPECT_EQ(Judge({.bytes = 0, .unparsed = 0}, true, true), Confidence::kLow);
}

TEST(Doctor, ExplainsSignals) {
  const auto describe = [](const SignalInfo& signal) { return DescribeSignal(signal, 42); };
  EXPECT_THAT(describe({}), StartsWith("none"));
  EXPECT_EQ(describe({.number = 11, .code = 1, .address = 16}),
            "SIGSEGV: invalid memory access, at 0x10");
  EXPECT_THAT(describe({.number = 5, .code = 128}), testing::Not(HasSubstr("0x")));
  EXPECT_THAT(describe({.number = 6, .sender = 77}), testing::EndsWith("sent by process 77"));
  EXPECT_THAT(describe({.number = 6, .sender = 42}), testing::EndsWith("sent by itself"));
  EXPECT_EQ(describe({.number = 64}), "signal 64");
}

TEST(Spaces, AddUpToTheIsolates) {
  Session session = Opened(kCore);
  const auto report = Ask(session, "spaces");
  ASSERT_TRUE(report) << Describe(report.error());
  const Table& spaces = report->tables.front();
  const Table& isolates = *FindTable(*report, "isolates");
  for (const std::string_view column : {"pages", "size", "used", "free", "unparsed"}) {
    SCOPED_TRACE(column);
    uint64_t by_space = 0;
    uint64_t by_isolate = 0;
    for (size_t i = 0; i < spaces.rows.size(); ++i) by_space += Number(spaces, column, i);
    for (size_t i = 0; i < isolates.rows.size(); ++i) by_isolate += Number(isolates, column, i);
    EXPECT_EQ(by_space, by_isolate);
    EXPECT_GE(Number(spaces, "size", 0), Number(spaces, "used", 0));
  }
}

TEST(Spaces, AreSorted) {
  Session session = Opened(kCore);
  const auto report = Ask(session, "spaces", {{"sort", "used"}, {"limit", "2"}});
  ASSERT_TRUE(report) << Describe(report.error());
  const Table& spaces = report->tables.front();
  ASSERT_EQ(spaces.rows.size(), 2U);
  EXPECT_GT(spaces.total, 2U);
  EXPECT_GE(Number(spaces, "used", 0), Number(spaces, "used", 1));
}

TEST(Spaces, AreNotInSnapshots) {
  Session session = Opened(kSnapshot);
  const auto report = Ask(session, "spaces");
  ASSERT_FALSE(report);
  EXPECT_THAT(Describe(report.error()), HasSubstr("is a heap snapshot"));
}

class WhatIs : public testing::Test {
 protected:
  WhatIs() : session_(Opened(kCore)) {}

  Table Of(uint64_t address) {
    auto report = Ask(session_, "whatis", {{"address", fmt::format("0x{:x}", address)}});
    if (!report) throw std::runtime_error(Describe(report.error()));
    return report->tables.front();
  }
  Process& process() { return *session_.process(); }

  Session session_;
};

TEST_F(WhatIs, FindsTheObjectAroundAnAddress) {
  Progress progress;
  const v8::Heap& heap = **process().WalkedHeap(progress);
  const v8::ObjectIndex object{heap.object_count() / 2};
  const uint64_t start = heap.address(object);
  const Table table = Of(start + heap.size(object) - 1);
  EXPECT_EQ(Text(table, "what"), "an object in V8's heap");
  EXPECT_EQ(Text(table, "start"), fmt::format("0x{:x}", start));
  EXPECT_EQ(Number(table, "size"), heap.size(object));
  EXPECT_EQ(Number(table, "offset"), heap.size(object) - 1);
  EXPECT_NE(Text(table, "type"), "");
  EXPECT_NE(Text(table, "space"), "");
}

TEST_F(WhatIs, TellsPagesStacksAndNothing) {
  const v8::Page& page = process().runtime().pages().all().back();
  EXPECT_THAT(Text(Of(page.address), "what"), HasSubstr("header of a page"));
  const ThreadState& thread = process().core().threads().front();
  EXPECT_EQ(Text(Of(thread.sp), "what"), fmt::format("the stack of thread {}, main", thread.id));
  EXPECT_EQ(Text(Of(8), "what"), "nothing that is in this core");
  const MappedFile& file = process().core().files().front();
  EXPECT_THAT(Text(Of(file.start), "file"), StartsWith(file.path));
}

TEST_F(WhatIs, RefusesWhatIsNoAddress) {
  const auto report = Ask(session_, "whatis", {{"address", "@12"}});
  ASSERT_FALSE(report);
  EXPECT_THAT(Describe(report.error()), HasSubstr("\"@12\" is no address"));
}

}  // namespace
}  // namespace nodeheap::test
