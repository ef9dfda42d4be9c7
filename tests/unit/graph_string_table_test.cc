#include <gtest/gtest.h>

#include "support/columns.h"

namespace nodeheap::test {
namespace {

TEST(StringTable, HandsOutEachStringByItself) {
  const StringTable table = TableOf({"one", "", R"(\"two\")", R"(\\)", R"(\\\")", "last"});
  ASSERT_EQ(table.size(), 6U);
  EXPECT_EQ(table.Get(StringId{0}), "one");
  EXPECT_EQ(table.Get(StringId{1}), "");
  EXPECT_EQ(table.Get(StringId{2}), "\"two\"");
  EXPECT_EQ(table.Get(StringId{3}), "\\");
  EXPECT_EQ(table.Get(StringId{4}), "\\\"");
  EXPECT_EQ(table.Get(StringId{5}), "last");
}

TEST(StringTable, GivesTheEscapedTextToo) {
  const StringTable table = TableOf({R"(a\u0041\n)", "b"});
  EXPECT_EQ(table.Escaped(StringId{0}), R"(a\u0041\n)");
  EXPECT_EQ(table.From(StringId{0}), R"(a\u0041\n""b")");
  EXPECT_EQ(table.From(StringId{1}), "b\"");
}

TEST(StringTable, ReadsAPrefix) {
  const StringTable table = TableOf({std::string(5000, 'y') + R"(\u20ac)"});
  EXPECT_EQ(table.GetPrefix(StringId{0}, 10), std::string(10, 'y'));
  EXPECT_EQ(table.GetPrefix(StringId{0}, 100'000), table.Get(StringId{0}));
}

TEST(StringTable, KeepsItsTextAlive) {
  StringTable kept;
  {
    StringTable made = TableOf({"text"});
    kept = std::move(made);
  }
  EXPECT_EQ(kept.Get(StringId{0}), "text");
  kept.Evict();
  EXPECT_EQ(kept.Get(StringId{0}), "text");
}

}  // namespace
}  // namespace nodeheap::test
