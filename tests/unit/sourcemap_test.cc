// Source maps: their format, good and bad, and which map belongs to which script.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "nodeheap/query.h"
#include "sourcemap/source_maps.h"
#include "support/files.h"

namespace nodeheap::test {
namespace {

using testing::Contains;
using testing::EndsWith;
using testing::HasSubstr;

std::string Map(std::string_view mappings, std::string_view more = "") {
  return R"({"version": 3, "sources": ["a.ts", "b.ts"], "names": ["x"])" + std::string(more) +
         R"(, "mappings": ")" + std::string(mappings) + "\"}";
}

std::string At(const SourceMap& map, uint32_t line, uint32_t column) {
  const auto place = map.Find(line, column);
  if (!place) return "-";
  return place->file + ":" + std::to_string(place->line) + ":" + std::to_string(place->column);
}

// Line 1 from columns 1 and 5, line 3 from column 9: -3 lines and +2 columns after a.ts:5:3.
TEST(SourceMap, TellsWhereAPlaceCameFrom) {
  const auto map = SourceMap::Parse(Map("AAAA,IAIEA;;QCHEA"));
  ASSERT_TRUE(map) << Describe(map.error());
  EXPECT_EQ(At(*map, 1, 1), "a.ts:1:1");
  EXPECT_EQ(At(*map, 1, 4), "a.ts:1:1");
  EXPECT_EQ(At(*map, 1, 5), "a.ts:5:3");
  EXPECT_EQ(At(*map, 1, 500), "a.ts:5:3");
  EXPECT_EQ(At(*map, 2, 1), "-");
  EXPECT_EQ(At(*map, 3, 8), "-");
  EXPECT_EQ(At(*map, 3, 9), "b.ts:2:5");
  EXPECT_EQ(At(*map, 4, 1), "-");
  EXPECT_EQ(At(*map, 0, 0), "-");
}

TEST(SourceMap, KnowsPlacesThatWereMadeOfNothing) {
  const auto map = SourceMap::Parse(Map("AAAA,I"));
  ASSERT_TRUE(map);
  EXPECT_EQ(At(*map, 1, 5), "-");
}

TEST(SourceMap, PutsSourcesBelowTheRoot) {
  const auto map = SourceMap::Parse(Map("AAAA", R"(, "sourceRoot": "../src")"));
  ASSERT_TRUE(map);
  EXPECT_EQ(At(*map, 1, 1), "../src/a.ts:1:1");
}

TEST(SourceMap, RefusesWhatIsNone) {
  for (const std::string& bad :
       {std::string(), std::string("[]"), std::string(R"({"version": 2})"),
        std::string(R"({"version": 3, "sections": []})"), Map("A!"), Map("AA"), Map("AAA"),
        Map("AAAAAA"), Map("AEAA"), Map("ADAA"), Map("D"), Map("AAggggggggggggA"), Map("g")}) {
    EXPECT_FALSE(SourceMap::Parse(bad)) << bad;
  }
}

class SourceMapsTest : public testing::Test {
 protected:
  void SetUp() override {
    directory_ = (std::filesystem::temp_directory_path() / "nodeheap-maps-XXXXXX").string();
    ASSERT_NE(mkdtemp(directory_.data()), nullptr);
  }
  void TearDown() override { std::filesystem::remove_all(directory_); }

  void Write(const std::string& name, const std::string& text) {
    const std::filesystem::path path = std::filesystem::path(directory_) / name;
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path) << text;
  }
  static std::string At(SourceMaps& maps, std::string_view script) {
    const auto place = maps.Find(script, 1, 1);
    return place ? place->file : "-";
  }

  std::string directory_;
};

TEST_F(SourceMapsTest, BelongToTheScriptWithTheSameEnd) {
  Write("dist/a/index.js.map", Map("AAAA", R"(, "sourceRoot": "../../src/a")"));
  Write("dist/b/index.js.map", Map("ACAA", R"(, "sourceRoot": "webpack://app")"));
  auto maps = SourceMaps::Open(directory_);
  ASSERT_TRUE(maps) << Describe(maps.error());
  EXPECT_EQ(At(*maps, "/srv/app/dist/a/index.js"), "/srv/app/src/a/a.ts");
  EXPECT_EQ(At(*maps, "file:///srv/app/dist/a/index.js?x=1"), "/srv/app/src/a/a.ts");
  EXPECT_EQ(At(*maps, "/srv/app/dist/b/index.js"), "webpack://app/b.ts");
  EXPECT_EQ(At(*maps, "/srv/app/index.js"), "-");  // both fit equally
  EXPECT_EQ(At(*maps, "/srv/app/other.js"), "-");
  EXPECT_TRUE(maps->health().entries().empty());
}

TEST_F(SourceMapsTest, SayWhichCannotBeRead) {
  Write("bad.js.map", "{");
  auto maps = SourceMaps::Open(directory_);
  ASSERT_TRUE(maps);
  EXPECT_EQ(At(*maps, "/bad.js"), "-");
  EXPECT_EQ(At(*maps, "/bad.js"), "-");
  ASSERT_EQ(maps->health().entries().size(), 1U);
  EXPECT_THAT(maps->health().entries()[0].detail, HasSubstr("bad.js.map"));
}

TEST_F(SourceMapsTest, MustBeThere) {
  EXPECT_FALSE(SourceMaps::Open(directory_));
  EXPECT_FALSE(SourceMaps::Open(directory_ + "/nothing"));
}

TEST_F(SourceMapsTest, ApplyToThePlacesInACore) {
  // Line 35 of failure.js, where respond() calls, is line 100 of failure.ts.
  Write("failure.js.map",
        R"({"version": 3, "sources": ["failure.ts"], "names": [], "mappings": ")" +
            std::string(30, ';') + R"(AAmGA;AAAA;AAAA;AAAA;AAAA;AAAA;AAAA"})");
  Progress progress;
  auto session = Session::Open(
      std::string(NODEHEAP_SOURCE_DIR) + "/fixtures/cores/leaking_class-abort-node22.core.zst",
      {.threads = 1, .source_maps = directory_}, progress);
  ASSERT_TRUE(session) << Describe(session.error());
  const QueryInfo* const bt = FindQuery("bt");
  const auto arguments = Arguments::Parse(*bt, {});
  ASSERT_TRUE(arguments);
  const auto report = RunQuery(
      *bt, {.session = *session, .second = nullptr, .arguments = *arguments, .progress = progress});
  ASSERT_TRUE(report) << Describe(report.error());
  size_t mapped = 0;
  for (const Row& row : report->tables.front().rows)
    for (const Cell& cell : row)
      if (const auto* text = std::get_if<std::string>(&cell))
        mapped += text->ends_with("/failure.ts");
  EXPECT_GT(mapped, 0U);
}

// All texts of the first table of an answer about `session`.
std::vector<std::string> TextsOf(Session& session, std::string_view query,
                                 const Arguments::Values& values) {
  const QueryInfo* const info = FindQuery(query);
  const auto arguments = Arguments::Parse(*info, values);
  EXPECT_TRUE(arguments) << query;
  Progress progress;
  const auto report = RunQuery(
      *info,
      {.session = session, .second = nullptr, .arguments = *arguments, .progress = progress});
  EXPECT_TRUE(report) << Describe(report.error());
  std::vector<std::string> texts = {report->tables.front().note};
  for (const Row& row : report->tables.front().rows)
    for (const Cell& cell : row)
      if (const auto* text = std::get_if<std::string>(&cell)) texts.push_back(*text);
  return texts;
}

TEST_F(SourceMapsTest, ApplyToThePlacesInASnapshot) {
  // Line 19 of leaking_class.js, where the constructor is, is line 100 of leak.ts.
  Write("leaking_class.js.map",
        R"({"version": 3, "sources": ["leak.ts"], "names": [], "mappings": ")" +
            std::string(18, ';') + R"(AAmGA"})");
  const std::string dump = FixturePath("leaking_class-after-node22.heapsnapshot.zst");
  Progress progress;
  auto session = Session::Open(dump, {.threads = 1, .source_maps = directory_}, progress);
  ASSERT_TRUE(session) << Describe(session.error());
  EXPECT_THAT(TextsOf(*session, "suspects", {}), Contains(HasSubstr("LeakingClass (leak.ts:100)")));
  EXPECT_THAT(TextsOf(*session, "findjsobjects", {{"name", "LeakingClass"}}),
              Contains(EndsWith("/leak.ts:100:1")));
  EXPECT_THAT(TextsOf(*session, "findjsobjects", {{"name", "TextEncoder"}}),
              Contains(HasSubstr("node:internal/encoding:342:14")))
      << "a script that no map is of";
  const auto instances =
      TextsOf(*session, "findjsinstances", {{"type", "LeakingClass"}, {"limit", "1"}});
  const auto id = std::ranges::find_if(
      instances, [](const std::string& text) { return text.starts_with('@'); });
  ASSERT_NE(id, instances.end());
  EXPECT_THAT(TextsOf(*session, "inspect", {{"node", *id}}),
              Contains(HasSubstr("/leak.ts:100:1.")));
}

TEST_F(SourceMapsTest, SnapshotsTellPlacesWithoutThem) {
  Progress progress;
  auto session = Session::Open(FixturePath("leaking_class-after-node22.heapsnapshot.zst"),
                               {.threads = 1}, progress);
  ASSERT_TRUE(session) << Describe(session.error());
  const auto suspect = TextsOf(*session, "suspects", {});
  EXPECT_THAT(suspect, Contains(HasSubstr("LeakingClass (leaking_class.js:19)")));
  EXPECT_THAT(TextsOf(*session, "findjsobjects", {{"name", "LeakingClass"}}),
              Contains("script 78:19:14"));
}

TEST_F(SourceMapsTest, AreNeededWhereTheyAreAskedFor) {
  Progress progress;
  EXPECT_FALSE(Session::Open(FixturePath("leaking_class-after-node22.heapsnapshot.zst"),
                             {.source_maps = directory_}, progress));
}

}  // namespace
}  // namespace nodeheap::test
