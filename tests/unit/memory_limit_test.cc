// Containers have less memory than the machine they run on.
#include "memory/memory_limit.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace nodeheap {
namespace {

constexpr uint64_t kNone = UINT64_MAX;

// A directory in place of /sys/fs/cgroup, and the groups of a process.
class ControlGroups : public testing::Test {
 protected:
  ControlGroups() {
    std::string name = testing::TempDir() + "cgroup.XXXXXX";
    mount_ = mkdtemp(name.data());
  }
  ~ControlGroups() override { std::filesystem::remove_all(mount_); }

  void Write(const std::string& file, const std::string& text) const {
    std::filesystem::create_directories(std::filesystem::path(mount_ + file).parent_path());
    std::ofstream(mount_ + file) << text;
  }
  uint64_t LimitOf(const std::string& membership) const {
    Write("/membership", membership);
    return ControlGroupLimit(mount_ + "/membership", mount_);
  }

  std::string mount_;
};

TEST_F(ControlGroups, LimitNothingByDefault) {
  EXPECT_EQ(ControlGroupLimit(mount_ + "/missing", mount_), kNone);
  EXPECT_EQ(LimitOf("0::/\n"), kNone);
  EXPECT_EQ(LimitOf("no group\n9:memory\n"), kNone);
  Write("/memory.max", "max\n");
  EXPECT_EQ(LimitOf("0::/\n"), kNone);
}

TEST_F(ControlGroups, OfVersion2ObeyThoseAbove) {
  Write("/a/b/memory.max", "3000\n");
  EXPECT_EQ(LimitOf("0::/a/b\n"), 3000U);
  Write("/a/memory.max", "2000\n");
  EXPECT_EQ(LimitOf("0::/a/b\n"), 2000U);
  EXPECT_EQ(LimitOf("0::/other\n"), kNone);
}

TEST_F(ControlGroups, OfVersion1HaveControllers) {
  Write("/memory/docker/1/memory.limit_in_bytes", "4000\n");
  Write("/memory/memory.limit_in_bytes", "9223372036854771712\n");
  EXPECT_EQ(LimitOf("5:cpu,cpuacct:/x\n4:memory:/docker/1\n"), 4000U);
  EXPECT_EQ(LimitOf("4:cpu,memory:/docker/1\n"), 4000U);
  EXPECT_EQ(LimitOf("4:cpu:/docker/1\n"), kNone);
}

// Without a namespace of its own, a container sees its group as the top.
TEST_F(ControlGroups, MayBeNamedFromOutside) {
  Write("/memory/memory.limit_in_bytes", "5000\n");
  EXPECT_EQ(LimitOf("4:memory:/docker/not/mounted\n"), 5000U);
}

TEST(MemoryLimit, IsThere) {
  EXPECT_GT(MemoryLimit(), 0U);
  EXPECT_LT(MemoryLimit(), kNone);
}

}  // namespace
}  // namespace nodeheap
