#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <vector>

#include "explorer/string_pool.h"

namespace nodeheap::explorer {
namespace {

TEST(StringPool, KeepsEachTextOnce) {
  StringPool pool;
  const uint32_t a = pool.Intern("a");
  const uint32_t b = pool.Intern("b");
  EXPECT_NE(a, b);
  EXPECT_EQ(pool.Intern("a"), a);
  EXPECT_EQ(pool.Intern(""), 0);
  const StringTable table = pool.Finish();
  ASSERT_EQ(table.size(), 3);
  EXPECT_EQ(table.Get(StringId{a}), "a");
  EXPECT_EQ(table.Get(StringId{b}), "b");
  EXPECT_EQ(table.Get(StringId{0}), "");
}

TEST(StringPool, KeepsWhatJsonEscapes) {
  StringPool pool;
  const std::string text = "say \"\n\\\x01 \xC3\xA9";
  const uint32_t id = pool.Intern(text);
  EXPECT_EQ(pool.Finish().Get(StringId{id}), text);
}

TEST(StringPool, ServesManyThreads) {
  constexpr int kThreads = 4;
  constexpr int kTexts = 2000;
  StringPool pool;
  std::vector<std::vector<uint32_t>> ids(kThreads);
  {
    std::vector<std::jthread> threads;
    for (std::vector<uint32_t>& own : ids)
      threads.emplace_back([&pool, &own] {
        for (int i = 0; i < kTexts; ++i) own.push_back(pool.Intern("text " + std::to_string(i)));
      });
  }
  const StringTable table = pool.Finish();
  EXPECT_EQ(table.size(), kTexts + 1);
  for (const std::vector<uint32_t>& own : ids) {
    EXPECT_EQ(own, ids[0]);
    for (int i = 0; i < kTexts; ++i)
      ASSERT_EQ(table.Get(StringId{own[static_cast<size_t>(i)]}), "text " + std::to_string(i));
  }
}

}  // namespace
}  // namespace nodeheap::explorer
