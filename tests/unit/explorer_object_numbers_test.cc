#include <gtest/gtest.h>

#include "explorer/object_numbers.h"

namespace nodeheap::explorer {
namespace {

TEST(ObjectNumbers, CountTheIncludedObjectsInOrder) {
  constexpr uint32_t kObjects = 1000;
  constexpr uint32_t kFirst = 7;
  Bitmap included(kObjects);
  for (uint32_t i = 0; i < kObjects; i += 3) included.Add(i);
  const ObjectNumbers numbers(included, kObjects, kFirst);
  EXPECT_EQ(numbers.first(), kFirst);
  uint32_t next = kFirst;
  for (uint32_t i = 0; i < kObjects; ++i) {
    const v8::ObjectIndex object{i};
    ASSERT_EQ(numbers.Has(object), i % 3 == 0) << i;
    if (numbers.Has(object)) {
      ASSERT_EQ(numbers.ObjectOf(next), object) << i;
      ASSERT_EQ(numbers.Of(object), next++) << i;
    }
  }
  EXPECT_EQ(numbers.count(), next - kFirst);
}

TEST(ObjectNumbers, FindObjectsBehindMany) {
  constexpr uint32_t kObjects = 10'000;
  Bitmap included(kObjects);
  included.Add(3);
  for (uint32_t i = 9000; i < 9128; ++i) included.Add(i);
  const ObjectNumbers numbers(included, kObjects, 0);
  EXPECT_EQ(numbers.ObjectOf(0), v8::ObjectIndex{3});
  for (uint32_t i = 0; i < 128; ++i) ASSERT_EQ(numbers.ObjectOf(1 + i), v8::ObjectIndex{9000 + i});
}

TEST(ObjectNumbers, MayBeNone) {
  const ObjectNumbers numbers(Bitmap(0), 0, 1);
  EXPECT_EQ(numbers.count(), 0);
}

}  // namespace
}  // namespace nodeheap::explorer
