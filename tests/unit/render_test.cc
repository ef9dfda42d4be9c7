// Each format, with names that attack it.
#include "nodeheap/render.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>

namespace nodeheap {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

Table Classes(std::string name) {
  return {.name = "classes",
          .fields = {{"instances", "Instances", Unit::kCount},
                     {"self_size", "Self size", Unit::kBytes},
                     {"distance", "Distance", Unit::kDistance},
                     {"id", "Sample", Unit::kObjectId},
                     {"name", "Name"},
                     {"label", "Label", Unit::kText, Placement::kTextOnly}},
          .rows = {{uint64_t{8300}, uint64_t{1'234'567}, Cell{}, "@12", std::move(name), "x"}},
          .total = 830};
}

Report ReportOf(std::string name) {
  Report report;
  report.query = "findjsobjects";
  report.sources = {{.path = "a.heapsnapshot", .kind = "heapsnapshot"}};
  report.tables = {Classes(std::move(name))};
  return report;
}

std::string Render(std::string_view format, const Report& report, RenderOptions options = {}) {
  return FindFormat(format)->render(report, options).value_or("failed");
}

TEST(Formats, AreFoundByName) {
  for (const FormatInfo& format : Formats()) EXPECT_EQ(FindFormat(format.name), &format);
  EXPECT_EQ(FindFormat("xml"), nullptr);
}

TEST(Text, AlignsNumbersAndSaysShownOfTotal) {
  EXPECT_EQ(Render("text", ReportOf("Foo")),
            " Instances  Self size  Distance  Sample  Name  Label\n"
            " ---------  ---------  --------  ------  ----  -----\n"
            "     8,300     1.2 MB         −     @12  Foo   x\n"
            "Showing 1 to 1 of 830\n");
}

TEST(Text, EscapesHostileNames) {
  const std::string text = Render("text", ReportOf("\033]0;owned\a\u202E\n"));
  EXPECT_THAT(text, HasSubstr("\\u001b]0;owned\\u0007\\u202e\\n"));
  EXPECT_THAT(text, Not(HasSubstr("\033")));
}

TEST(Text, ColoursOnlyOnRequest) {
  EXPECT_THAT(Render("text", ReportOf("Foo")), Not(HasSubstr("\033")));
  EXPECT_THAT(Render("text", ReportOf("Foo"), {.color = true}), HasSubstr("\033[1m"));
}

TEST(Text, CutsLongNames) {
  Table table{.name = "x", .fields = {{"name", "Name"}}, .rows = {{std::string(5000, 'x')}}};
  Report report;
  report.tables.push_back(std::move(table));
  EXPECT_LT(Render("text", report, {.width = 80}).size(), 200U);
}

TEST(Text, GoesOnInTheNextLineWhereNothingMayBeCut) {
  const std::string place = "/a/very/long/path/to/the/place/in/question/server.js:29:5";
  Table table{.name = "x",
              .fields = {{.key = "text", .title = "Frames", .whole = true}},
              .rows = {{"handle(this=<undefined>, " + std::string(500, 'x') + ") at " + place}}};
  Report report;
  report.tables.push_back(std::move(table));
  EXPECT_THAT(Render("text", report, {.width = 60}), HasSubstr("\n     " + place + "\n"));
}

TEST(Text, IndentsTrees) {
  Table table{.name = "x",
              .fields = {{"name", "Name"}},
              .rows = {{"a"}, {"b"}, {"c"}},
              .depths = {0, 1, 0}};
  Report report;
  report.tables.push_back(std::move(table));
  EXPECT_THAT(Render("text", report), HasSubstr(" a\n   b\n c\n"));
}

TEST(Text, NestsObjectsAsLlnodeDoes) {
  Table table{.name = "object",
              .layout = Layout::kObject,
              .fields = {{"id", "", Unit::kObjectId}, {"type", ""}, {"edge", ""}, {"name", ""}},
              .rows = {{"@1", "object", "", "Foo"},
                       {"@2", "object", ".a", "Bar"},
                       {"@3", "string", ".s", "x"},
                       {"@4", "object", ".b", "Baz"}},
              .depths = {0, 1, 2, 1},
              .remarks = {{3, 2, 7, "… 7 more"}},
              .total = 11};
  Report report;
  report.tables.push_back(std::move(table));
  EXPECT_EQ(Render("text", report),
            "@1:<Object: Foo properties {\n"
            "    .a=@2:<Object: Bar properties {\n"
            "        .s=@3:<String: \"x\">,\n"
            "        … 7 more}>,\n"
            "    .b=@4:<Object: Baz>}>\n");
}

// a holds b and more; c stands below, and more after it.
Report TreeWithRemarks() {
  Report report;
  report.query = "dominators";
  report.tables.push_back({.name = "x",
                           .fields = {{"size", "Size", Unit::kBytes}, {"name", "Name"}},
                           .rows = {{uint64_t{3}, "a"}, {uint64_t{2}, "b"}, {uint64_t{1}, "c"}},
                           .depths = {0, 1, 0},
                           .remarks = {{2, 1, 4, "… 4 more"}, {3, 1, 5, "… 5 more"}},
                           .total = 12});
  return report;
}

TEST(Remarks, StandInTheirPlaceForPeople) {
  EXPECT_EQ(Render("text", TreeWithRemarks()),
            " Size  Name\n"
            " ----  ----\n"
            "  3 B  a\n"
            "  2 B    b\n"
            "         … 4 more\n"
            "  1 B  c\n"
            "         … 5 more\n");
  EXPECT_THAT(Render("md", TreeWithRemarks()), HasSubstr("b |\n| | &emsp;… 4 more |\n| 1 B | c |"));
}

TEST(Remarks, AreNoRowsForPrograms) {
  EXPECT_EQ(Render("csv", TreeWithRemarks()), "depth,size,name\r\n0,3,a\r\n1,2,b\r\n0,1,c\r\n");
  EXPECT_THAT(Render("json", TreeWithRemarks()), HasSubstr("\"total\": 12,\n  \"shown\": 3,"));
}

TEST(Llnode, ListsClassesWithTheirSums) {
  EXPECT_EQ(Render("llnode", ReportOf("Foo")),
            " Instances  Total Size Name\n"
            " ---------- ---------- ----\n"
            "       8300    1234567 x\n"
            " ---------- ----------\n"
            "       8300    1234567\n"
            "(Showing 1 to 1 of 830 classes)\n");
}

TEST(Llnode, ListsInstancesAndReferences) {
  Report report;
  report.query = "findjsinstances";
  report.tables = {{.name = "instances",
                    .fields = {{"id", "Id", Unit::kObjectId}, {"type", "Type"}, {"name", "Name"}},
                    .rows = {{"0x10", "object", "Foo"}, {"0x20", "string", "a\x1b"}},
                    .total = 8300}};
  EXPECT_EQ(Render("llnode", report),
            "0x10:<Object: Foo>\n0x20:<String: \"a\\u001b\">\n"
            "(Showing 1 to 2 of 8300 instances)\n");
  report.query = "findrefs";
  report.tables = {{.name = "references",
                    .fields = {{"id", "Id", Unit::kObjectId},
                               {"edge", "Edge"},
                               {"name", "Name"},
                               {"target_id", "Target", Unit::kObjectId}},
                    .rows = {{"0x10", "[7041]", "Array", "0x20"}},
                    .total = 1}};
  EXPECT_EQ(Render("llnode", report), "0x10: Array[7041]=0x20\n");
  report.tables.front().rows.clear();
  report.tables.front().total = 0;
  EXPECT_EQ(Render("llnode", report), "(Showing none of 0 references)\n");
}

TEST(Llnode, ShowsWholeFramesAndCommandsAsLldbTakesThem) {
  Report report;
  report.query = "bt";
  const std::string frame = "frame #0: " + std::string(3000, 'f');
  report.tables = {{.name = "frames",
                    .fields = {{"text", "Frames"}},
                    .rows = {{frame}},
                    .depths = {1},
                    .remarks = {{.before_row = 0, .text = "thread 1, main"}},
                    .total = 1}};
  EXPECT_EQ(Render("llnode", report), "* thread 1, main\n    " + frame + "\n");
  report.query = "analyze";
  report.sources = {{.path = "a.core", .kind = "core"}};
  report.next = {"nodeheap path a.core 0x10 -n 3"};
  EXPECT_THAT(Render("llnode", report), HasSubstr("  v8 path 0x10 -n 3\n"));
}

TEST(Llnode, TellsOfLossOnly) {
  Report report = ReportOf("Foo");
  report.health.Add({Severity::kInfo, "garbage", "of no importance"});
  EXPECT_THAT(Render("llnode", report), Not(HasSubstr("importance")));
  report.health.Add({Severity::kDataLoss, "lost", "pages lost"});
  EXPECT_THAT(Render("llnode", report), HasSubstr("INCOMPLETE: pages lost"));
}

TEST(Text, ShowsDataLoss) {
  Report report = ReportOf("Foo");
  report.health.Add({Severity::kDataLoss, "truncated_input", "the last 5 nodes are missing"});
  EXPECT_THAT(Render("text", report), HasSubstr("INCOMPLETE: the last 5 nodes are missing\n"));
}

TEST(Json, HasTheEnvelope) {
  EXPECT_EQ(Render("json", ReportOf("Foo")), R"({
  "schema": "nodeheap/1",
  "query": "findjsobjects",
  "source": {"path": "a.heapsnapshot", "kind": "heapsnapshot"},
  "columns": [
    {"key": "instances", "title": "Instances", "unit": "count"},
    {"key": "self_size", "title": "Self size", "unit": "bytes"},
    {"key": "distance", "title": "Distance", "unit": "distance"},
    {"key": "id", "title": "Sample", "unit": "id"},
    {"key": "name", "title": "Name", "unit": "text"}
  ],
  "rows": [
    {"instances": 8300, "self_size": 1234567, "distance": null, "id": "@12", "name": "Foo"}
  ],
  "total": 830,
  "shown": 1,
  "offset": 0,
  "health": {
    "complete": true,
    "entries": []
  },
  "tables": [],
  "notes": [],
  "next": []
}
)");
}

TEST(Json, EscapesWhatJsonAndTerminalsWouldActOn) {
  const std::string json = Render("json", ReportOf("\"\\\n\033\u202E\xed\xa0\x80\xff\U000E0041é"));
  EXPECT_THAT(json, HasSubstr(R"("\"\\\n\u001b\u202e\ud800)"
                              "\uFFFD"
                              R"(\udb40\udc41é")"));
}

TEST(Ndjson, HasAHeaderLineAndALineForEachRow) {
  const std::string text = Render("ndjson", ReportOf("a\nb"));
  EXPECT_THAT(text, StartsWith("{\"schema\":\"nodeheap/1\",\"query\":\"findjsobjects\","));
  EXPECT_EQ(std::ranges::count(text, '\n'), 2);
  EXPECT_THAT(text, HasSubstr("\n{\"instances\":8300,\"self_size\":1234567,\"distance\":null,"
                              "\"id\":\"@12\",\"name\":\"a\\nb\"}\n"));
}

TEST(Csv, QuotesAndDefusesFormulas) {
  EXPECT_EQ(Render("csv", ReportOf("=cmd|' /C calc'!A0")),
            "instances,self_size,distance,id,name\r\n"
            "8300,1234567,,@12,\"'=cmd|' /C calc'!A0\"\r\n");
  EXPECT_THAT(Render("csv", ReportOf("a,\"b\"\r\n")), HasSubstr("\"a,\"\"b\"\"\\r\\n\"\r\n"));
}

TEST(Csv, KeepsAnEmptyFirstCell) {
  Report report;
  report.tables.push_back(
      {.name = "x", .fields = {{"a", "A"}, {"b", "B"}}, .rows = {{Cell{}, uint64_t{1}}}});
  EXPECT_EQ(Render("csv", report), "a,b\r\n,1\r\n");
}

TEST(Markdown, NeutralisesMarkup) {
  const std::string text = Render("md", ReportOf("|`<script>[x](y)*\n"));
  EXPECT_THAT(text, HasSubstr("&#124;&#96;&#60;script&#62;&#91;x&#93;(y)&#42;"));
  EXPECT_THAT(text, HasSubstr("`@12`"));
  EXPECT_THAT(text, HasSubstr("Showing 1 to 1 of 830"));
}

TEST(Memwatch, NeedsADiff) {
  EXPECT_FALSE(FindFormat("memwatch")->render(ReportOf("Foo"), {}).has_value());
}

TEST(Memwatch, HasHeapDiffsShape) {
  Report report;
  report.query = "diff";
  report.tables.push_back({.name = "classes",
                           .fields = {{"added", "", Unit::kCount},
                                      {"removed", "", Unit::kCount},
                                      {"size_delta", "", Unit::kSignedBytes},
                                      {"name", ""}},
                           .rows = {{uint64_t{50001}, uint64_t{3}, int64_t{3599856}, "Closure"}}});
  report.tables.push_back(
      {.name = "totals",
       .fields = {{"before_nodes", ""},
                  {"before_size", ""},
                  {"after_nodes", ""},
                  {"after_size", ""},
                  {"added", ""},
                  {"removed", ""},
                  {"size_delta", ""}},
       .rows = {{uint64_t{10}, uint64_t{1000}, uint64_t{50008}, uint64_t{3600856}, uint64_t{50001},
                 uint64_t{3}, int64_t{3599856}}}});
  const std::string json = Render("memwatch", report);
  EXPECT_THAT(json, HasSubstr("\"what\": \"Closure\""));
  EXPECT_THAT(json, HasSubstr("\"size_bytes\": 3599856"));
  EXPECT_THAT(json, HasSubstr("\"size\": \"3.43 mb\""));
  EXPECT_THAT(json, HasSubstr("\"+\": 50001"));
  EXPECT_THAT(json, HasSubstr("\"freed_nodes\": 3"));
}

}  // namespace
}  // namespace nodeheap
