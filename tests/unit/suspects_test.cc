// What is a suspect, and what is not, in heaps made of a few lines.
#include "suspects/suspects.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <optional>
#include <string>

#include "support/analyzed_heap.h"

namespace nodeheap {
namespace {

using test::AnalyzedHeap;
using test::SnapshotBuilder;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;

std::vector<Suspect> SuspectsIn(const SnapshotBuilder& heap) {
  const AnalyzedHeap analyzed(heap);
  return FindSuspects(analyzed.graph(), analyzed.analysis(), Progress()).value();
}

SnapshotBuilder EmptyHeap() {
  SnapshotBuilder heap;
  heap.Child("root", "global", {.name = "global", .size = 8});
  return heap;
}

// An array, as a property of `owner`, of `count` objects of a class, of 2000 bytes each.
void AddArray(SnapshotBuilder& heap, const std::string& owner, const std::string& property,
              const std::string& class_name, int count) {
  const std::string elements = property + " elements";
  heap.Child(owner, property, {.name = "Array", .size = 16})
      .Node(elements, {.type = "array", .name = "(object elements)", .size = 1000})
      .Edge(property, "internal", "elements", elements);
  for (int i = 0; i < count; ++i) {
    const std::string item = property + std::to_string(i);
    heap.Node(item, {.name = class_name, .size = 2000})
        .Edge(elements, "internal", std::to_string(i), item)
        .Edge(property, "element", std::to_string(i), item);
  }
}

TEST(Suspects, AnArrayOfManyOfOneClass) {
  SnapshotBuilder heap = EmptyHeap();
  AddArray(heap, "global", "cache", "Item", 200);
  const auto suspects = SuspectsIn(heap);
  ASSERT_EQ(suspects.size(), 1U);
  const Suspect& suspect = suspects[0];
  EXPECT_EQ(suspect.kind, SuspectKind::kAccumulation);
  EXPECT_EQ(Index(suspect.holder), heap.Position("cache"));
  EXPECT_EQ(suspect.class_name, "Item");
  EXPECT_EQ(suspect.count, 200U);
  EXPECT_EQ(suspect.retained_size, 400'000U);
  EXPECT_EQ(suspect.path.size(), 2U);
  EXPECT_EQ(suspect.sentence, "Array in global.cache keeps 200 × Item alive");
}

TEST(Suspects, NotFewNotSmallNotMixed) {
  SnapshotBuilder few = EmptyHeap();
  AddArray(few, "global", "cache", "Item", 99);
  EXPECT_TRUE(SuspectsIn(few).empty());

  SnapshotBuilder mixed = EmptyHeap();
  AddArray(mixed, "global", "cache", "Item", 0);
  for (int i = 0; i < 200; ++i) {
    const std::string item = "mixed" + std::to_string(i);
    mixed.Node(item, {.size = 2000}).Edge("cache elements", "internal", "x", item);
  }
  EXPECT_TRUE(SuspectsIn(mixed).empty());

  // A tenth of what is there besides the 6 MB of any process.
  SnapshotBuilder small = EmptyHeap();
  AddArray(small, "global", "cache", "Item", 200);
  small.Child("global", "other", {.type = "string", .size = 9'700'000});
  EXPECT_TRUE(SuspectsIn(small).empty());
}

TEST(Suspects, OneHeavyChildIsNoAccumulation) {
  SnapshotBuilder heap = EmptyHeap();
  AddArray(heap, "global", "cache", "Item", 150);
  heap.Child("cache0", "payload", {.type = "string", .size = 90'000'000});
  EXPECT_TRUE(SuspectsIn(heap).empty());
}

TEST(Suspects, ModulesAreEverywhere) {
  SnapshotBuilder heap = EmptyHeap();
  AddArray(heap, "global", "cache", "Module", 500);
  EXPECT_TRUE(SuspectsIn(heap).empty());
}

TEST(Suspects, NamelessFunctionsAreToldApartByTheirCode) {
  const auto heap_with = [](int codes) {
    SnapshotBuilder heap = EmptyHeap();
    heap.Child("global", "methods", {.name = "Object", .size = 16});
    for (int i = 0; i < codes; ++i)
      heap.Node("code" + std::to_string(i), {.type = "code", .name = "(shared function info)"})
          .Edge("global", "internal", "code", "code" + std::to_string(i));
    for (int i = 0; i < 200; ++i) {
      const std::string method = "method" + std::to_string(i);
      heap.Node(method, {.type = "closure", .name = "", .size = 2000})
          .Edge(method, "internal", "shared", "code" + std::to_string(i % codes))
          .Edge("methods", "property", method, method);
    }
    return heap;
  };
  EXPECT_EQ(SuspectsIn(heap_with(1)).size(), 1U);
  EXPECT_TRUE(SuspectsIn(heap_with(200)).empty());
}

TEST(Suspects, ATreeIsNoCollection) {
  SnapshotBuilder heap = EmptyHeap();
  heap.Child("global", "program", {.name = "Node", .size = 100});
  for (int i = 0; i < 200; ++i)
    heap.Child("program", "statement" + std::to_string(i), {.name = "Node", .size = 2000});
  EXPECT_TRUE(SuspectsIn(heap).empty());
}

TEST(Suspects, WhatIsAlsoHeldElsewhereIsInUse) {
  SnapshotBuilder heap = EmptyHeap();
  AddArray(heap, "global", "files", "File", 200);
  heap.Child("global", "index", {.name = "Map", .size = 16});
  for (int i = 0; i < 200; ++i)
    heap.Edge("index", "internal", "table", "files" + std::to_string(i));
  EXPECT_TRUE(SuspectsIn(heap).empty());
}

TEST(Suspects, AnAccumulationNamesWhatWeighs) {
  SnapshotBuilder heap = EmptyHeap();
  AddArray(heap, "global", "pending", "Promise", 200);
  for (int i = 0; i < 200; ++i) {
    const std::string n = std::to_string(i);
    heap.Node("context" + n, {.name = "Context", .size = 50})
        .Edge("pending" + n, "internal", "reactions", "context" + n)
        .Node("data" + n, {.name = "Array", .size = 8000})
        .Edge("context" + n, "property", "data", "data" + n);
  }
  const auto suspects = SuspectsIn(heap);
  ASSERT_EQ(suspects.size(), 1U);
  EXPECT_THAT(suspects[0].sentence, HasSubstr("200 × Promise alive, each mostly for Context.data"));
}

// global.first → { text, next } → …
SnapshotBuilder Chain(int links, uint64_t size_of_last = 30'000) {
  SnapshotBuilder heap = EmptyHeap();
  std::string last = "global";
  for (int i = 0; i < links; ++i) {
    const std::string link = "link" + std::to_string(i);
    const std::string context = "context" + std::to_string(i);
    heap.Node(link, {.name = "Link", .size = 40})
        .Edge(last, i == 0 ? "property" : "context", "origin", link);
    const uint64_t size = i + 1 == links ? size_of_last : 30'000;
    heap.Node("text" + link, {.type = "string", .size = size})
        .Edge(link, "property", "text", "text" + link);
    heap.Node(context, {.name = "system / Context", .size = 40})
        .Edge(link, "property", "method", context);
    last = context;
  }
  return heap;
}

TEST(Suspects, AChain) {
  const SnapshotBuilder heap = Chain(20);
  const auto suspects = SuspectsIn(heap);
  ASSERT_EQ(suspects.size(), 1U);
  EXPECT_EQ(suspects[0].kind, SuspectKind::kChain);
  EXPECT_EQ(Index(suspects[0].holder), heap.Position("link0"));
  EXPECT_EQ(suspects[0].class_name, "Link");
  EXPECT_GE(suspects[0].count, 18U);
  EXPECT_LE(suspects[0].count, 20U);
  EXPECT_EQ(suspects[0].retained_size, 20U * 30'080);
}

TEST(Suspects, AChainIsLongAndSpread) {
  EXPECT_TRUE(SuspectsIn(Chain(6)).empty());
  EXPECT_TRUE(SuspectsIn(Chain(20, 5'000'000)).empty()) << "what the last one holds is the matter";
}

TEST(Suspects, ALongStringIsNoChain) {
  SnapshotBuilder heap = EmptyHeap();
  std::string last = "global";
  for (int i = 0; i < 50; ++i) {
    const std::string half = "half" + std::to_string(i);
    heap.Node(half, {.type = "concatenated string", .size = 10'000})
        .Edge(last, "internal", "first", half);
    last = half;
  }
  EXPECT_TRUE(SuspectsIn(heap).empty());
}

SnapshotBuilder Listeners(const std::string& event) {
  SnapshotBuilder heap = EmptyHeap();
  heap.Child("global", "server", {.name = "Server", .size = 100})
      .Child("server", "_events", {.name = "Object", .size = 100});
  AddArray(heap, "_events", event, "Unused", 0);
  for (int i = 0; i < 200; ++i) {
    const std::string listener = "listener" + std::to_string(i);
    heap.Node(listener, {.type = "closure", .name = "onRequest", .size = 2000})
        .Edge(event + " elements", "internal", "0", listener);
  }
  return heap;
}

TEST(Suspects, Listeners) {
  const auto suspects = SuspectsIn(Listeners("request"));
  ASSERT_EQ(suspects.size(), 1U);
  EXPECT_EQ(suspects[0].kind, SuspectKind::kListeners);
  EXPECT_EQ(suspects[0].class_name, "onRequest");
  EXPECT_EQ(suspects[0].sentence,
            "the event \"request\" of Server has 200 × onRequest() as listeners");
}

// A list of timers, each of which knows the next and the one before.
TEST(Suspects, Timers) {
  SnapshotBuilder heap = EmptyHeap();
  heap.Child("global", "list", {.name = "TimersList", .size = 100});
  std::string last = "list";
  for (int i = 0; i < 200; ++i) {
    const std::string timer = "timer" + std::to_string(i);
    const std::string callback = "callback" + std::to_string(i);
    heap.Node(timer, {.name = "Timeout", .size = 100})
        .Edge(last, "property", "_idleNext", timer)
        .Edge(timer, "property", "_idlePrev", last)
        .Node(callback, {.type = "closure", .name = "poll", .size = 2000})
        .Edge(timer, "property", "_onTimeout", callback);
    last = timer;
  }
  heap.Edge(last, "property", "_idleNext", "list").Edge("list", "property", "_idlePrev", last);
  const auto suspects = SuspectsIn(heap);
  ASSERT_EQ(suspects.size(), 1U);
  EXPECT_EQ(suspects[0].kind, SuspectKind::kTimerList);
  EXPECT_EQ(suspects[0].count, 200U);
  EXPECT_EQ(suspects[0].retained_size, 420'000U);
  EXPECT_EQ(suspects[0].sentence, "timers wait to call 200 × poll()");
}

// `count` objects of a class in two collections, each with a string of its own that says `text`.
SnapshotBuilder Copies(int count, const std::string& text, uint64_t size) {
  SnapshotBuilder heap = EmptyHeap();
  AddArray(heap, "global", "users", "User", count);
  heap.Child("global", "index", {.name = "Map", .size = 16});
  for (int i = 0; i < count; ++i) {
    const std::string n = std::to_string(i);
    heap.Edge("index", "internal", "table", "users" + n)
        .Node("agent" + n, {.type = "string", .name = text, .size = size})
        .Edge("users" + n, "property", "agent", "agent" + n);
  }
  return heap;
}

TEST(Suspects, DuplicateStringsOfOneProperty) {
  const auto suspects = SuspectsIn(Copies(200, "Gecko", 2000));
  ASSERT_EQ(suspects.size(), 1U);
  EXPECT_EQ(suspects[0].kind, SuspectKind::kDuplicateStrings);
  EXPECT_EQ(suspects[0].count, 199U);
  EXPECT_EQ(suspects[0].retained_size, 199U * 2000);
  EXPECT_EQ(
      suspects[0].sentence,
      "199 strings in User.agent are copies of others, such as \"Gecko\"; they waste 398.0 kB");
  EXPECT_EQ(suspects[0].fingerprint, SuspectsIn(Copies(300, "Chromium", 2000)).at(0).fingerprint)
      << "which texts they are is chance";
}

TEST(Suspects, FewOrSmallDuplicateStringsAreFine) {
  EXPECT_TRUE(SuspectsIn(Copies(10, "Gecko", 100'000)).empty());
  EXPECT_EQ(SuspectsIn(Copies(11, "Gecko", 100'000)).size(), 1U);
  EXPECT_TRUE(SuspectsIn(Copies(100, "Gecko", 1000)).empty());
}

TEST(Suspects, DuplicateStringsOfATable) {
  SnapshotBuilder heap = EmptyHeap();
  AddArray(heap, "global", "rows", "Array", 50);
  for (int i = 0; i < 500; ++i) {
    const std::string row = "rows" + std::to_string(i % 50);
    const std::string cell = "cell" + std::to_string(i);
    heap.Node(cell, {.type = "string", .name = i % 2 == 0 ? "yes" : "no", .size = 1000})
        .Edge(row, "element", std::to_string(i / 50), cell);
  }
  const auto suspects = SuspectsIn(heap);
  ASSERT_EQ(suspects.size(), 1U);
  EXPECT_EQ(suspects[0].kind, SuspectKind::kDuplicateStrings);
  EXPECT_EQ(suspects[0].count, 498U);
  EXPECT_THAT(suspects[0].sentence, HasSubstr("498 strings below global.rows are copies"));
}

// Contexts of two functions are of one class, and variables of one name have nothing in common.
TEST(Suspects, DuplicateStringsOfOneVariable) {
  SnapshotBuilder heap = EmptyHeap();
  for (const std::string function : {"parse", "render"}) {
    const std::string scope = function + " scope";
    heap.Child("global", scope, {.type = "code", .name = "system / ScopeInfo", .size = 8});
    for (int i = 0; i < 50; ++i) {
      const std::string n = function + std::to_string(i);
      heap.Child("global", n, {.name = "system / Context", .size = 40})
          .Edge(n, "internal", "scope_info", scope)
          .Node("text " + n, {.type = "string", .name = function, .size = 10'000})
          .Edge(n, "context", "source", "text " + n);
    }
  }
  const auto suspects = SuspectsIn(heap);
  ASSERT_EQ(suspects.size(), 2U);
  for (const Suspect& suspect : suspects) EXPECT_EQ(suspect.count, 49U);
}

TEST(Suspects, DuplicateStringsOfALeakAreItsMatter) {
  SnapshotBuilder heap = EmptyHeap();
  AddArray(heap, "global", "users", "User", 200);
  for (int i = 0; i < 200; ++i) {
    const std::string n = std::to_string(i);
    heap.Node("agent" + n, {.type = "string", .name = "Gecko", .size = 2000})
        .Edge("users" + n, "property", "agent", "agent" + n);
  }
  const auto suspects = SuspectsIn(heap);
  ASSERT_EQ(suspects.size(), 1U);
  EXPECT_EQ(suspects[0].kind, SuspectKind::kAccumulation);
  EXPECT_THAT(suspects[0].sentence,
              EndsWith("; 199 strings in it are copies of others (398.0 kB)"));
}

// A few of the copies are in a leak, most are not: that one's sentence tells of its own only.
TEST(Suspects, DuplicateStringsBesideALeakAreNotItsMatter) {
  for (const uint64_t size_in_leak : {8U, 1000U}) {
    SnapshotBuilder heap = Copies(300, "Gecko", 2000);
    AddArray(heap, "global", "log", "User", 150);
    for (int i = 0; i < 150; ++i) {
      const std::string n = std::to_string(i);
      heap.Node("logged" + n, {.type = "string", .name = "Gecko", .size = size_in_leak})
          .Edge("log" + n, "property", "agent", "logged" + n);
    }
    const auto suspects = SuspectsIn(heap);
    ASSERT_EQ(suspects.size(), 2U);
    EXPECT_EQ(suspects[0].kind, SuspectKind::kDuplicateStrings);
    EXPECT_EQ(suspects[0].count, 299U);
    EXPECT_EQ(suspects[0].retained_size, 299U * 2000);
    EXPECT_EQ(suspects[1].kind, SuspectKind::kAccumulation);
    if (size_in_leak == 1000)
      EXPECT_THAT(suspects[1].sentence,
                  EndsWith("; 150 strings in it are copies of others (150.0 kB)"));
    else
      EXPECT_THAT(suspects[1].sentence, Not(HasSubstr("copies")));
  }
}

// One header of a licence does not make files copies of each other.
TEST(Suspects, TextsThatMayBeCutAreNoDuplicates) {
  EXPECT_TRUE(SuspectsIn(Copies(200, std::string(1024, 'x'), 2000)).empty());
  EXPECT_EQ(SuspectsIn(Copies(200, std::string(1023, 'x'), 2000)).size(), 1U);
}

TEST(Suspects, DuplicateStringsMustBeATenthOfTheHeap) {
  SnapshotBuilder heap = Copies(200, "Gecko", 2000);
  heap.Child("global", "other", {.type = "string", .size = 4'000'000});
  EXPECT_TRUE(SuspectsIn(heap).empty());
}

constexpr uint64_t kUnknown = ~uint64_t{0};  // as in a snapshot

// `count` arrays in two collections, each with room for 1000 elements of which it uses `used`.
std::vector<Suspect> SuspectsInGrids(int count, uint64_t used) {
  SnapshotBuilder heap = EmptyHeap();
  AddArray(heap, "global", "grids", "Grid", count);
  heap.Child("global", "index", {.name = "Map", .size = 16});
  for (int i = 0; i < count; ++i) {
    const std::string n = std::to_string(i);
    heap.Edge("index", "internal", "table", "grids" + n)
        .Node("cells" + n, {.name = "Array", .size = 32})
        .Edge("grids" + n, "property", "cells", "cells" + n)
        .Node("cell" + n, {.size = 8})
        .Edge("cells" + n, "element", "0", "cell" + n)
        .Node("room" + n, {.type = "array", .name = "(object elements)", .size = 16 + 8 * 1000})
        .Edge("cells" + n, "internal", "elements", "room" + n);
  }
  const AnalyzedHeap analyzed(heap);
  SuspectFacts facts;
  if (used != kUnknown)
    facts.count_elements = [=](NodeId, uint64_t most) { return std::min(used, most); };
  return FindSuspects(analyzed.graph(), analyzed.analysis(), Progress(), facts).value();
}

TEST(Suspects, OversizedArrays) {
  const auto suspects = SuspectsInGrids(100, 3);
  ASSERT_EQ(suspects.size(), 1U);
  EXPECT_EQ(suspects[0].kind, SuspectKind::kOversized);
  EXPECT_EQ(suspects[0].count, 100U);
  EXPECT_EQ(suspects[0].retained_size, 100U * 997 * 8);
  EXPECT_EQ(suspects[0].sentence,
            "at most a tenth of the room for elements is used in 100 × Array in Grid.cells; "
            "797.6 kB are empty");
}

TEST(Suspects, ArraysThatMayBeFullAreNotOversized) {
  EXPECT_EQ(SuspectsInGrids(100, 100).size(), 1U);
  EXPECT_TRUE(SuspectsInGrids(100, 101).empty());
  EXPECT_TRUE(SuspectsInGrids(100, kUnknown).empty()) << "besides the object, they may be numbers";
}

// A buffer of 1 MB and views of it: ranges by key.
std::vector<Suspect> SuspectsWithViews(const std::map<std::string, ByteRange>& views,
                                       const std::string& other_owner = {}) {
  SnapshotBuilder heap = EmptyHeap();
  heap.Node("buffer", {.name = "ArrayBuffer", .size = 100})
      .Node("data", {.type = "native", .name = "system / JSArrayBufferData", .size = 1'000'000})
      .Edge("buffer", "internal", "backing_store", "data");
  for (const auto& [key, range] : views)
    heap.Child("global", key, {.name = "Buffer", .size = 100})
        .Edge(key, "internal", "buffer", "buffer");
  if (!other_owner.empty())
    heap.Child("global", other_owner, {.name = "Pool"})
        .Edge(other_owner, "property", "b", "buffer");
  const AnalyzedHeap analyzed(heap);
  const auto range_of = [&](NodeId node) -> std::optional<ByteRange> {
    const auto found = views.find(analyzed.Key(Index(node)));
    return found == views.end() ? std::nullopt : std::optional(found->second);
  };
  return FindSuspects(analyzed.graph(), analyzed.analysis(), Progress(),
                      {.range_of_view = range_of})
      .value();
}

TEST(Suspects, BuffersPinnedBySmallSlices) {
  const auto suspects = SuspectsWithViews({{"a", {0, 16}}, {"b", {8, 32}}, {"c", {900, 1000}}});
  ASSERT_EQ(suspects.size(), 1U);
  EXPECT_EQ(suspects[0].kind, SuspectKind::kPinnedBuffers);
  EXPECT_EQ(suspects[0].retained_size, 1'000'000U - 132);
  EXPECT_EQ(suspects[0].sentence,
            "at most a tenth of the memory kept alive is shown by 1 × Buffer in global.a; "
            "999.9 kB go unused");
}

TEST(Suspects, BuffersInUseAreNotPinned) {
  EXPECT_TRUE(SuspectsWithViews({{"a", {0, 60'000}}, {"b", {50'000, 110'000}}}).empty());
  EXPECT_TRUE(SuspectsWithViews({{"a", {0, 16}}}, "pool").empty());
}

// Each isolate has the texts of its scripts.
TEST(Suspects, TextsOfScriptsAreNoDuplicates) {
  SnapshotBuilder heap = EmptyHeap();
  for (int i = 0; i < 200; ++i) {
    const std::string n = std::to_string(i);
    heap.Node("script" + n, {.type = "code", .name = "system / Script"})
        .Edge("global", "internal", "script", "script" + n)
        .Node("source" + n, {.type = "string", .name = "text", .size = 2000})
        .Edge("script" + n, "internal", "source", "source" + n);
  }
  EXPECT_TRUE(SuspectsIn(heap).empty());
}

TEST(Suspects, NamesAreEscaped) {
  const auto suspects = SuspectsIn(Listeners("\x1b[2J"));
  ASSERT_EQ(suspects.size(), 1U);
  EXPECT_THAT(suspects[0].sentence, HasSubstr("\\u001b[2J"));
}

uint64_t FingerprintOf(const std::string& property, const std::string& class_name, int count,
                       int before) {
  SnapshotBuilder heap = EmptyHeap();
  for (int i = 0; i < before; ++i)
    heap.Child("global", "unrelated" + std::to_string(i), {.size = 10});
  AddArray(heap, "global", property, class_name, count);
  return SuspectsIn(heap).at(0).fingerprint;
}

TEST(Fingerprint, IsOfNamesOnly) {
  const uint64_t first = FingerprintOf("cache", "Item", 200, 0);
  EXPECT_EQ(FingerprintOf("cache", "Item", 300, 7), first);
  EXPECT_NE(FingerprintOf("store", "Item", 200, 0), first);
  EXPECT_NE(FingerprintOf("cache", "Entry", 200, 0), first);
  EXPECT_EQ(FingerprintText(0xab), "00000000000000ab");
}

TEST(Fingerprint, NumbersInNamesAreChance) {
  EXPECT_EQ(FingerprintOf("worker17", "Item", 200, 0), FingerprintOf("worker4", "Item", 200, 0));
}

TEST(Suspects, ThePathIsThatOfTheBestName) {
  SnapshotBuilder heap = EmptyHeap();
  heap.Child("global", "b", {.name = "Store"}).Child("global", "a", {.name = "Shop"});
  AddArray(heap, "b", "items", "Item", 200);
  heap.Edge("a", "property", "items", "items");
  const AnalyzedHeap analyzed(heap);
  const auto suspects = FindSuspects(analyzed.graph(), analyzed.analysis(), Progress()).value();
  ASSERT_EQ(suspects.size(), 1U);
  ASSERT_EQ(suspects[0].path.size(), 3U);
  EXPECT_EQ(analyzed.graph().edge_name(suspects[0].path[1]), "a")
      << "of equal paths, not the first in the file";
}

}  // namespace
}  // namespace nodeheap
