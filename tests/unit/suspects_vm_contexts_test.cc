// Contexts of the vm module that pile up, in heaps made of a few lines.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "support/analyzed_heap.h"
#include "suspects/suspects.h"

namespace nodeheap {
namespace {

using test::AnalyzedHeap;
using test::SnapshotBuilder;
using testing::IsEmpty;
using testing::SizeIs;

std::vector<Suspect> SuspectsIn(const SnapshotBuilder& heap) {
  const AnalyzedHeap analyzed(heap);
  return FindSuspects(analyzed.graph(), analyzed.analysis(), Progress()).value();
}

// global.plugins, a list of functions, each made in a context of its own.
SnapshotBuilder Plugins(int count) {
  SnapshotBuilder heap;
  heap.Child("root", "global", {.name = "global", .size = 8})
      .Child("global", "plugins", {.name = "Array", .size = 16})
      .Node("(Global handles)", {.type = "synthetic"})
      .Edge("root", "element", "1", "(Global handles)");
  for (int i = 0; i < count; ++i) {
    const std::string n = std::to_string(i);
    heap.Node("run" + n, {.type = "closure", .name = "run", .size = 64})
        .Edge("plugins", "element", n, "run" + n)
        .Node("context" + n, {.type = "hidden", .name = "system / NativeContext", .size = 20'000})
        .Edge("run" + n, "internal", "context", "context" + n)
        .Node("state" + n, {.size = 5'000})
        .Edge("run" + n, "property", "state", "state" + n)
        .Edge("(Global handles)", "weak", n, "context" + n);
  }
  return heap;
}

TEST(VmContexts, ManyThatOneArrayKeeps) {
  const SnapshotBuilder heap = Plugins(12);
  const auto suspects = SuspectsIn(heap);
  ASSERT_THAT(suspects, SizeIs(1));
  EXPECT_EQ(suspects[0].kind, SuspectKind::kVmContexts);
  EXPECT_EQ(Index(suspects[0].holder), heap.Position("plugins"));
  EXPECT_EQ(suspects[0].count, 12U);
  EXPECT_EQ(suspects[0].retained_size, 12U * 25'064) << "with all that would go with them";
  EXPECT_EQ(suspects[0].sentence, "Array in global.plugins keeps 12 vm contexts alive");
}

TEST(VmContexts, NotAFew) { EXPECT_THAT(SuspectsIn(Plugins(9)), IsEmpty()); }

TEST(VmContexts, NotThoseInUse) {
  SnapshotBuilder heap = Plugins(12);
  for (int i = 0; i < 3; ++i)
    heap.Edge("(Global handles)", "internal", "9", "context" + std::to_string(i));
  EXPECT_THAT(SuspectsIn(heap), IsEmpty());
}

TEST(VmContexts, ThoseOfAnAccumulationAreThatOnesMatter) {
  const auto suspects = SuspectsIn(Plugins(150));
  ASSERT_THAT(suspects, SizeIs(1));
  EXPECT_EQ(suspects[0].kind, SuspectKind::kAccumulation);
  EXPECT_EQ(suspects[0].class_name, "run");
}

// global.app has two caches: five contexts are in the one, eight in the other.
SnapshotBuilder TwoCaches(const std::vector<std::string>& order) {
  SnapshotBuilder heap = Plugins(0);
  heap.Child("global", "app", {.name = "App", .size = 16})
      .Child("app", "few", {.name = "Cache", .size = 500'000})
      .Child("app", "most", {.name = "Cache", .size = 16});
  for (size_t i = 0; i < order.size(); ++i) {
    const std::string n = std::to_string(i);
    heap.Child(order[i], "sandbox" + n, {.size = 16})
        .Node("context" + n, {.type = "hidden", .name = "system / NativeContext", .size = 20'000})
        .Edge("sandbox" + n, "internal", "context", "context" + n);
  }
  return heap;
}

TEST(VmContexts, WhatOneHoldsOfThemInAnyOrder) {
  std::vector<std::string> order(5, "few");
  order.insert(order.end(), 8, "most");
  for (const bool reversed : {false, true}) {
    if (reversed) std::ranges::reverse(order);
    const SnapshotBuilder heap = TwoCaches(order);
    const auto suspects = SuspectsIn(heap);
    ASSERT_THAT(suspects, SizeIs(1));
    EXPECT_EQ(Index(suspects[0].holder), heap.Position("most"));
    EXPECT_EQ(suspects[0].count, 8U);
    EXPECT_EQ(suspects[0].retained_size, 8U * 20'016);
    EXPECT_EQ(suspects[0].sentence, "Cache in App.most keeps 8 vm contexts alive");
  }
}

TEST(VmContexts, WithoutACommonHolderOneStandsForAll) {
  SnapshotBuilder heap = Plugins(0);
  for (int i = 0; i < 12; ++i) {
    const std::string n = std::to_string(i);
    heap.Node("context" + n, {.type = "hidden", .name = "system / NativeContext"})
        .Child("context" + n, "builtins" + n, {.size = 20'000})
        .Child("global", "sandbox" + n, {.size = 16})
        .Edge("sandbox" + n, "internal", "context", "context" + n);
  }
  const auto suspects = SuspectsIn(heap);
  ASSERT_THAT(suspects, SizeIs(1));
  EXPECT_EQ(suspects[0].retained_size, 12U * 20'000);
  EXPECT_EQ(suspects[0].sentence, "12 vm contexts are alive, one of them below global.sandbox0");
}

}  // namespace
}  // namespace nodeheap
