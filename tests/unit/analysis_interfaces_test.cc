// Plain objects are classed by the properties that many of them have.
#include <gtest/gtest.h>

#include "support/analyzed_heap.h"
#include "support/files.h"

namespace nodeheap::test {
namespace {

// A heap of plain objects, each added with its properties.
class PlainObjects {
 public:
  // Returns the key of the last of `count` objects with these properties.
  std::string Add(int count, const std::vector<std::string>& properties) {
    std::string key;
    for (int i = 0; i < count; ++i) {
      key = std::to_string(next_++);
      heap_.Child("root", key, {.name = "Object", .size = 8});
      for (const std::string& property : properties) heap_.Edge(key, "property", property, "root");
    }
    return key;
  }

  SnapshotBuilder& heap() { return heap_; }
  std::string ClassOf(const std::string& key) const { return AnalyzedHeap(heap_).ClassOf(key); }
  std::vector<std::string> Definitions() const {
    const AnalyzedHeap analyzed(heap_);
    std::vector<std::string> names;
    for (const InterfaceDefinition& definition : analyzed.analysis().interfaces)
      names.push_back(definition.name);
    return names;
  }

 private:
  SnapshotBuilder heap_;
  int next_ = 1;
};

using Names = std::vector<std::string>;

TEST(Interfaces, NeedTwoObjects) {
  PlainObjects objects;
  const std::string twice = objects.Add(2, {"x", "y"});
  const std::string once = objects.Add(1, {"z"});
  const std::string empty = objects.Add(3, {});
  EXPECT_EQ(objects.Definitions(), Names{"{x, y}"});
  EXPECT_EQ(objects.ClassOf(twice), "{x, y}");
  EXPECT_EQ(objects.ClassOf(once), "Object");
  EXPECT_EQ(objects.ClassOf(empty), "Object");
}

TEST(Interfaces, CountOwnPropertiesOnly) {
  PlainObjects objects;
  const std::string key = objects.Add(2, {"__proto__", "x"});
  objects.heap().Edge(key, "internal", "map", "root").Edge(key, "element", "1", "root");
  EXPECT_EQ(objects.Definitions(), Names{"{x}"});
  EXPECT_EQ(objects.ClassOf(key), "{x}");
}

TEST(Interfaces, AreForPlainObjectsOnly) {
  SnapshotBuilder heap;
  for (const std::string key : {"a", "b"}) {
    heap.Child("root", key, {.type = "native", .name = "Object", .size = 8});
    heap.Child("root", key + "'", {.name = "Apple", .size = 8});
    heap.Edge(key, "property", "x", "root").Edge(key + "'", "property", "x", "root");
  }
  const AnalyzedHeap analyzed(heap);
  EXPECT_TRUE(analyzed.analysis().interfaces.empty());
  EXPECT_EQ(analyzed.ClassOf("a"), "Object");
  EXPECT_EQ(analyzed.ClassOf("a'"), "Apple");
}

TEST(Interfaces, StandInOrderOfTheirNumber) {
  PlainObjects objects;
  objects.Add(2, {"a"});
  objects.Add(3, {"b"});
  objects.Add(2, {"c"});
  EXPECT_EQ(objects.Definitions(), (Names{"{b}", "{a}", "{c}"}));
}

TEST(Interfaces, FitObjectsThatHaveMore) {
  PlainObjects objects;
  objects.Add(3, {"a"});
  objects.Add(2, {"a", "b"});
  EXPECT_EQ(objects.ClassOf(objects.Add(1, {"c", "a", "d"})), "{a}");
  EXPECT_EQ(objects.ClassOf(objects.Add(1, {"c", "b", "a"})), "{a, b}")
      << "the most properties win";
  EXPECT_EQ(objects.ClassOf(objects.Add(1, {"b", "c"})), "Object");
}

// {a, b} and {b, a} are two definitions, but each fits the objects of the other.
TEST(Interfaces, GoToTheMoreFrequentOfEquals) {
  PlainObjects objects;
  const std::string rarer = objects.Add(2, {"b", "a"});
  objects.Add(3, {"a", "b"});
  EXPECT_EQ(objects.Definitions(), (Names{"{a, b}", "{b, a}"}));
  EXPECT_EQ(objects.ClassOf(rarer), "{a, b}");
}

TEST(Interfaces, GoToTheEarlierOfEquallyFrequent) {
  PlainObjects objects;
  const std::string first = objects.Add(2, {"b", "a"});
  const std::string second = objects.Add(2, {"a", "b"});
  EXPECT_EQ(objects.ClassOf(first), "{b, a}");
  EXPECT_EQ(objects.ClassOf(second), "{b, a}");
}

TEST(Interfaces, QuoteStrangeNames) {
  PlainObjects objects;
  objects.Add(2, {"a,b", "it's", "q\"", "{", "}", "sp ace", "tab\t", "tab\t,", "\xE2\x82\xAC"});
  EXPECT_EQ(objects.Definitions(), Names{R"({"a,b", "it's", "q\"", "{", "}", sp ace, tab)"
                                         "\t"
                                         R"(, "tab\t,", €})"});
}

// The name grows while it stays within 120 characters, "{" included and separators not.
TEST(Interfaces, AreCutAt120Characters) {
  const std::string p118(118, 'p');
  const std::string p119(119, 'q');
  PlainObjects objects;
  objects.Add(2, {p118, "b"});
  objects.Add(2, {p119, "c"});
  EXPECT_EQ(objects.Definitions(), (Names{"{" + p118 + ", b}", "{" + p119 + "}"}));
}

TEST(Interfaces, HaveAtLeastOneProperty) {
  const std::string enormous(5000, 'x');
  PlainObjects objects;
  objects.Add(2, {enormous, "b"});
  EXPECT_EQ(objects.Definitions(), Names{"{" + enormous + "}"});
}

// A character beyond the BMP is two of JavaScript's.
TEST(Interfaces, AreMeasuredInUtf16Units) {
  std::string faces;
  for (int i = 0; i < 59; ++i) faces += "😀";  // 118 units
  PlainObjects objects;
  objects.Add(2, {faces, "b"});
  objects.Add(2, {faces + "x", "c"});
  EXPECT_EQ(objects.Definitions(), (Names{"{" + faces + ", b}", "{" + faces + "x}"}));
}

// Objects whose cut names are the same count together.
TEST(Interfaces, ShareACutName) {
  const std::string enormous(200, 'x');
  PlainObjects objects;
  const std::string key = objects.Add(1, {enormous, "b"});
  objects.Add(1, {enormous, "c"});
  EXPECT_EQ(objects.ClassOf(key), "{" + enormous + "}");
}

// A text that the dump has twice is one name all the same.
TEST(Interfaces, ShareATextOfTwoStrings) {
  PlainObjects objects;
  objects.Add(1, {"x", "b"});
  objects.Add(1, {"placeholder", "b"});
  const auto graph = LoadText(Replaced(objects.heap().Text(), "placeholder", "x"));
  ASSERT_TRUE(graph);
  const Analysis analysis = AnalyzeAll(*graph);
  ASSERT_EQ(analysis.interfaces.size(), 1U);
  EXPECT_EQ(analysis.interfaces[0].name, "{x, b}");
}

TEST(Interfaces, NeedOneObjectInAThousand) {
  PlainObjects objects;
  objects.Add(2997, {"common"});
  const std::string rare = objects.Add(3, {"rare"});
  EXPECT_EQ(objects.ClassOf(rare), "{rare}");
  objects.Add(1, {"common"});
  EXPECT_EQ(objects.ClassOf(rare), "Object") << "3 of 3001 are fewer";
}

TEST(Interfaces, DivideClassesByLocationToo) {
  PlainObjects objects;
  const std::string here = objects.Add(2, {"x"});
  const std::string there = objects.Add(1, {"x"});
  objects.heap().Locate(here, 1, 2, 3);
  const AnalyzedHeap analyzed(objects.heap());
  EXPECT_EQ(analyzed.ClassOf(here), "{x}");
  EXPECT_EQ(analyzed.ClassOf(there), "{x}");
  EXPECT_NE(&analyzed.InfoOf(here), &analyzed.InfoOf(there));
}

}  // namespace
}  // namespace nodeheap::test
