// Cores with damage on purpose, and real ones: what opens keeps its promises.
#include <gtest/gtest.h>

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <random>

#include "support/elf_builder.h"
#include "support/exercise_elf.h"
#include "support/files.h"
#include "support/memory_file.h"

namespace nodeheap::test {
namespace {

void ExpectSoundIfItOpens(std::string_view bytes) {
  const MemoryFile file(bytes);
  Progress progress;
  const auto core = CoreFile::Open(file.path(), progress);
  if (core) {
    EXPECT_EQ(Exercise(**core), "");
  } else {
    EXPECT_NE(core.error().message, "");
    EXPECT_EQ(core.error().file, file.path());
  }
}

// A core with every kind of note, and a module that has a build id.
std::string WholeCore() {
  constexpr uint64_t kPage = 4096;
  const std::string module =
      ElfBuilder(ET_DYN)
          .Add({.is_whole_file = true})
          .Add({.type = PT_NOTE, .contents = BuildIdNote("\x01\x02"), .follows_file = true})
          .Build();
  return ElfBuilder(ET_CORE)
      .AddNotes(ThreadNote(7, SIGSEGV, std::vector<uint64_t>(27, kPage)) +
                ProcessNote(7, "node", "node app.js") + SignalNote(SIGSEGV, 1, 0x10) +
                AuxiliaryNote({{AT_PHDR, kPage + 64}, {AT_EXECFN, 2 * kPage}}) +
                FilesNote({{kPage, 2 * kPage, 0, "/bin/node"}, {2 * kPage, 3 * kPage, 1, "/a"}}) +
                ThreadNote(8, SIGSEGV, std::vector<uint64_t>(27, 2 * kPage)))
      .Add({.flags = PF_R, .address = kPage, .contents = module})
      .Add({.address = 2 * kPage, .contents = "/bin/node"})
      .Add({.flags = PF_R | PF_X, .address = 3 * kPage, .memory_bytes = kPage})
      .Build();
}

// NODEHEAP_WRITE_CORPUS=1 writes it anew after the builder changed.
TEST(CoreDamage, StartsFromTheSeedOfTheFuzzer) {
  const std::string path = std::string(NODEHEAP_SOURCE_DIR) + "/tests/fuzz/corpus/elf_core";
  if (std::getenv("NODEHEAP_WRITE_CORPUS") != nullptr)
    std::ofstream(path, std::ios::binary) << WholeCore();
  EXPECT_EQ(ReadFile(path), WholeCore());
}

TEST(CoreDamage, LeavesTheWholeCoreReadable) {
  const auto core = OpenCore(WholeCore());
  EXPECT_EQ(Exercise(*core), "");
  EXPECT_EQ(core->threads().size(), 2U);
  ASSERT_EQ(core->modules().size(), 1U);
  EXPECT_EQ(core->modules()[0].build_id, "0102");
  EXPECT_TRUE(core->health().complete());
}

TEST(CoreDamage, IsSurvivedWhereverTheCoreIsCut) {
  const std::string whole = WholeCore();
  const size_t headers_end = sizeof(Elf64_Ehdr) + 4 * sizeof(Elf64_Phdr);
  for (size_t size = 0; size < whole.size(); ++size) {
    ExpectSoundIfItOpens(std::string_view(whole).substr(0, size));
    if (size < headers_end) continue;
    const auto core = OpenCore(std::string_view(whole).substr(0, size));
    EXPECT_EQ(core->missing_bytes() > 0, size < whole.size());
    EXPECT_FALSE(core->health().complete()) << size;
  }
}

TEST(CoreDamage, IsSurvivedInEveryByte) {
  const std::string whole = WholeCore();
  for (size_t at = 0; at < whole.size(); ++at) {
    for (const char flip : {'\x01', '\x80', '\xFF'}) {
      std::string damaged = whole;
      damaged[at] = static_cast<char>(damaged[at] ^ flip);
      ExpectSoundIfItOpens(damaged);
    }
  }
}

// Numbers that are wrong in an interesting way, in every word.
TEST(CoreDamage, IsSurvivedInEveryWord) {
  const std::string whole = WholeCore();
  for (size_t at = 0; at + 8 <= whole.size(); at += 4) {
    for (const uint64_t word : {uint64_t{0}, uint64_t{1} << 31, uint64_t{1} << 63, ~uint64_t{0},
                                ~uint64_t{0} - 4095, uint64_t{whole.size()}}) {
      std::string damaged = whole;
      damaged.replace(at, 8, Words({word}));
      ExpectSoundIfItOpens(damaged);
    }
  }
}

// --- Real cores ---------------------------------------------------------------------------------

std::vector<std::string> Fixtures() {
  std::vector<std::string> paths;
  const std::filesystem::path directory =
      std::filesystem::path(NODEHEAP_SOURCE_DIR) / "fixtures/cores";
  std::error_code missing;
  for (const auto& entry : std::filesystem::directory_iterator(directory, missing))
    if (entry.path().extension() == ".zst") paths.push_back(entry.path());
  return paths;
}

TEST(CoreFixtures, TellOfTheirProcess) {
  if (Fixtures().empty()) GTEST_SKIP() << "there are no fixtures/cores/*.zst";
  for (const std::string& path : Fixtures()) {
    SCOPED_TRACE(path);
    Progress progress;
    const auto opened = CoreFile::Open(path, progress);
    ASSERT_TRUE(opened) << Describe(opened.error());
    const CoreFile& core = **opened;
    EXPECT_EQ(Exercise(core), "");
    EXPECT_NE(core.command(), "");
    EXPECT_NE(core.arguments(), "");
    EXPECT_NE(core.signal().number, 0);
    EXPECT_EQ(core.missing_bytes(), 0U);
    EXPECT_TRUE(core.health().complete());
    // Node has worker threads for file access and for V8.
    EXPECT_GT(core.threads().size(), 4U);
    for (const ThreadState& thread : core.threads()) EXPECT_FALSE(core.View(thread.sp, 8).empty());
    ASSERT_FALSE(core.modules().empty());
    EXPECT_TRUE(core.modules()[0].path.ends_with("node")) << core.modules()[0].path;
  }
}

TEST(CoreFixtures, AreReadAsFarAsTheyGo) {
  if (Fixtures().empty()) GTEST_SKIP() << "there are no fixtures/cores/*.zst";
  const std::string whole = ReadZstdFile(std::ranges::min(
      Fixtures(), {}, [](const std::string& path) { return std::filesystem::file_size(path); }));
  std::minstd_rand random(1);
  for (int i = 0; i < 10; ++i)
    ExpectSoundIfItOpens(std::string_view(whole).substr(0, random() % whole.size()));
}

}  // namespace
}  // namespace nodeheap::test
