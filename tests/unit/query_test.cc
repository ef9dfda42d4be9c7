// The declarations of queries, their arguments, and paging.
#include "nodeheap/query.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <vector>

#include "queries/paging.h"

namespace nodeheap {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

const QueryInfo& Named(std::string_view name) { return *FindQuery(name); }

TEST(Registry, HasEveryCommand) {
  std::vector<std::string_view> names;
  for (const QueryInfo* query : Queries()) names.push_back(query->name);
  EXPECT_THAT(names, ElementsAre("analyze", "suspects", "findjsobjects", "findjsinstances",
                                 "inspect", "print", "constructor", "findrefs", "path",
                                 "dominators", "containment", "strings", "stats", "diff", "trend",
                                 "assert", "doctor", "memory", "spaces", "whatis", "bt", "async",
                                 "frame", "export", "verify-redacted", "source", "functions",
                                 "nodeinfo", "getactivehandles", "getactiverequests", "timers"));
}

TEST(Registry, DeclaresQueriesWholly) {
  std::set<std::string_view> names;
  for (const QueryInfo* query : Queries()) {
    SCOPED_TRACE(query->name);
    EXPECT_TRUE(names.insert(query->name).second);
    for (const std::string_view alias : query->aliases) EXPECT_TRUE(names.insert(alias).second);
    EXPECT_FALSE(query->summary.empty());
    EXPECT_FALSE(query->description.empty());
    EXPECT_FALSE(query->examples.empty());
    EXPECT_NE(query->run, nullptr);
    std::set<std::string_view> params;
    std::set<char> letters = {'o', 'h', 'q'};  // taken by options of every command
    for (const Param& param : AllParams(*query)) {
      EXPECT_TRUE(params.insert(param.name).second) << param.name;
      EXPECT_FALSE(param.help.empty()) << param.name;
      EXPECT_EQ(param.placeholder.empty(), param.kind == ParamKind::kFlag) << param.name;
      const bool free = param.short_name == 0 || letters.insert(param.short_name).second;
      EXPECT_TRUE(free) << param.name;
    }
  }
}

TEST(Registry, FindsByAlias) {
  EXPECT_EQ(FindQuery("summary"), FindQuery("findjsobjects"));
  EXPECT_EQ(FindQuery("nothing"), nullptr);
}

TEST(Arguments, HaveDefaults) {
  const auto arguments = Arguments::Parse(Named("findjsobjects"), {});
  ASSERT_TRUE(arguments.has_value());
  EXPECT_EQ(arguments->paging().limit, 20U);
  EXPECT_EQ(arguments->paging().sort, "retained_size");
  EXPECT_TRUE(arguments->paging().descending);
  EXPECT_FALSE(arguments->Flag("detailed"));
}

TEST(Arguments, AreTyped) {
  const auto arguments = Arguments::Parse(Named("dominators"),
                                          {{"node", "@12"}, {"depth", "3"}, {"min-share", "2.5%"}});
  ASSERT_TRUE(arguments.has_value());
  EXPECT_EQ(arguments->Text("node"), "@12");
  EXPECT_EQ(arguments->Integer("depth"), 3U);
  EXPECT_DOUBLE_EQ(arguments->Share("min-share"), 0.025);
}

std::string Complaint(std::string_view query, const Arguments::Values& values) {
  const auto arguments = Arguments::Parse(Named(query), values);
  return arguments ? "accepted" : Describe(arguments.error());
}

TEST(Arguments, RefuseNonsense) {
  EXPECT_THAT(Complaint("findjsobjects", {{"limit", "-1"}}), HasSubstr("whole number"));
  EXPECT_THAT(Complaint("findjsobjects", {{"limit", "99999999999999999999"}}),
              HasSubstr("whole number"));
  EXPECT_THAT(Complaint("dominators", {{"min-share", "nan"}}), HasSubstr("share such as"));
  EXPECT_THAT(Complaint("dominators", {{"min-share", "120%"}}), HasSubstr("share such as"));
  EXPECT_THAT(Complaint("path", {}), HasSubstr("needs NODE"));
  EXPECT_THAT(Complaint("path", {{"node", "@1"}, {"sort", "x"}}), HasSubstr("valid keys: length"));
  EXPECT_THAT(Complaint("path", {{"node", "@1"}, {"colour", "x"}}), HasSubstr("no parameter"));
  EXPECT_THAT(Complaint("findjsobjects", {{"sort", "size"}}),
              HasSubstr("valid keys: retained_size, self_size, instances, distance, name"));
  EXPECT_THAT(Complaint("findjsobjects", {{"sort", "name:up"}}), HasSubstr(":asc or :desc"));
}

TEST(Arguments, TakeAnOrderToSortIn) {
  const auto ascending = Arguments::Parse(Named("findjsobjects"), {{"sort", "self_size:asc"}});
  ASSERT_TRUE(ascending.has_value());
  EXPECT_EQ(ascending->paging().sort, "self_size");
  EXPECT_FALSE(ascending->paging().descending);
}

TEST(Arguments, SortAnalyzeInOneOrderOnly) {
  EXPECT_EQ(Complaint("analyze", {{"sort", "retained_size"}}), "accepted");
  EXPECT_THAT(Complaint("analyze", {{"sort", "retained_size:asc"}}), HasSubstr("one order only"));
}

TEST(Arguments, PageEveryQuery) {
  for (const QueryInfo* query : Queries()) {
    SCOPED_TRACE(query->name);
    if (query->sorts.empty()) continue;  // export lists nothing
    Arguments::Values values = {
        {"limit", "3"}, {"offset", "2"}, {"sort", std::string(query->sorts[0].key)}};
    for (const Param& param : query->params)
      if (param.required) values.emplace(param.name, "@1");
    const auto arguments = Arguments::Parse(*query, values);
    ASSERT_TRUE(arguments.has_value()) << Describe(arguments.error());
    EXPECT_EQ(arguments->paging().limit, 3U);
    EXPECT_EQ(arguments->paging().offset, 2U);
    EXPECT_EQ(arguments->paging().sort, query->sorts[0].key);
  }
}

class PagingTest : public testing::Test {
 protected:
  std::vector<uint32_t> Page(Paging paging) const {
    return SelectPage({0, 1, 2, 3, 4}, paging,
                      [&](uint32_t a, uint32_t b) { return values_[a] <=> values_[b]; });
  }

  std::vector<int> values_ = {3, 1, 3, 9, 0};
};

TEST_F(PagingTest, SortsAndKeepsTheOrderOfEqualItems) {
  EXPECT_THAT(Page({.limit = 0}), ElementsAre(3, 0, 2, 1, 4));
  EXPECT_THAT(Page({.limit = 0, .descending = false}), ElementsAre(4, 1, 0, 2, 3));
}

TEST_F(PagingTest, CutsPages) {
  EXPECT_THAT(Page({.limit = 2}), ElementsAre(3, 0));
  EXPECT_THAT(Page({.limit = 2, .offset = 2}), ElementsAre(2, 1));
  EXPECT_THAT(Page({.limit = 2, .offset = 4}), ElementsAre(4));
  EXPECT_THAT(Page({.limit = 2, .offset = 5}), ElementsAre());
  EXPECT_THAT(Page({.limit = UINT64_MAX, .offset = UINT64_MAX}), ElementsAre());
}

}  // namespace
}  // namespace nodeheap
