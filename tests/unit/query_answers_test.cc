// What queries answer about small heaps that are made for the question.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <stdexcept>
#include <string>

#include "nodeheap/nodeheap.h"
#include "support/files.h"
#include "support/memory_file.h"
#include "support/snapshot_builder.h"

namespace nodeheap {
namespace {

using test::NodeSpec;
using test::SnapshotBuilder;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

Session SessionOf(const std::string& text, bool partial = false) {
  const test::MemoryFile file(text);
  Progress progress;
  auto session = Session::Open(file.path(), {.partial = partial, .threads = 1}, progress);
  if (!session) throw std::runtime_error(Describe(session.error()));
  return *std::move(session);
}

Report Ask(const std::string& name, Session& session, const Arguments::Values& values = {},
           Session* second = nullptr) {
  const QueryInfo& query = *FindQuery(name);
  const auto arguments = Arguments::Parse(query, values);
  if (!arguments) throw std::runtime_error(Describe(arguments.error()));
  Progress progress;
  auto report = RunQuery(
      query, {.session = session, .second = second, .arguments = *arguments, .progress = progress});
  if (!report) throw std::runtime_error(Describe(report.error()));
  return *std::move(report);
}

std::string Rendered(const std::string& format, const Report& report) {
  return FindFormat(format)->render(report, {}).value();
}

Cell At(const Table& table, size_t row, const std::string& key) {
  for (size_t i = 0; i < table.fields.size(); ++i)
    if (table.fields[i].key == key) return table.rows.at(row).at(i);
  throw std::runtime_error("no column " + key);
}

std::string Id(const SnapshotBuilder& heap, const std::string& key) {
  return "@" + std::to_string(2 * heap.Position(key) + 1);
}

// A user root that holds an array, of whose elements nobody else knows.
SnapshotBuilder WithArray() {
  SnapshotBuilder heap;
  heap.Child("root", "global", {.size = 8})
      .Child("global", "list", {.name = "Array", .size = 16})
      .Node("store", {.type = "array", .name = "(object elements)", .size = 1000})
      .Edge("list", "internal", "elements", "store");
  return heap;
}

TEST(SelfSize, IsDevToolsEverywhere) {
  const SnapshotBuilder heap = WithArray();
  const std::string id = Id(heap, "list");
  for (const std::string name : {"inspect", "print", "path", "dominators", "containment"}) {
    SCOPED_TRACE(name);
    Session session = SessionOf(heap.Text());
    const Report report = Ask(name, session, {{"node", id}});
    const size_t row = name == "path" ? report.tables[0].rows.size() - 1 : 0;
    EXPECT_EQ(At(report.tables[0], row, "self_size"), Cell{uint64_t{1016}});
  }
  Session session = SessionOf(heap.Text());
  const Report refs = Ask("findrefs", session, {{"node", Id(heap, "store")}});
  EXPECT_EQ(At(refs.tables[0], 0, "self_size"), Cell{uint64_t{1016}});
}

TEST(SelfSize, OfTypesAddsUpToTheTotal) {
  test::Layout layout;
  layout.extra_native_bytes = 500;
  SnapshotBuilder heap(layout);
  heap.Child("root", "global", {.size = 1000})
      .Child("global", "s", {.type = "string", .size = 500});
  Session session = SessionOf(heap.Text());
  const Report report = Ask("stats", session);
  EXPECT_EQ(At(report.tables[0], 0, "self_size"), Cell{uint64_t{2000}});
  EXPECT_EQ(At(report.tables[1], 0, "share"), Cell{0.5});
  EXPECT_EQ(At(report.tables[1], 1, "share"), Cell{0.25});
}

TEST(Path, OfGarbageSaysSo) {
  SnapshotBuilder heap = WithArray();
  heap.Node("lost", {.size = 8});
  Session session = SessionOf(heap.Text());
  const Report report = Ask("path", session, {{"node", Id(heap, "lost")}});
  ASSERT_EQ(report.notes.size(), 1U);
  EXPECT_THAT(report.notes[0], HasSubstr("it was garbage"));
  EXPECT_THAT(Rendered("text", report), StartsWith("Nothing holds " + Id(heap, "lost")));
}

TEST(Path, OfTheRootSaysSo) {
  Session session = SessionOf(WithArray().Text());
  const Report report = Ask("path", session, {{"node", "@1"}});
  EXPECT_THAT(Rendered("text", report), StartsWith("This is the root itself"));
}

// root → global → n0 → n1 → … → n197: 199 steps.
SnapshotBuilder WithChain() {
  SnapshotBuilder heap;
  heap.Child("root", "global", {.size = 8});
  std::string last = "global";
  for (int i = 0; i < 198; ++i) {
    const std::string next = "n" + std::to_string(i);
    heap.Child(last, next, {.size = 8});
    last = next;
  }
  return heap;
}

TEST(Path, ThatIsLongShowsItsEnds) {
  const SnapshotBuilder heap = WithChain();
  Session session = SessionOf(heap.Text());
  const Report report = Ask("path", session, {{"node", Id(heap, "n197")}});
  const Table& table = report.tables[0];
  EXPECT_EQ(table.total, 199U);
  ASSERT_EQ(table.rows.size(), 50U);
  EXPECT_EQ(At(table, 24, "edge"), Cell{".n23"});
  EXPECT_EQ(At(table, 25, "edge"), Cell{".n173"});
  EXPECT_EQ(At(table, 49, "edge"), Cell{".n197"});
  EXPECT_EQ(table.depths[49], 198U);
  EXPECT_THAT(Rendered("text", report), HasSubstr("… 149 more …"));
}

TEST(Path, IsPagedOnRequest) {
  const SnapshotBuilder heap = WithChain();
  Session session = SessionOf(heap.Text());
  const auto path = [&](Arguments::Values values) {
    values.emplace("node", Id(heap, "n197"));
    return Ask("path", session, values);
  };
  EXPECT_EQ(path({{"limit", "0"}}).tables[0].rows.size(), 199U);
  const Report page = path({{"limit", "3"}, {"offset", "10"}});
  ASSERT_EQ(page.tables[0].rows.size(), 3U);
  EXPECT_EQ(page.tables[0].offset, 10U);
  EXPECT_EQ(At(page.tables[0], 0, "edge"), Cell{".n9"});
  EXPECT_THAT(Rendered("text", page), HasSubstr("Showing 11 to 13 of 199"));
  EXPECT_TRUE(path({{"offset", "500"}}).tables[0].rows.empty());
}

TEST(Path, InAnIncompleteDumpMayBeMissing) {
  const SnapshotBuilder heap = WithArray();
  const std::string text = heap.Text();
  const std::string cut = text.substr(0, text.find("\"edges\":[") + 9);
  Session session = SessionOf(cut, true);
  ASSERT_FALSE(session.graph().health().complete());
  const Report report = Ask("path", session, {{"node", Id(heap, "list")}});
  ASSERT_EQ(report.notes.size(), 1U);
  EXPECT_THAT(report.notes[0], HasSubstr("the dump is incomplete"));
  EXPECT_THAT(report.notes[0], Not(HasSubstr("it was garbage")));
}

TEST(Edges, AreRawForMachinesAndEscapedForPeople) {
  const std::string name = "line\\n" + std::string(100, 'x');  // as JSON has it
  SnapshotBuilder heap;
  heap.Child("root", "global", {.size = 8}).Node("a", {.size = 8});
  heap.Edge("global", "property", "placeholder", "a");
  Session session = SessionOf(test::Replaced(heap.Text(), "placeholder", name));
  const Report report = Ask("containment", session, {{"node", Id(heap, "global")}});
  const std::string raw = "[\"line\n" + std::string(100, 'x') + "\"]";
  EXPECT_EQ(At(report.tables[0], 1, "edge"), Cell{raw});
  EXPECT_THAT(Rendered("json", report), HasSubstr("[\\\"line\\nxxx"));
  EXPECT_THAT(Rendered("text", report), HasSubstr("[\"line\\nxxx"));
  EXPECT_THAT(Rendered("text", report), Not(HasSubstr(std::string(100, 'x'))));
}

TEST(Remarks, AreNoRows) {
  SnapshotBuilder heap;
  heap.Child("root", "global", {.size = 8});
  for (int i = 0; i < 30; ++i) heap.Child("global", "p" + std::to_string(i), {.size = 8});
  for (const std::string name : {"inspect", "containment"}) {
    SCOPED_TRACE(name);
    Session session = SessionOf(heap.Text());
    const Report report =
        Ask(name, session, {{"node", Id(heap, "global")}, {"length", "10"}, {"depth", "1"}});
    EXPECT_EQ(report.tables[0].rows.size(), 11U);
    EXPECT_EQ(report.tables[0].total, 31U);
    EXPECT_THAT(Rendered("text", report), HasSubstr("… 20 more"));
    EXPECT_THAT(Rendered("md", report), HasSubstr("… 20 more"));
    for (const std::string format : {"json", "ndjson", "csv"})
      EXPECT_THAT(Rendered(format, report), Not(HasSubstr("more")));
  }
}

// The names of the rows below the first.
std::string Names(const Table& table) {
  std::string names;
  for (size_t row = 1; row < table.rows.size(); ++row)
    names += std::get<std::string>(At(table, row, "name")) + ' ';
  return names;
}

// Objects a to d, of self sizes 1 to 4, of which a keeps 100 bytes more.
SnapshotBuilder WithFour() {
  SnapshotBuilder heap;
  heap.Child("root", "global", {.size = 8});
  uint64_t size = 0;
  for (const std::string key : {"a", "b", "c", "d"}) heap.Child("global", key, {.size = ++size});
  return heap.Child("a", "below", {.size = 100});
}

TEST(Trees, AreSortedAndPaged) {
  const SnapshotBuilder heap = WithFour();
  for (const std::string name : {"dominators", "containment"}) {
    SCOPED_TRACE(name);
    Session session = SessionOf(heap.Text());
    const auto names = [&](Arguments::Values values) {
      values.insert({{"node", Id(heap, "global")}, {"depth", "1"}});
      if (name == "dominators") values.emplace("min-share", "0");
      return Names(Ask(name, session, values).tables[0]);
    };
    EXPECT_EQ(names({}), "a d c b ");
    EXPECT_EQ(names({{"sort", "self_size"}}), "d c b a ");
    EXPECT_EQ(names({{"sort", "self_size:asc"}}), "a b c d ");
    EXPECT_EQ(names({{"limit", "3"}}), "a d ");
    EXPECT_EQ(names({{"offset", "1"}}), "d c b ") << "a is the first";
    EXPECT_EQ(names({{"offset", "2"}, {"limit", "2"}}), "c ");
  }
}

TEST(Trees, SayWhichRowsTheyShow) {
  const SnapshotBuilder heap = WithFour();
  Session session = SessionOf(heap.Text());
  const Report report = Ask("containment", session, {{"limit", "2"}, {"offset", "1"}});
  EXPECT_EQ(report.tables[0].offset, 1U);
  EXPECT_EQ(report.tables[0].rows.size(), 2U);
  EXPECT_THAT(Rendered("text", report), HasSubstr("The tree goes on"));
  EXPECT_THAT(Rendered("text", report), HasSubstr("Showing 2 to 3 of "));
}

TEST(FindRefs, PagesAndSortsItsTree) {
  SnapshotBuilder heap = WithFour();
  heap.Node("held", {.size = 8});
  for (const std::string key : {"a", "b", "c", "d"}) heap.Edge(key, "property", "x", "held");
  Session session = SessionOf(heap.Text());
  const auto names = [&](Arguments::Values values) {
    values.insert({{"node", Id(heap, "held")}, {"recursive", ""}, {"depth", "1"}});
    return Names(Ask("findrefs", session, values).tables[0]);
  };
  EXPECT_EQ(names({}), "a b c ");
  EXPECT_EQ(names({{"sort", "self_size"}, {"length", "0"}}), "d c b a ");
  EXPECT_EQ(names({{"sort", "id:desc"}, {"offset", "1"}}), "c b ") << "d is the first";
}

TEST(Inspect, PagesTheProperties) {
  const SnapshotBuilder heap = WithFour();
  Session session = SessionOf(heap.Text());
  const auto inspect = [&](Arguments::Values values) {
    values.emplace("node", Id(heap, "global"));
    return Ask("inspect", session, values);
  };
  EXPECT_EQ(Names(inspect({{"limit", "2"}}).tables[0]), "a b ");
  EXPECT_EQ(Names(inspect({{"sort", "self_size"}}).tables[0]), "d c b a ");
  EXPECT_EQ(Names(inspect({{"sort", "position:desc"}}).tables[0]), "d c b a ");
  const Report report = inspect({{"limit", "2"}, {"offset", "1"}});
  EXPECT_EQ(Names(report.tables[0]), "b c ");
  EXPECT_EQ(report.tables[0].offset, 1U);
  EXPECT_EQ(report.tables[0].total, 5U);
  EXPECT_THAT(Rendered("text", report), HasSubstr("… 1 before"));
  EXPECT_THAT(Rendered("text", report), HasSubstr("… 1 more"));
}

TEST(Stats, PageAndSortTheTypes) {
  const SnapshotBuilder heap = WithFour();
  Session session = SessionOf(heap.Text());
  const Report report = Ask("stats", session, {{"limit", "1"}, {"sort", "type"}});
  EXPECT_EQ(report.tables[0].rows.size(), 1U);
  ASSERT_EQ(report.tables[1].rows.size(), 1U);
  EXPECT_EQ(At(report.tables[1], 0, "type"), Cell{"object"});
  EXPECT_EQ(report.tables[1].total, 2U);
}

TEST(Analyze, PagesItsParts) {
  const SnapshotBuilder heap = WithFour();
  Session session = SessionOf(heap.Text());
  const auto classes = [&](const Arguments::Values& values) {
    return Ask("analyze", session, values).tables[4];
  };
  EXPECT_EQ(classes({{"limit", "0"}}).rows.size(), 6U);
  EXPECT_EQ(classes({}).rows.size(), 5U);
  EXPECT_EQ(classes({{"limit", "2"}}).rows.size(), 2U);
  EXPECT_EQ(classes({{"offset", "4"}}).rows.size(), 2U);
  EXPECT_EQ(classes({}).total, 6U);
}

// Cancels once it was asked as often as it may be.
class CancelAfter : public Progress {
 public:
  explicit CancelAfter(int asked) : left_(asked) {}
  bool cancelled() const override { return left_-- <= 0; }

 private:
  mutable std::atomic<int> left_;
};

// Each asks several times, and at whichever time it is cancelled, that ends it.
TEST(Queries, NoticeCancellation) {
  const SnapshotBuilder heap = WithFour();
  const std::string id = Id(heap, "a");
  const std::pair<std::string, Arguments::Values> cases[] = {
      {"analyze", {}},
      {"findjsobjects", {}},
      {"findjsobjects", {{"detailed", ""}}},
      {"findjsinstances", {{"type", "a"}}},
      {"findrefs", {{"node", id}}},
      {"findrefs", {{"node", id}, {"recursive", ""}}},
      {"findrefs", {{"name", "a"}}},
      {"findrefs", {{"string", "a"}}},
      {"path", {{"node", id}}},
      {"dominators", {}},
      {"containment", {}},
      {"strings", {}},
      {"strings", {{"duplicates", ""}}},
      {"stats", {}},
      {"diff", {}}};
  for (const auto& [name, values] : cases) {
    SCOPED_TRACE(name);
    const QueryInfo& query = *FindQuery(name);
    const auto arguments = Arguments::Parse(query, values);
    ASSERT_TRUE(arguments);
    Session session = SessionOf(heap.Text());
    Session second = SessionOf(heap.Text());
    // Analyses are not what is tested here.
    ASSERT_TRUE(Ask(name, session, values, &second).notes.size() < 9);
    int asked = 0;
    for (;; ++asked) {
      CancelAfter progress(asked);
      const auto report = RunQuery(
          query,
          {.session = session, .second = &second, .arguments = *arguments, .progress = progress});
      if (report) break;
      ASSERT_EQ(report.error().code, ErrorCode::kCancelled);
    }
    EXPECT_GE(asked, 1);
  }
}

TEST(NextCommands, NameFilesThatLookLikeOptions) {
  Progress progress;
  auto graph = test::LoadText(WithFour().Text());
  ASSERT_TRUE(graph);
  Session session(*std::move(graph), {.path = "-a.heapsnapshot", .kind = "heapsnapshot"});
  const Report report = Ask("findjsinstances", session, {{"type", "a"}});
  EXPECT_THAT(report.next.at(0), StartsWith("nodeheap inspect ./-a.heapsnapshot @"));
}

// Two classes of one name that stand in different places, and one that stands alone.
SnapshotBuilder WithNamesakes() {
  SnapshotBuilder heap;
  heap.Child("root", "global", {.size = 8});
  for (const std::string key : {"m1", "m2"})
    heap.Child("global", key, {.name = "Module", .size = 24});
  heap.Child("global", "o", {.name = "Other", .size = 24});
  heap.Locate("m1", 71, 11, 4).Locate("m2", 72, 0, 0).Locate("o", 72, 9, 9);
  return heap;
}

TEST(FindJsObjects, TellsNamesakesApart) {
  Session session = SessionOf(WithNamesakes().Text());
  for (const Arguments::Values& values : {Arguments::Values{}, {{"detailed", ""}}}) {
    const Report report = Ask("findjsobjects", session, values);
    EXPECT_THAT(Rendered("text", report), HasSubstr("Module  (script 71:12:5)"));
    EXPECT_THAT(Rendered("text", report), Not(HasSubstr("Other  (")));
    EXPECT_THAT(Rendered("csv", report), HasSubstr(",\"script 71:12:5\",Module"));
  }
}

TEST(Diff, TellsNamesakesApart) {
  SnapshotBuilder heap;
  heap.Child("root", "global", {.size = 8}).Child("global", "f", {.name = "Foo", .id = 1001});
  heap.Locate("f", 72, 1, 1);
  Session before = SessionOf(heap.Text());
  Session after = SessionOf(WithNamesakes().Text());
  const Report report = Ask("diff", before, {}, &after);
  EXPECT_THAT(Rendered("text", report), HasSubstr("Module  (script 71:12:5)"));
  EXPECT_THAT(Rendered("csv", report), HasSubstr(",\"script 71:12:5\",Module\r\n"));
  EXPECT_THAT(Rendered("memwatch", report), HasSubstr("\"what\": \"Module\""));
}

// As those of a core.
TEST(Diff, ComparesClassesWithoutLocationsByName) {
  SnapshotBuilder heap;
  heap.Child("root", "global", {.size = 8});
  for (const std::string key : {"m1", "m2"})
    heap.Child("global", key, {.name = "Module", .size = 24});
  Session unlocated = SessionOf(heap.Text());
  Session located = SessionOf(WithNamesakes().Text());
  const Report report = Ask("diff", unlocated, {}, &located);
  EXPECT_THAT(Rendered("csv", report), Not(HasSubstr("Module")));
  EXPECT_THAT(Rendered("csv", report), HasSubstr("Other"));
}

TEST(FindJsObjects, KnowsOneDistanceOfAClass) {
  SnapshotBuilder heap;
  heap.Child("root", "global", {.size = 8}).Child("global", "a", {.name = "Foo", .size = 8});
  heap.Node("unreached", {.name = "Foo", .size = 8});
  Session session = SessionOf(heap.Text());
  for (const Arguments::Values& values :
       {Arguments::Values{{"name", "Foo"}}, {{"name", "Foo"}, {"detailed", ""}}}) {
    const Report report = Ask("findjsobjects", session, values);
    EXPECT_EQ(At(report.tables[0], 0, "distance"), Cell{});
  }
}

TEST(Diff, TotalsHaveNativeMemory) {
  test::Layout layout;
  layout.extra_native_bytes = 500;
  SnapshotBuilder heap(layout);
  heap.Child("root", "global", {.size = 8});
  Session before = SessionOf(heap.Text());
  Session after = SessionOf(heap.Text());
  EXPECT_EQ(At(Ask("diff", before, {}, &after).tables[1], 0, "after_size"), Cell{uint64_t{508}});
}

TEST(Diff, NoticesDifferentProcesses) {
  const auto heap_from = [](uint64_t first_id) {
    SnapshotBuilder heap;
    heap.Child("root", "global", {.size = 8, .id = first_id});
    for (uint64_t i = 1; i < 10; ++i)
      heap.Child("global", "p" + std::to_string(i), {.size = 8, .id = first_id + 2 * i});
    return heap.Text();
  };
  Session before = SessionOf(heap_from(101));
  Session later = SessionOf(heap_from(101));
  Session other = SessionOf(heap_from(103));
  EXPECT_TRUE(Ask("diff", before, {}, &later).notes.empty());
  const Report report = Ask("diff", before, {}, &other);
  ASSERT_EQ(report.notes.size(), 1U);
  EXPECT_THAT(report.notes[0], HasSubstr("different processes"));
}

TEST(Analyze, SaysFirstThatADumpIsIncomplete) {
  const std::string text = WithArray().Text();
  Session session = SessionOf(text.substr(0, text.find("\"strings\"") + 15), true);
  const std::string answer = Rendered("text", Ask("analyze", session));
  EXPECT_THAT(answer.substr(0, 200), HasSubstr("INCOMPLETE: 1 kind of loss,"));
}

// global.cache is an array of so many objects of 2000 bytes.
SnapshotBuilder WithCache(int items) {
  SnapshotBuilder heap;
  heap.Child("root", "global", {.name = "global", .size = 8})
      .Child("global", "cache", {.name = "Array", .size = 16});
  for (int i = 0; i < items; ++i) {
    const std::string item = "item" + std::to_string(i);
    heap.Node(item, {.name = "Item", .size = 2000})
        .Edge("cache", "element", std::to_string(i), item);
  }
  return heap;
}

TEST(Growth, ShowsWhatHoldsNewObjects) {
  Session small = SessionOf(WithCache(20).Text());
  Session large = SessionOf(WithCache(200).Text());
  const Table growth = Ask("diff", small, {}, &large).tables[2];
  EXPECT_EQ(growth.name, "growth");
  ASSERT_EQ(growth.rows.size(), 1U);
  EXPECT_EQ(At(growth, 0, "name"), Cell{std::string("Item")});
  EXPECT_EQ(At(growth, 0, "delta"), Cell{int64_t{180}});
  EXPECT_EQ(At(growth, 0, "size_delta"), Cell{int64_t{360'000}});
  EXPECT_THAT(std::get<std::string>(At(growth, 0, "path")), HasSubstr("[110]"));
  const Table shrunk = Ask("diff", large, {}, &small).tables[2];
  EXPECT_TRUE(shrunk.rows.empty());
  EXPECT_TRUE(shrunk.machine_only);
  const Table other = Ask("diff", small, {{"name", "Other"}}, &large).tables[2];
  EXPECT_TRUE(other.rows.empty());
}

TEST(NewSuspects, AreThoseWithoutAFingerprintBefore) {
  Session small = SessionOf(WithCache(20).Text());
  Session large = SessionOf(WithCache(200).Text());
  Session larger = SessionOf(WithCache(300).Text());
  const Table added = Ask("diff", small, {}, &large).tables[3];
  EXPECT_EQ(added.name, "new_suspects");
  ASSERT_EQ(added.rows.size(), 1U);
  EXPECT_EQ(At(added, 0, "class"), Cell{std::string("Item")});
  const Table known = Ask("diff", large, {}, &larger).tables[3];
  EXPECT_TRUE(known.rows.empty());
  EXPECT_TRUE(known.machine_only);
}

}  // namespace
}  // namespace nodeheap
