// Opening processes: which constants are used, what is refused and why.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "memory/input.h"
#include "session/native_code.h"
#include "session/process.h"
#include "support/elf_builder.h"
#include "support/files.h"
#include "support/memory_file.h"
#include "v8/packs.h"

namespace nodeheap::test {
namespace {

using testing::HasSubstr;

// Cores of official builds; their executables are nowhere.
std::string NodeCorePath(int major) {
  return std::string(NODEHEAP_SOURCE_DIR) + "/fixtures/cores/leaking_class-abort-node" +
         std::to_string(major) + ".core.zst";
}
std::string NodeCore(int major) { return ReadZstdFile(NodeCorePath(major)); }

Result<std::unique_ptr<Process>> OpenFile(const std::string& path,
                                          const std::string& executable = {}) {
  Progress progress;
  NH_TRY(Input input, Input::Open(path, progress));
  return Process::Open(std::move(input), {.executable = executable, .threads = 1}, progress);
}

Result<std::unique_ptr<Process>> Open(std::string_view core, const std::string& executable = {}) {
  return OpenFile(MemoryFile(core).path(), executable);
}

std::string Complaint(std::string_view core, const std::string& executable = {}) {
  const auto process = Open(core, executable);
  return process ? "opened" : Describe(process.error());
}

uint32_t CountObjects(Process& process) {
  Progress progress;
  const auto heap = process.WalkedHeap(progress);
  return heap ? (*heap)->object_count() : 0;
}

bool HasEntry(const Health& health, std::string_view code) {
  return std::ranges::any_of(health.entries(),
                             [&](const HealthEntry& entry) { return entry.code == code; });
}

std::string Bytes(std::string_view hex) {
  std::string bytes;
  for (size_t i = 0; i + 1 < hex.size(); i += 2)
    bytes += static_cast<char>(std::stoi(std::string(hex.substr(i, 2)), nullptr, 16));
  return bytes;
}

// The same core of a build that nobody knows.
std::string WithoutBuildId(std::string core, const std::string& build_id) {
  const std::string id = Bytes(build_id);
  for (size_t at = core.find(id); at != core.npos; at = core.find(id, at))
    core.replace(at, id.size(), std::string(id.size(), '\x11'));
  return core;
}

class OfficialBuild : public testing::TestWithParam<int> {};
INSTANTIATE_TEST_SUITE_P(Process, OfficialBuild, testing::Values(16, 18, 20, 22, 24, 26));

TEST_P(OfficialBuild, IsReadWithoutItsExecutable) {
  const auto process = OpenFile(NodeCorePath(GetParam()));
  ASSERT_TRUE(process) << Describe(process.error());
  EXPECT_TRUE((*process)->metadata().exact);
  EXPECT_EQ((*process)->image(), nullptr);
  EXPECT_TRUE(
      (*process)->metadata().metadata.node_version.starts_with(std::to_string(GetParam()) + "."));
  EXPECT_GT(CountObjects(**process), 30'000U);
  EXPECT_TRUE((*process)->health().complete());
}

TEST(Process, ReadsABuildWithoutATableWithTheNearest) {
  const std::string core = NodeCore(20);
  const auto exact = Open(core);
  ASSERT_TRUE(exact) << Describe(exact.error());
  const auto process = Open(WithoutBuildId(core, (*exact)->metadata().metadata.build_id));
  ASSERT_TRUE(process) << Describe(process.error());
  EXPECT_FALSE((*process)->metadata().exact);
  EXPECT_TRUE((*process)->metadata().metadata.node_version.starts_with("20."));
  EXPECT_EQ(CountObjects(**process), CountObjects(**exact));
  EXPECT_TRUE(HasEntry((*process)->health(), "approximate_constants"));
}

// The version that a core tells may be wrong: then the heap decides among the neighbours.
TEST(Process, TriesNeighboursUntilTheHeapIsExplained) {
  std::string core = NodeCore(22);
  const auto right = Open(core);
  ASSERT_TRUE(right);
  core = WithoutBuildId(std::move(core), (*right)->metadata().metadata.build_id);
  const auto replace_all = [&](std::string_view from, std::string_view to) {
    for (size_t at = core.find(from); at != core.npos; at = core.find(from, at))
      core.replace(at, from.size(), to);
  };
  replace_all("/v22.23.3/node-v22.23.3", "/v24.23.3/node-v24.23.3");
  replace_all("12.4.254.21-node.", "13.6.254.21-node.");
  const auto process = Open(core);
  ASSERT_TRUE(process) << Describe(process.error());
  EXPECT_THAT((*process)->metadata().explanation, HasSubstr("table of Node 22."));
  EXPECT_EQ(CountObjects(**process), CountObjects(**right));
}

std::string Image(std::string_view build_id) {
  ElfBuilder builder(ET_EXEC);
  builder.Add({.flags = PF_R, .address = 0x400000, .contents = std::string(64, 'x')})
      .Add({.type = PT_NOTE, .contents = BuildIdNote(build_id)});
  return builder.Build();
}

TEST(Process, RefusesTheExecutableOfAnother) {
  const MemoryFile other(Image("\xAB\xCD"));
  const std::string complaint = Complaint(NodeCore(22), other.path());
  EXPECT_THAT(complaint, HasSubstr("its build id is abcd"));
  EXPECT_THAT(complaint,
              HasSubstr("that of the process is a9b42ba41811e1291145304b7c278c5d3fbaca71"));
  EXPECT_THAT(Complaint(NodeCore(22), "/nonexistent"), HasSubstr("/nonexistent"));
}

TEST(Process, RefusesAProgramThatIsNotNode) {
  const std::string core = ElfBuilder(ET_CORE)
                               .AddNotes(ProcessNote(17, "sleep", "sleep 100"))
                               .Add({.address = 0x10000, .contents = std::string(4096, 'x')})
                               .Build();
  EXPECT_THAT(Complaint(core), HasSubstr("\"sleep 100\", in whose memory there is no Node.js"));
  const MemoryFile executable(Image("\x01"));
  EXPECT_THAT(Complaint(core, executable.path()), HasSubstr("not a Node.js binary"));
}

TEST(Process, SurvivesTruncation) {
  const std::string core = NodeCore(20);
  for (const size_t size : {core.size() / 8, core.size() / 4, core.size() / 2, core.size() - 1}) {
    SCOPED_TRACE(size);
    const auto process = Open(core.substr(0, size));
    if (!process) continue;
    CountObjects(**process);
    EXPECT_FALSE((*process)->health().complete());
  }
}

TEST(Process, KnowsStacksAndRegions) {
  const auto process = Open(NodeCore(22));
  ASSERT_TRUE(process);
  const CoreFile& core = (*process)->core();
  const ThreadState& main = core.threads().front();
  EXPECT_EQ(FindStack(core, main.sp + 64), &main);
  EXPECT_EQ(FindStack(core, main.sp - 4096), nullptr);
  EXPECT_EQ(FindStack(core, 16), nullptr);
  EXPECT_EQ(FindRegion(core, 16), nullptr);
  EXPECT_NE(FindRegion(core, main.sp), nullptr);
  EXPECT_EQ(ThreadRole(**process, main), "main");
}

}  // namespace
}  // namespace nodeheap::test
