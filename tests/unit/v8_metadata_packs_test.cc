// The tables of builds that are compiled in.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "v8/layout.h"
#include "v8/packs.h"
#include "v8/packs/embedded.h"

namespace nodeheap::test {
namespace {

using testing::HasSubstr;
using v8::Metadata;

constexpr std::string_view kPack =
    "build\t22.1.0\tx64\t12.4.254\tab01\t1\t-120\t1d52000\t1dfa40\n"
    "build\t22.2.0\tarm64\t12.4.254\t-\t2\t-\t-\t-\n"
    "build\t22.3.0\tx64\t12.4.255\tab02\t1\t-128\t1d52000\t1dfa40\n"
    "name\t1\t2\n"
    "TaggedSize\t8\t-\n"
    "off_fp_function\t-16\t0\n";

TEST(Packs, AreReadAsTheyAreWritten) {
  const auto builds = v8::ParsePack(kPack);
  ASSERT_TRUE(builds) << Describe(builds.error());
  ASSERT_EQ(builds->size(), 3U);
  const Metadata& first = builds->front();
  EXPECT_EQ(first.node_version, "22.1.0");
  EXPECT_EQ(first.v8_version, (v8::Version{12, 4, 254}));
  EXPECT_EQ(first.build_id, "ab01");
  EXPECT_EQ(first.current_isolate, -120);
  EXPECT_EQ(first.builtins_start, 0x1d52000U);
  EXPECT_EQ(first.Find("off_fp_function"), -16);
  const Metadata& second = (*builds)[1];
  EXPECT_EQ(second.architecture, Architecture::kArm64);
  EXPECT_EQ(second.build_id, "");
  EXPECT_EQ(second.current_isolate, std::nullopt);
  EXPECT_EQ(second.Find("TaggedSize"), std::nullopt);
  EXPECT_EQ(second.Find("off_fp_function"), 0);
  EXPECT_EQ((*builds)[2].values, first.values);
  EXPECT_EQ(v8::WritePack(*builds), kPack);
}

TEST(Packs, TellWhichLineIsWrong) {
  const auto complaint = [](std::string_view text) {
    const auto builds = v8::ParsePack(text);
    return builds ? "read" : Describe(builds.error());
  };
  const std::string build = "build\t22.1.0\tx64\t12.4.254\tab01\t1\t-\t-\t-\n";
  EXPECT_THAT(complaint("build\t22.1.0\tx64\n"), HasSubstr("line 1"));
  EXPECT_THAT(complaint("build\t22.1.0\tmips\t12.4.254\tab01\t1\t-\t-\t-\n"), HasSubstr("line 1"));
  EXPECT_THAT(complaint(build + "name\t1\nA\t1\t2\n"), HasSubstr("line 3"));
  EXPECT_THAT(complaint(build + "name\t1\nA\tx\n"), HasSubstr("line 3"));
  EXPECT_THAT(complaint(build + "name\t2\nA\t1\n"), HasSubstr("a build has no values"));
}

TEST(EmbeddedPacks, AreAllReadAndWhatTheToolWrites) {
  size_t builds = 0;
  for (const std::string_view text : v8::kEmbeddedPacks) {
    const auto pack = v8::ParsePack(text);
    ASSERT_TRUE(pack) << Describe(pack.error());
    EXPECT_EQ(v8::WritePack(*pack), text);
    builds += pack->size();
  }
  EXPECT_EQ(v8::Packs().size(), builds);
}

TEST(EmbeddedPacks, CoverEveryMajorLineOnBothArchitectures) {
  std::set<std::string> x64;
  std::set<std::string> arm64;
  std::set<std::string> ids;
  for (const Metadata& pack : v8::Packs()) {
    SCOPED_TRACE(pack.origin);
    const std::string major = pack.node_version.substr(0, pack.node_version.find('.'));
    (pack.architecture == Architecture::kX64 ? x64 : arm64).insert(major);
    EXPECT_TRUE(ids.insert(pack.build_id).second);
    EXPECT_EQ(pack.build_id.size(), 40U);
    EXPECT_NE(pack.builtins_start, 0U);
    EXPECT_EQ(pack.current_isolate.has_value(), pack.v8_version.major >= 11);
    const auto layout = v8::Layout::Resolve(pack);
    EXPECT_TRUE(layout) << Describe(layout.error());
  }
  EXPECT_THAT(x64, testing::IsSupersetOf(
                       {"16", "17", "18", "19", "20", "21", "22", "23", "24", "25", "26"}));
  EXPECT_THAT(arm64, testing::IsSupersetOf({"16", "18", "20", "22", "24", "26"}));
}

}  // namespace
}  // namespace nodeheap::test
