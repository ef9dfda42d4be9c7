#include <gtest/gtest.h>

#include "support/analyzed_heap.h"

namespace nodeheap::test {
namespace {

// The display name of a plain object with these property edges.
std::string PlainName(const std::vector<std::string>& properties) {
  SnapshotBuilder heap;
  heap.Child("root", "o", {.name = "Object"});
  for (const std::string& property : properties) heap.Edge("o", "property", property, "root");
  return AnalyzedHeap(heap).Name("o");
}

TEST(DisplayName, IsTheNameItself) {
  SnapshotBuilder heap;
  heap.Child("root", "a", {.name = "Apple"})
      .Child("root", "s", {.type = "string", .name = "te\nxt"});
  heap.Child("root", "n", {.type = "native", .name = "Object"}).Edge("n", "property", "x", "a");
  const AnalyzedHeap analyzed(heap);
  EXPECT_EQ(analyzed.Name("a"), "Apple");
  EXPECT_EQ(analyzed.Name("s"), "te\nxt");
  EXPECT_EQ(analyzed.Name("n"), "Object");
  EXPECT_EQ(analyzed.Name("root"), "");
}

TEST(DisplayName, OfPlainObjectsListsProperties) {
  EXPECT_EQ(PlainName({}), "{}");
  EXPECT_EQ(PlainName({"a"}), "{a}");
  EXPECT_EQ(PlainName({"a", "b"}), "{a, b}");
  EXPECT_EQ(PlainName({"a", "b", "c"}), "{a, b, c}");
  EXPECT_EQ(PlainName({"a", "__proto__", "b", "c", "d", "__proto__"}), "{a, b, c, d}");
  EXPECT_EQ(PlainName({"a,b", "it's"}), R"({"a,b", "it's"})");
}

TEST(DisplayName, OfPlainObjectsIgnoresOtherEdges) {
  SnapshotBuilder heap;
  heap.Child("root", "o", {.name = "Object"}).Edge("o", "element", "1", "root");
  heap.Edge("o", "property", "a", "root").Edge("o", "internal", "map", "root");
  heap.Edge("o", "property", "b", "root").Edge("o", "weak", "w", "root");
  EXPECT_EQ(AnalyzedHeap(heap).Name("o"), "{a, b}");
}

// Taken from both ends in turn while "{" + start + end + "}" and the next one stay within 100:
// 21 + 1, 21 + 21, 43 + 21, 43 + 43, and a fifth would make 106.
TEST(DisplayName, OfPlainObjectsIsCutAt100Characters) {
  std::vector<std::string> properties;
  for (char c = 'a'; c <= 'j'; ++c) properties.push_back(std::string(20, c));
  EXPECT_EQ(PlainName(properties), "{" + std::string(20, 'a') + ", " + std::string(20, 'b') +
                                       ", …, " + std::string(20, 'i') + ", " +
                                       std::string(20, 'j') + "}");
}

TEST(DisplayName, OfPlainObjectsHasAtLeastOneProperty) {
  const std::string enormous(5000, 'x');
  EXPECT_EQ(PlainName({enormous}), "{" + enormous + "}");
  EXPECT_EQ(PlainName({enormous, "b"}), "{" + enormous + ", …}");
  EXPECT_EQ(PlainName({"b", enormous}), "{b, …}");
}

TEST(DisplayName, OfPlainObjectsIsMeasuredInUtf16Units) {
  std::string faces;
  for (int i = 0; i < 20; ++i) faces += "😀";  // 40 units, 80 bytes
  EXPECT_EQ(PlainName({faces, "b", faces}), "{" + faces + ", b, " + faces + "}");
}

TEST(DisplayName, ShowsLoneSurrogatesWhereItQuotes) {
  SnapshotBuilder heap;
  heap.Child("root", "o", {.name = "Object"}).Edge("o", "property", "a,\xED\xA0\xBD", "root");
  EXPECT_EQ(AnalyzedHeap(heap).Name("o"), R"({"a,\ud83d"})");
}

}  // namespace
}  // namespace nodeheap::test
