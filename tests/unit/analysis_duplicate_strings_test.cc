#include <gtest/gtest.h>

#include "support/analyzed_heap.h"

namespace nodeheap::test {
namespace {

NodeSpec String(const std::string& text, uint64_t size = 16) {
  return {.type = "string", .name = text, .size = size};
}

std::vector<DuplicateString> Duplicates(const AnalyzedHeap& heap) {
  return DuplicatesOf(heap.graph(), heap.analysis());
}

// The keys of the copies, group by group.
std::vector<std::vector<std::string>> Groups(const SnapshotBuilder& heap) {
  const AnalyzedHeap analyzed(heap);
  std::vector<std::vector<std::string>> groups;
  for (const DuplicateString& group : Duplicates(analyzed))
    groups.push_back(analyzed.Keys(group.nodes));
  return groups;
}

using Keys = std::vector<std::vector<std::string>>;

TEST(DuplicateStrings, AreStringsOfOneText) {
  SnapshotBuilder heap;
  heap.Child("root", "a", String("same", 10)).Child("root", "b", String("other"));
  heap.Child("root", "c", String("same", 30)).Child("root", "d", {.name = "same", .size = 8});
  const AnalyzedHeap analyzed(heap);
  const auto groups = Duplicates(analyzed);
  ASSERT_EQ(groups.size(), 1U);
  EXPECT_EQ(groups[0].value, "same");
  EXPECT_FALSE(groups[0].truncated);
  EXPECT_EQ(groups[0].self_size, 40U);
  EXPECT_EQ(groups[0].retained_size, 40U);
  EXPECT_EQ(analyzed.Keys(groups[0].nodes), (std::vector<std::string>{"a", "c"}));
}

TEST(DuplicateStrings, StandInOrderOfRetainedSize) {
  SnapshotBuilder heap;
  for (const std::string key : {"a", "b"}) heap.Child("root", key, String("small", 20));
  for (const std::string key : {"c", "d"}) heap.Child("root", key, String("large", 21));
  EXPECT_EQ(Groups(heap), (Keys{{"c", "d"}, {"a", "b"}}));
}

TEST(DuplicateStrings, SkipWhatHasNoSize) {
  SnapshotBuilder heap;
  heap.Child("root", "a", String("x")).Child("root", "b", String("x", 0));
  EXPECT_EQ(Groups(heap), Keys{});
}

TEST(DuplicateStrings, SkipSlicedStringsAndSymbols) {
  SnapshotBuilder heap;
  heap.Child("root", "a", String("x"));
  heap.Child("root", "b", {.type = "sliced string", .name = "x", .size = 8});
  heap.Child("root", "c", {.type = "symbol", .name = "x", .size = 8});
  EXPECT_EQ(Groups(heap), Keys{});
}

TEST(DuplicateStrings, CompareConcatenationsByTheirText) {
  SnapshotBuilder heap;
  heap.Child("root", "a", String("on"))
      .Child("root", "b", String("e"))
      .Child("root", "c", String("one"));
  heap.Child("root", "cons", {.type = "concatenated string", .name = "", .size = 20});
  heap.Edge("cons", "internal", "first", "a").Edge("cons", "internal", "second", "b");
  EXPECT_EQ(Groups(heap), (Keys{{"c", "cons"}}));
}

// A flattened concatenation is "one" + "": no copy of its first part.
TEST(DuplicateStrings, SkipFlatConcatenations) {
  for (const bool empty_first : {false, true}) {
    SnapshotBuilder heap;
    heap.Child("root", "a", String("one")).Child("root", "empty", String(""));
    heap.Child("root", "cons", {.type = "concatenated string", .name = "", .size = 20});
    heap.Edge("cons", "internal", "first", empty_first ? "empty" : "a");
    heap.Edge("cons", "internal", "second", empty_first ? "a" : "empty");
    EXPECT_EQ(Groups(heap), Keys{});
  }
}

// Adds a string of which the dump has the first part only.
void AddTruncated(SnapshotBuilder& heap, const std::string& key, const std::string& length,
                  const std::string& hash) {
  heap.Child("root", key, String("begin", 5000));
  const auto value = [&](const std::string& name, const std::string& kind,
                         const std::string& text) {
    const std::string number = key + " " + name;
    heap.Node(number, {.type = "number", .name = kind}).Edge(key, "internal", name, number);
    heap.Node(number + "=", {.type = "string", .name = text});
    heap.Edge(number, "internal", "value", number + "=");
  };
  value("truncated", "bool", "true");
  if (!length.empty()) value("length", "int", length);
  if (!hash.empty()) value("hash", "int", hash);
}

TEST(DuplicateStrings, CompareLengthAndHashOfTruncatedOnes) {
  SnapshotBuilder heap;
  AddTruncated(heap, "a", "5000", "17");
  AddTruncated(heap, "b", "5000", "17");
  AddTruncated(heap, "other length", "5001", "17");
  AddTruncated(heap, "other hash", "5000", "18");
  heap.Child("root", "whole", String("begin"));
  const AnalyzedHeap analyzed(heap);
  const auto groups = Duplicates(analyzed);
  ASSERT_EQ(groups.size(), 1U);
  EXPECT_EQ(analyzed.Keys(groups[0].nodes), (std::vector<std::string>{"a", "b"}));
  EXPECT_TRUE(groups[0].truncated);
  EXPECT_TRUE(groups[0].known_equal);
  EXPECT_EQ(groups[0].value, "begin");
}

// Older versions of V8 do not say that they cut a text.
TEST(DuplicateStrings, CompareTheSizesOfTextsThatMayBeCut) {
  const std::string text(1024, 'x');
  SnapshotBuilder heap;
  heap.Child("root", "a", String(text, 5000)).Child("root", "b", String(text, 5000));
  heap.Child("root", "other size", String(text, 5008));
  heap.Child("root", "part", String(text.substr(1), 1040));
  heap.Child("root", "other part", String(text.substr(1), 2064));
  const AnalyzedHeap analyzed(heap);
  const auto groups = Duplicates(analyzed);
  ASSERT_EQ(groups.size(), 2U);
  EXPECT_EQ(analyzed.Keys(groups[0].nodes), (std::vector<std::string>{"a", "b"}));
  EXPECT_FALSE(groups[0].known_equal);
  EXPECT_EQ(analyzed.Keys(groups[1].nodes), (std::vector<std::string>{"part", "other part"}));
  EXPECT_TRUE(groups[1].known_equal) << "shorter texts are whole, whatever their sizes";
}

// Long texts that begin alike are common: documents, encoded data, logs. They are
// not to be compared with each other one by one.
TEST(DuplicateStrings, TellManyTruncatedOnesApartInLinearTime) {
  SnapshotBuilder heap;
  for (int i = 0; i < 30'000; ++i)
    AddTruncated(heap, std::to_string(i), std::to_string(2000 + i), "");
  EXPECT_EQ(Groups(heap), Keys{});
}

TEST(DuplicateStrings, SurviveATextThatLooksLikeATruncatedOne) {
  SnapshotBuilder heap;
  AddTruncated(heap, "a", "5", "6");
  heap.Child("root", "b", String(std::string("begin\0", 6) + "5/6"));
  EXPECT_EQ(Groups(heap), Keys{});
}

}  // namespace
}  // namespace nodeheap::test
