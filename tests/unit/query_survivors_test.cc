// What came after the first of three snapshots and stayed.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "nodeheap/nodeheap.h"
#include "queries/survivors.h"
#include "support/files.h"
#include "support/snapshot_builder.h"

namespace nodeheap {
namespace {

using testing::ElementsAre;
using testing::UnorderedElementsAre;

// The later ones have an object of each kind more than the first.
Session Snapshot(bool later) {
  test::SnapshotBuilder heap;
  heap.Child("root", "global", {.size = 8});
  if (later)
    heap.Child("global", "leak", {.name = "Leak", .size = 100})
        .Child("global", "wrap", {.type = "native", .name = "Node / Wrap", .size = 5000})
        .Child("global", "code", {.type = "code", .name = "(compiled leak)", .size = 2000})
        .Child("global", "map", {.type = "object shape", .name = "system / Map", .size = 80})
        .Child("global", "hidden", {.type = "hidden", .name = "system / Hidden", .size = 80})
        .Edge("leak", "internal", "hidden", "hidden");  // else its size is its owner's
  return {test::LoadText(heap.Text()).value(), {}};
}

std::vector<std::string> ClassesOf(const Arguments::Values& values) {
  Progress progress;
  const Arguments arguments = Arguments::Parse(*FindQuery("trend"), values).value();
  Session first = Snapshot(false);
  const QueryInput input = {
      .session = first, .second = nullptr, .arguments = arguments, .progress = progress};
  Survivors survivors(input, 2);
  for (int i = 0; i < 2; ++i) {
    Session later = Snapshot(true);
    EXPECT_TRUE(later.Prepare(Need::kAll, progress));
    EXPECT_TRUE(survivors.Add(later));
  }
  std::vector<std::string> names;
  for (const Row& row : survivors.ToTable({}).rows) names.push_back(std::get<std::string>(row[3]));
  return names;
}

TEST(Survivors, AreObjectsOfTheProgram) { EXPECT_THAT(ClassesOf({}), ElementsAre("Leak")); }

TEST(Survivors, AreV8sOwnIfAskedFor) {
  EXPECT_THAT(ClassesOf({{"name", ""}, {"limit", "0"}}),
              UnorderedElementsAre("Leak", "(compiled code)", "(object shape)", "(system)"));
}

}  // namespace
}  // namespace nodeheap
