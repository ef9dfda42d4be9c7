// What a core tells of its process, and what is told of a file that is no core.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <numeric>

#include "support/elf_builder.h"
#include "support/files.h"

namespace nodeheap::test {
namespace {

using testing::HasSubstr;

// 1, 2, 3 … for the registers in the order of the kernel.
std::vector<uint64_t> Numbered(size_t count) {
  std::vector<uint64_t> values(count);
  std::iota(values.begin(), values.end(), 1);
  return values;
}

ElfBuilder CoreWith(const std::string& notes) {
  ElfBuilder builder(ET_CORE);
  builder.AddNotes(notes).Add({.address = 4096, .contents = "memory"});
  return builder;
}

uint64_t RegisterOf(const ThreadState& thread, std::string_view name) {
  for (const auto& [register_name, value] : thread.registers)
    if (register_name == name) return value;
  return 0;
}

// The places are those of <sys/user.h>.
TEST(CoreFile, ReadsThreadsOfX64) {
  const auto core =
      OpenCore(CoreWith(ThreadNote(7, SIGABRT, Numbered(27)) + ThreadNote(8, 0, {})).Build());
  EXPECT_EQ(core->architecture(), Architecture::kX64);
  ASSERT_EQ(core->threads().size(), 2U);
  const ThreadState& first = core->threads()[0];
  EXPECT_EQ(first.id, 7U);
  EXPECT_EQ(first.pc, 17U);
  EXPECT_EQ(first.sp, 20U);
  EXPECT_EQ(first.fp, 5U);
  EXPECT_EQ(first.tls, 22U);
  EXPECT_EQ(RegisterOf(first, "r15"), 1U);
  EXPECT_EQ(RegisterOf(first, "rax"), 11U);
  EXPECT_EQ(RegisterOf(first, "rdi"), 15U);
  EXPECT_EQ(RegisterOf(first, "rip"), 17U);
  EXPECT_EQ(core->threads()[1].id, 8U);
  EXPECT_EQ(core->process_id(), 7U);
}

TEST(CoreFile, ReadsThreadsOfArm64) {
  ElfBuilder builder =
      CoreWith(ThreadNote(7, SIGSEGV, Numbered(34)) + Note("LINUX", NT_ARM_TLS, Words({1234})) +
               ThreadNote(8, SIGSEGV, Numbered(34)));
  builder.header.e_machine = EM_AARCH64;
  const auto core = OpenCore(builder.Build());
  EXPECT_EQ(core->architecture(), Architecture::kArm64);
  ASSERT_EQ(core->threads().size(), 2U);
  const ThreadState& first = core->threads()[0];
  EXPECT_EQ(first.pc, 33U);
  EXPECT_EQ(first.sp, 32U);
  EXPECT_EQ(first.fp, 30U);
  EXPECT_EQ(first.lr, 31U);
  EXPECT_EQ(first.tls, 1234U);
  EXPECT_EQ(RegisterOf(first, "x0"), 1U);
  EXPECT_EQ(RegisterOf(first, "x30"), 31U);
  EXPECT_EQ(core->threads()[1].tls, 0U);
}

TEST(CoreFile, TellsWhereReturnAddressesOfArm64AreSigned) {
  ElfBuilder builder = CoreWith(ThreadNote(7, SIGSEGV, Numbered(34)));
  builder.header.e_machine = EM_AARCH64;
  EXPECT_EQ(OpenCore(builder.Build())->ReturnAddress(0x002A'FFFF'8000'1234), 0xFFFF'8000'1234U);
  // A kernel whose processes have addresses of 39 bits.
  builder = CoreWith(ThreadNote(7, SIGSEGV, Numbered(34)) +
                     Note("LINUX", NT_ARM_PAC_MASK, Words({0, 0x007F'FF80'0000'0000})));
  EXPECT_EQ(OpenCore(builder.Build())->ReturnAddress(0x002A'FFFF'8000'1234),
            0x002A'FFFF'8000'1234U);
  builder.header.e_machine = EM_AARCH64;
  EXPECT_EQ(OpenCore(builder.Build())->ReturnAddress(0x002A'FFFF'8000'1234), 0x7F'8000'1234U);
}

TEST(CoreFile, TellsTheSignal) {
  const auto core = OpenCore(
      CoreWith(ThreadNote(7, SIGSEGV, {}) + SignalNote(SIGSEGV, SEGV_MAPERR, 0x10)).Build());
  EXPECT_EQ(core->signal().number, SIGSEGV);
  EXPECT_EQ(core->signal().code, SEGV_MAPERR);
  EXPECT_EQ(core->signal().address, 0x10U);
  EXPECT_EQ(core->signal().sender, 0U);
}

TEST(CoreFile, TellsWhoSentTheSignal) {
  for (const int code : {SI_USER, SI_TKILL, SI_QUEUE}) {
    const auto core =
        OpenCore(CoreWith(ThreadNote(7, SIGBUS, {}) + SignalNote(SIGBUS, code, 4711)).Build());
    EXPECT_EQ(core->signal().number, SIGBUS);
    EXPECT_EQ(core->signal().code, code);
    EXPECT_EQ(core->signal().sender, 4711U);
    EXPECT_EQ(core->signal().address, 0U);
  }
}

// gcore notes no signal for the threads of a live process, but how it stopped each.
TEST(CoreFile, TellsNoSignalOfALiveProcess) {
  const auto gcore = OpenCore(CoreWith(ThreadNote(7, 0, {}) + SignalNote(SIGSTOP, SI_KERNEL, 0) +
                                       ThreadNote(8, 0, {}) + SignalNote(SIGSTOP, SI_KERNEL, 0))
                                  .Build());
  EXPECT_EQ(gcore->signal().number, 0);
  EXPECT_EQ(gcore->signal().code, 0);
  EXPECT_EQ(OpenCore(CoreWith(ThreadNote(7, SIGSTOP, {})).Build())->signal().number, 0);
}

TEST(CoreFile, TellsTheSignalOfTheFirstThread) {
  const auto core =
      OpenCore(CoreWith(ThreadNote(7, SIGABRT, {}) + ThreadNote(8, SIGSEGV, {}) +
                        SignalNote(SIGSEGV, SEGV_MAPERR, 1) + SignalNote(SIGABRT, SI_TKILL, 1))
                   .Build());
  EXPECT_EQ(core->signal().number, SIGABRT);
  EXPECT_EQ(core->signal().code, 0);
}

TEST(CoreFile, TellsTheCommand) {
  const auto core = OpenCore(
      CoreWith(ThreadNote(8, 0, {}) + ProcessNote(7, "node", "node --inspect app.js ")).Build());
  EXPECT_EQ(core->process_id(), 7U);
  EXPECT_EQ(core->command(), "node");
  EXPECT_EQ(core->arguments(), "node --inspect app.js");

  const std::string longest(80, 'a');
  const auto cut = OpenCore(CoreWith(ProcessNote(7, "0123456789abcdef", longest)).Build());
  EXPECT_EQ(cut->command(), "0123456789abcdef");
  EXPECT_EQ(cut->arguments(), longest);
}

TEST(CoreFile, TellsMappedFiles) {
  const auto core = OpenCore(
      CoreWith(FilesNote({{4096, 8192, 0, "/bin/node"}, {8192, 12288, 1, "/tmp/a b (deleted)"}}))
          .Build());
  ASSERT_EQ(core->files().size(), 2U);
  EXPECT_EQ(core->files()[0].path, "/bin/node");
  EXPECT_EQ(core->files()[1].start, 8192U);
  EXPECT_EQ(core->files()[1].end, 12288U);
  EXPECT_EQ(core->files()[1].offset, 4096U);
  EXPECT_EQ(core->files()[1].path, "/tmp/a b (deleted)");
}

TEST(CoreFile, TakesNoCountOnTrust) {
  const auto none =
      OpenCore(CoreWith(Note("CORE", NT_FILE, Words({~0ULL, 4096, 1, 2, 3}))).Build());
  EXPECT_TRUE(none->files().empty());
  // Three rows, and a path for the first only.
  const std::string note = Words({3, 4096, 1, 2, 0, 3, 4, 0, 5, 6, 0}) + "/a" + '\0';
  EXPECT_EQ(OpenCore(CoreWith(Note("CORE", NT_FILE, note)).Build())->files().size(), 1U);
}

TEST(CoreFile, CountsAMissingThreadListAsLoss) {
  const auto core = OpenCore(ElfBuilder(ET_CORE).Add({.contents = "memory"}).Build());
  ASSERT_EQ(core->health().entries().size(), 1U);
  EXPECT_EQ(core->health().entries()[0].code, "no_threads");
  EXPECT_FALSE(core->health().complete());
}

TEST(CoreFile, CountsWhatATruncatedCoreLacks) {
  std::string bytes = CoreWith(ThreadNote(7, SIGABRT, {}))
                          .Add({.address = 8192, .contents = "aaaa"})
                          .Add({.address = 12288, .contents = "bbbb"})
                          .Build();
  bytes.resize(bytes.size() - 6);
  const auto core = OpenCore(bytes);
  EXPECT_EQ(TextAt(*core, 4096, 6), "memory");
  EXPECT_EQ(TextAt(*core, 8192, 4), "aa");
  EXPECT_EQ(TextAt(*core, 12288, 4), "");
  EXPECT_EQ(core->missing_bytes(), 6U);
  EXPECT_EQ(core->file_size(), bytes.size());
  ASSERT_EQ(core->health().entries().size(), 1U);
  const HealthEntry& entry = core->health().entries()[0];
  EXPECT_EQ(entry.severity, Severity::kDataLoss);
  EXPECT_EQ(entry.code, "truncated_core");
  EXPECT_EQ(entry.detail, "the core ends early: 6 B of memory are missing, in 2 of its segments");
  EXPECT_EQ(entry.count, 6U);
}

TEST(CoreFile, ReadsCompressedCores) {
  const std::string bytes = CoreWith(ThreadNote(7, SIGABRT, {})).Build();
  for (const std::string& compressed : {Gzip(bytes), Xz(bytes), Zstd(bytes)}) {
    const auto core = OpenCore(compressed);
    EXPECT_EQ(TextAt(*core, 4096, 6), "memory");
    EXPECT_EQ(core->file_size(), bytes.size());
  }
}

// Contents that do not compress away, so that half of the file is about half of the memory.
TEST(CoreFile, ReadsWhatThereIsOfATruncatedCompressedCore) {
  std::string noise;
  for (uint32_t i = 0; noise.size() < (1U << 20); ++i) noise += std::to_string(i * 2654435761U);
  const std::string bytes =
      CoreWith(ThreadNote(7, SIGABRT, {})).Add({.address = 8192, .contents = noise}).Build();
  for (const std::string& compressed : {Gzip(bytes), Xz(bytes), Zstd(bytes)}) {
    const auto core = OpenCore(std::string_view(compressed).substr(0, compressed.size() / 2));
    const std::string read = TextAt(*core, 8192, noise.size());
    EXPECT_GT(read.size(), noise.size() / 4);
    EXPECT_TRUE(noise.starts_with(read));
    EXPECT_EQ(core->missing_bytes(), noise.size() - read.size());
    EXPECT_FALSE(core->health().complete());
  }
}

TEST(CoreFile, SaysWhatAFileIsInstead) {
  const auto refusal = [](auto change) {
    ElfBuilder builder = CoreWith("");
    change(builder.header);
    const Error error = CoreError(builder.Build());
    EXPECT_NE(error.file, "");
    EXPECT_NE(error.hint, "");
    return error;
  };
  Error error = refusal([](Elf64_Ehdr& header) { header.e_type = ET_EXEC; });
  EXPECT_EQ(error.code, ErrorCode::kInvalidArgument);
  EXPECT_THAT(error.message, HasSubstr("is an executable"));
  EXPECT_THAT(error.hint, HasSubstr("--exe"));
  error = refusal([](Elf64_Ehdr& header) { header.e_type = ET_DYN; });
  EXPECT_THAT(error.message, HasSubstr("is an executable or library"));
  error = refusal([](Elf64_Ehdr& header) { header.e_type = ET_REL; });
  EXPECT_THAT(error.message, HasSubstr("is an object file"));
  error = refusal([](Elf64_Ehdr& header) { header.e_type = 99; });
  EXPECT_THAT(error.message, HasSubstr("type 99"));
  error = refusal([](Elf64_Ehdr& header) { header.e_ident[EI_CLASS] = ELFCLASS32; });
  EXPECT_EQ(error.code, ErrorCode::kUnsupported);
  EXPECT_THAT(error.message, HasSubstr("32-bit"));
  error = refusal([](Elf64_Ehdr& header) { header.e_ident[EI_DATA] = ELFDATA2MSB; });
  EXPECT_THAT(error.message, HasSubstr("big-endian"));
  error = refusal([](Elf64_Ehdr& header) { header.e_ident[EI_CLASS] = 7; });
  EXPECT_EQ(error.code, ErrorCode::kBadData);
  error = refusal([](Elf64_Ehdr& header) { header.e_machine = EM_S390; });
  EXPECT_EQ(error.code, ErrorCode::kUnsupported);
  EXPECT_THAT(error.message, HasSubstr("another machine (22)"));
  error = refusal([](Elf64_Ehdr& header) { header.e_phentsize = 32; });
  EXPECT_EQ(error.code, ErrorCode::kBadData);
  EXPECT_THAT(error.message, HasSubstr("32 bytes"));

  error = CoreError(ElfBuilder(ET_CORE).AddNotes(ThreadNote(1, 6, {})).Build());
  EXPECT_EQ(error.code, ErrorCode::kBadData);
  EXPECT_THAT(error.message, HasSubstr("without memory"));
  error = CoreError("{\"snapshot\":{}}");
  EXPECT_EQ(error.code, ErrorCode::kBadData);
  EXPECT_THAT(error.message, HasSubstr("is not an ELF core"));
  EXPECT_THAT(error.hint, HasSubstr("gcore"));
  EXPECT_THAT(CoreError("").message, HasSubstr("is empty"));
}

TEST(CoreFile, SaysWhereTruncatedHeadersEnd) {
  const std::string whole = CoreWith("").Build();
  for (size_t size = 4; size < sizeof(Elf64_Ehdr) + 2 * sizeof(Elf64_Phdr); ++size) {
    const Error error = CoreError(whole.substr(0, size));
    ASSERT_EQ(error.code, ErrorCode::kTruncated) << size;
    ASSERT_THAT(error.message, HasSubstr("after " + std::to_string(size) + " bytes"));
  }
}

TEST(CoreFile, TellsElfFilesFromOthers) {
  EXPECT_TRUE(LooksLikeElf(ElfBuilder(ET_CORE).Build()));
  EXPECT_TRUE(LooksLikeElf(ElfBuilder(ET_DYN).Build()));
  EXPECT_FALSE(LooksLikeElf("{\"snapshot\":{\"meta\":"));
  EXPECT_FALSE(LooksLikeElf(""));
}

}  // namespace
}  // namespace nodeheap::test
