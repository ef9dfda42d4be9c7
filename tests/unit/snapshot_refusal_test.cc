// Files that contradict themselves: one clear line each, with the file and a next step.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/files.h"
#include "support/snapshot_builder.h"

namespace nodeheap::test {
namespace {

using testing::HasSubstr;

SnapshotBuilder Sample() {
  SnapshotBuilder heap;
  heap.Child("root", "a", {.size = 16}).Child("a", "b", {.type = "string", .size = 20});
  return heap.Edge("b", "element", "3", "root");
}

// The message; also checks that the error is complete and does not depend on --partial, which is
// for files that end early only.
std::string Refusal(const std::string& text) {
  const Error error = LoadError(text);
  EXPECT_NE(error.code, ErrorCode::kTruncated) << error.message;
  EXPECT_NE(error.hint, "") << error.message;
  EXPECT_NE(error.file, "") << error.message;
  EXPECT_EQ(LoadError(text, kPartial).message, error.message);
  return error.message;
}

std::string RefusalWith(std::string_view from, std::string_view to) {
  return Refusal(Replaced(Sample().Text(), from, to));
}

TEST(Refusal, OfWhatIsNoSnapshot) {
  EXPECT_THAT(Refusal("hello"), HasSubstr("not a JSON object"));
  EXPECT_THAT(Refusal("<!DOCTYPE html>"), HasSubstr("not a JSON object"));
  EXPECT_THAT(Refusal("[1,2,3]"), HasSubstr("not a JSON object"));
  EXPECT_THAT(Refusal(std::string(1000, '\0')), HasSubstr("not a JSON object"));
  EXPECT_THAT(Refusal("\x7F"
                      "ELF\x02\x01\x01"),
              HasSubstr("not a JSON object"));
  EXPECT_THAT(Refusal("{}"), HasSubstr("no \"snapshot\""));
  EXPECT_THAT(Refusal(R"({"nodes":[1]})"), HasSubstr("\"nodes\" before \"snapshot\""));
  EXPECT_THAT(Refusal(R"({"edges":[1]})"), HasSubstr("\"edges\" before \"snapshot\""));
  EXPECT_THAT(Refusal(R"({"head":{},"samples":[]})"), HasSubstr("no \"snapshot\""));
}

TEST(Refusal, OfAMissingSection) {
  SnapshotBuilder heap = Sample();
  heap.layout().has_locations = false;  // which need nodes
  for (const std::string section : {"nodes", "edges", "strings"})
    EXPECT_EQ(Refusal(Replaced(heap.Text(), "\"" + section + "\":", "\"x\":")),
              "the file has no \"" + section + "\"");
}

TEST(Refusal, OfASectionThatStandsTwice) {
  const std::string text = Sample().Text();
  for (const std::string section : {"nodes", "edges", "strings", "locations", "snapshot"}) {
    const size_t begin = text.find("\"" + section + "\":");
    const size_t end = section == "strings" ? text.rfind('}') : text.find(",\n\"", begin);
    std::string twice = text;
    twice.insert(end, "," + text.substr(begin, end - begin));
    EXPECT_THAT(Refusal(twice), HasSubstr("\"" + section + "\" stands there twice"));
  }
}

// A second header would change the meaning, and the number, of what was read by the first.
TEST(Refusal, OfASecondHeaderBeforeACutSection) {
  const std::string text = Sample().Text();
  const std::string smaller = SnapshotBuilder().Text();
  const std::string header = smaller.substr(1, smaller.find("\"nodes\":") - 1);
  const std::string cut = text.substr(0, text.find("\"edges\":")) + header + "\"nodes\":";
  EXPECT_THAT(LoadError(cut, kPartial).message, HasSubstr("twice"));
  EXPECT_THAT(LoadError(cut + "[", kPartial).message, HasSubstr("twice"));
}

TEST(Refusal, OfWrongCounts) {
  EXPECT_EQ(Refusal(Sample().AnnounceNodes(2).Text()),
            "\"nodes\" has more numbers than snapshot.node_count announces");
  EXPECT_EQ(Refusal(Sample().AnnounceNodes(4).Text()),
            "\"nodes\" holds 3 whole records, but the header announces 4");
  EXPECT_EQ(Refusal(Sample().AnnounceEdges(2).Text()),
            "\"edges\" has more numbers than snapshot.edge_count announces");
  EXPECT_EQ(Refusal(Sample().AnnounceEdges(4).Text()),
            "\"edges\" holds 3 whole records, but the header announces 4");
  EXPECT_THAT(RefusalWith("\"nodes\":[", "\"nodes\":[7,"), HasSubstr("nodes"));
  EXPECT_THAT(Refusal(Sample().AnnounceNodes(0).Text()), HasSubstr("more numbers"));
}

// The numbers must not decide how much memory is asked for.
TEST(Refusal, OfCountsThatNoFileOfThatLengthHolds) {
  for (const uint64_t count : {1'000'000'000ULL, 1ULL << 62, ~0ULL}) {
    for (const std::string& text :
         {Sample().AnnounceNodes(count).Text(), Sample().AnnounceEdges(count).Text()}) {
      const Error error = LoadError(text);
      EXPECT_EQ(error.code, ErrorCode::kTruncated);
      EXPECT_THAT(error.message, HasSubstr("too short"));
      EXPECT_THAT(LoadError(text, kPartial).message, HasSubstr("but the header announces"));
    }
  }
}

TEST(Refusal, OfNumbersOutOfRange) {
  const std::string a = "3,1,3,16,1,0";  // node "a"
  EXPECT_THAT(RefusalWith(a, "99,1,3,16,1,0"), HasSubstr("unknown node type"));
  EXPECT_THAT(RefusalWith(a, "3,77,3,16,1,0"), HasSubstr("node 1 is named by string 77 of 3"));
  EXPECT_THAT(RefusalWith(a, "3,4294967296,3,16,1,0"), HasSubstr("name"));
  EXPECT_THAT(RefusalWith(a, "3,1,4294967296,16,1,0"), HasSubstr("id"));
  EXPECT_THAT(RefusalWith(a, "3,1,5,16,1,0"), HasSubstr("node 2 has the id @5 of an earlier"));
  EXPECT_THAT(RefusalWith(a, "3,1,3,16,4294967296,0"), HasSubstr("edge count"));
  EXPECT_THAT(RefusalWith(a, "3,1,3,16,2,0"), HasSubstr("add up"));
  EXPECT_THAT(RefusalWith(a, "3,1,3,16,4294967295,0"), HasSubstr("add up"));
  EXPECT_THAT(RefusalWith(a, "3,1,3,16,1,3"), HasSubstr("detachedness"));
  EXPECT_THAT(RefusalWith(a, "3,1,3,-16,1,0"), HasSubstr("self size does not fit"));
  EXPECT_THAT(RefusalWith(a, "3,1,3,1.6,1,0"), HasSubstr("expected ','"));
  EXPECT_THAT(RefusalWith(a, "3,1,3,16,1,18446744073709551616"), HasSubstr("too large"));
}

TEST(Refusal, OfEdgesOutOfRange) {
  const std::string b = "1,3,0]";  // the element edge from "b"
  EXPECT_THAT(RefusalWith(b, "1,3,18]"), HasSubstr("edge 2 points at node 3 of 3"));
  EXPECT_THAT(RefusalWith(b, "1,3,7]"), HasSubstr("to_node is not the start of a node"));
  EXPECT_THAT(RefusalWith(b, "1,3,25769803776]"), HasSubstr("to_node"));
  EXPECT_THAT(RefusalWith(b, "1,3,18446744073709551615]"), HasSubstr("to_node"));
  EXPECT_THAT(RefusalWith(b, "2,3,0]"), HasSubstr("edge 2 is named by string 3 of 3"));
  EXPECT_THAT(RefusalWith(b, "9,3,0]"), HasSubstr("unknown edge type"));
  EXPECT_THAT(RefusalWith(b, "1,4294967296,0]"), HasSubstr("name or index"));
  EXPECT_THAT(RefusalWith(b, "2,-1,0]"), HasSubstr("edge 2 is named by string 4294967295 of 3"));
  EXPECT_THAT(RefusalWith(b, "1,3,-6]"), HasSubstr("to_node"));
}

TEST(Refusal, OfLocationsThatStandTooEarly) {
  SnapshotBuilder heap = Sample().Locate("a", 1, 2, 3);
  heap.layout().sections = {"snapshot", "locations", "nodes", "edges", "strings"};
  EXPECT_THAT(Refusal(heap.Text()), HasSubstr("\"locations\" before \"nodes\""));
  heap.layout().sections = {"locations", "snapshot", "nodes", "edges", "strings"};
  EXPECT_THAT(Refusal(heap.Text()), HasSubstr("\"locations\" before \"snapshot\""));
}

TEST(Refusal, OfWhatFollowsTheEnd) {
  const std::string text = Sample().Text();
  EXPECT_TRUE(LoadText(text + " \r\n\t"));
  for (const std::string& more : {std::string("x"), std::string("}"), std::string(1, '\0')}) {
    EXPECT_THAT(Refusal(text + more), HasSubstr("something follows the end"));
    EXPECT_EQ(LoadError(text + "\n" + more).offset, text.size() + 1);
  }
}

TEST(Refusal, NamesTheByte) {
  const std::string text = Replaced(Sample().Text(), "3,1,3,16,1,0", "3,1,4294967296,16,1,0");
  EXPECT_EQ(LoadError(text).offset, text.find("4294967296"));
  const std::string letter = Replaced(Sample().Text(), "3,1,3,16,1,0", "3,1,3,1x,1,0");
  EXPECT_EQ(LoadError(letter).offset, letter.find("x,1,0"));
}

TEST(Refusal, NamesTheFile) {
  const TempFile file("not a snapshot");
  Progress progress;
  const auto graph = LoadSnapshot(file.path(), {}, progress);
  ASSERT_FALSE(graph);
  EXPECT_EQ(graph.error().file, file.path());
  EXPECT_THAT(Describe(graph.error()), testing::StartsWith(file.path() + ": byte 0: "));
}

}  // namespace
}  // namespace nodeheap::test
