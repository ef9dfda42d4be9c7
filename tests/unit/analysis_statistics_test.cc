#include <gtest/gtest.h>

#include "support/analyzed_heap.h"

namespace nodeheap::test {
namespace {

Statistics Of(const SnapshotBuilder& heap) {
  const AnalyzedHeap analyzed(heap);
  return ComputeStatistics(analyzed.graph(), analyzed.analysis());
}

// Every kind of node has another power of ten.
TEST(Statistics, DivideTheHeapByKind) {
  SnapshotBuilder heap;
  heap.layout().extra_native_bytes = 7'000'000'000;
  heap.Child("root", "code", {.type = "code", .size = 1});
  heap.Child("root", "string", {.type = "string", .size = 10});
  heap.Child("root", "cons", {.type = "concatenated string", .size = 100});
  heap.Child("root", "sliced", {.type = "sliced string", .size = 1000});
  heap.Child("root", "hidden", {.type = "hidden", .size = 10'000});
  heap.Child("root", "native", {.type = "native", .size = 100'000});
  heap.Child("root", "buffer",
             {.type = "native", .name = "system / JSArrayBufferData", .size = 1'000'000});
  heap.Child("root", "object", {.size = 10'000'000});
  heap.Node("orphan", {.size = 100'000'000});
  const Statistics s = Of(heap);
  EXPECT_EQ(s.total, 7'111'111'111U);
  EXPECT_EQ(s.native_total, 7'001'100'000U);
  EXPECT_EQ(s.typed_arrays, 1'000'000U);
  EXPECT_EQ(s.v8heap_total, 110'011'111U);
  EXPECT_EQ(s.code, 1U);
  EXPECT_EQ(s.strings, 1110U);
  EXPECT_EQ(s.system, 10'000U);
  EXPECT_EQ(s.js_arrays, 0U);
}

TEST(Statistics, CountArraysWithTheirOwnElements) {
  SnapshotBuilder heap;
  heap.Child("root", "a", {.name = "Array", .size = 16})
      .Child("root", "b", {.name = "Array", .size = 32});
  heap.Child("root", "c", {.name = "Arrays", .size = 1});
  // A string as elements: nothing that moves to its owner anyway.
  heap.Node("own", {.type = "number", .size = 100}).Edge("a", "internal", "elements", "own");
  heap.Node("shared", {.type = "number", .size = 1000}).Edge("b", "internal", "elements", "shared");
  heap.Edge("c", "internal", "elements", "shared").Edge("a", "property", "elements", "c");
  EXPECT_EQ(Of(heap).js_arrays, 16 + 32 + 100U);
}

TEST(Statistics, UseReassignedSizes) {
  SnapshotBuilder heap;
  heap.Child("root", "a", {.name = "Array", .size = 16});
  heap.Node("elements", {.type = "array", .size = 100})
      .Edge("a", "internal", "elements", "elements");
  heap.Child("root", "o", {.size = 8}).Child("o", "map", {.type = "hidden", .size = 40});
  const Statistics s = Of(heap);
  EXPECT_EQ(s.js_arrays, 116U);
  EXPECT_EQ(s.system, 0U);
  EXPECT_EQ(s.total, 164U);
}

TEST(Statistics, HoldMoreThanFourGibibytes) {
  SnapshotBuilder heap;
  heap.Child("root", "a",
             {.type = "native", .name = "system / JSArrayBufferData", .size = 5ULL << 30});
  heap.Child("root", "b",
             {.type = "native", .name = "system / JSArrayBufferData", .size = 5ULL << 30});
  EXPECT_EQ(Of(heap).typed_arrays, 10ULL << 30);
  EXPECT_EQ(Of(heap).v8heap_total, 0U);
}

}  // namespace
}  // namespace nodeheap::test
