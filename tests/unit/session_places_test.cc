// The places of functions in snapshots.
#include <gtest/gtest.h>

#include <string>

#include "session/snapshot_places.h"
#include "support/analyzed_heap.h"

namespace nodeheap {
namespace {

std::string PlaceIn(const std::string& script) {
  test::SnapshotBuilder heap;
  heap.Child("root", "f", {.type = "closure"})
      .Node("shared", {.type = "code"})
      .Edge("f", "internal", "shared", "shared")
      .Node("script", {.type = "code", .name = script})
      .Edge("shared", "internal", "script", "script")
      .Locate("f", 7, 3, 4);
  const test::AnalyzedHeap analyzed(heap);
  return SnapshotPlaces().Text(analyzed.graph(), {.script_id = 7, .line = 3, .column = 4});
}

TEST(SnapshotPlaces, AreThoseInTheirScripts) {
  EXPECT_EQ(PlaceIn("/app/server.js"), "/app/server.js:4:5");
}

TEST(SnapshotPlaces, EvaluatedCodeHasNone) { EXPECT_EQ(PlaceIn(""), ""); }

}  // namespace
}  // namespace nodeheap
