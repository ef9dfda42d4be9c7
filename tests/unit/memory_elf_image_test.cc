// Executables and libraries on disk. The real one is this test program itself.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <link.h>

#include <cstdlib>
#include <cstring>
#include <fstream>

#include "memory/elf_image.h"
#include "support/elf_builder.h"
#include "support/exercise_elf.h"
#include "support/files.h"
#include "support/memory_file.h"

extern "C" {
// Not static, so that the compiler keeps them and their names.
int nodeheap_test_function(int number) { return number + 1; }
int nodeheap_test_variable = 4711;
thread_local int nodeheap_test_thread_local = 42;
}

namespace nodeheap::test {
namespace {

using testing::HasSubstr;

std::shared_ptr<const ElfImage> OpenImage(std::string_view bytes) {
  const MemoryFile file(bytes);
  auto image = ElfImage::Open(file.path());
  if (!image) throw std::runtime_error(Describe(image.error()));
  return *std::move(image);
}

Error ImageError(std::string_view bytes) {
  const MemoryFile file(bytes);
  auto image = ElfImage::Open(file.path());
  if (image) return Error{.code = ErrorCode::kInvalidArgument, .message = "no error"};
  EXPECT_EQ(image.error().file, file.path());
  EXPECT_NE(image.error().hint, "");
  return image.error();
}

std::string Text(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

// Two segments, code at 0x1000 and data at 0x2000.
ElfBuilder Image(uint16_t type = ET_DYN) {
  ElfBuilder builder(type);
  builder.Add({.flags = PF_R | PF_X, .address = 0x1000, .contents = std::string(0x100, 'c')})
      .Add({.address = 0x2000, .contents = "data", .memory_bytes = 0x100});
  return builder;
}

std::string FunctionAt(const ElfImage& image, uint64_t address) {
  const auto function = image.FindFunction(address);
  return function ? std::string(function->name) : "none";
}

TEST(ElfImage, ReadsContents) {
  const auto image = OpenImage(Image().Build());
  EXPECT_EQ(image->architecture(), Architecture::kX64);
  EXPECT_EQ(image->lowest_address(), 0x1000U);
  EXPECT_EQ(Text(image->View(0x10FE, 100)), "cc");
  EXPECT_EQ(Text(image->View(0x2001, 100)), "ata");
  EXPECT_EQ(Text(image->ViewReadOnly(0x10FE, 100)), "cc");
  EXPECT_EQ(Text(image->ViewReadOnly(0x2001, 100)), "");
  for (const uint64_t unknown : {0x0U, 0xFFFU, 0x1100U, 0x2004U, 0x2080U})
    EXPECT_EQ(Text(image->View(unknown, 8)), "") << unknown;
  EXPECT_EQ(image->build_id(), "");
  EXPECT_TRUE(image->symbols().empty());
}

TEST(ElfImage, RoundsItsLowestAddressToAPage) {
  EXPECT_EQ(OpenImage(ElfBuilder(ET_DYN).Add({.address = 0x400123, .contents = "x"}).Build())
                ->lowest_address(),
            0x400000U);
}

TEST(ElfImage, HasTheBuildIdOfItsNotes) {
  const auto image = OpenImage(
      Image()
          .AddNotes(Note("GNU", NT_GNU_ABI_TAG, "abi"))
          .AddNotes(Note("Go", NT_GNU_BUILD_ID, "go") + BuildIdNote(std::string("\x00\x1F\xF0", 3)))
          .Build());
  EXPECT_EQ(image->build_id(), "001ff0");
}

// Notes aligned to 8 bytes stand in segments that say so.
TEST(ElfImage, ReadsNotesAlignedToEightBytes) {
  const std::string property = Note("GNU", NT_GNU_PROPERTY_TYPE_0, "1234") + std::string(4, '\0');
  const std::string notes = property + BuildIdNote("\xAA");
  const auto image =
      OpenImage(Image().Add({.type = PT_NOTE, .contents = notes, .alignment = 8}).Build());
  EXPECT_EQ(image->build_id(), "aa");
}

TEST(ElfImage, ReadsBothSymbolTables) {
  const auto image =
      OpenImage(Image()
                    .AddSymbols(SHT_SYMTAB, {{"both", 0x1010, 8},
                                             {"local", 0x1000, 16},
                                             {"variable", 0x2000, 4, STT_OBJECT},
                                             {"label", 0x1020, 0, STT_NOTYPE},
                                             {"per_thread", 8, 4, STT_TLS},
                                             {"file.cc", 0, 0, STT_FILE},
                                             {"", 0x1030, 4},
                                             {"elsewhere", 0, 0, STT_FUNC, SHN_UNDEF}})
                    .AddSymbols(SHT_DYNSYM, {{"both", 0x1010, 8}, {"exported", 0x1018, 8}})
                    .Build());
  std::vector<std::string_view> names;
  for (const ElfSymbol& symbol : image->symbols()) names.push_back(symbol.name);
  EXPECT_EQ(names, (std::vector<std::string_view>{"per_thread", "local", "both", "exported",
                                                  "label", "variable"}));
  const auto both = image->FindSymbol("both");
  ASSERT_TRUE(both);
  EXPECT_EQ(both->address, 0x1010U);
  EXPECT_EQ(both->size, 8U);
  EXPECT_TRUE(both->is_function);
  EXPECT_FALSE(image->FindSymbol("variable")->is_function);
  EXPECT_TRUE(image->FindSymbol("per_thread")->is_thread_local);
  EXPECT_FALSE(image->FindSymbol("elsewhere"));
  EXPECT_FALSE(image->FindSymbol("bot"));
}

TEST(ElfImage, PrefersExportedSymbolsToLocalOnes) {
  const auto image = OpenImage(Image()
                                   .AddSymbols(SHT_SYMTAB, {{"name", 0x1000, 8}})
                                   .AddSymbols(SHT_DYNSYM, {{"name", 0x1050, 8}})
                                   .Build());
  EXPECT_EQ(image->FindSymbol("name")->address, 0x1050U);
}

// 0x1010 sized ── 0x1018      0x1020 open ─────────────── 0x1040 last ── …
//                                       (no function ends it) 0x1030 label
TEST(ElfImage, FindsTheFunctionAroundAnAddress) {
  const auto image = OpenImage(Image()
                                   .AddSymbols(SHT_SYMTAB, {{"sized", 0x1010, 8},
                                                            {"alias_of_open", 0x1020, 4},
                                                            {"open", 0x1020, 0},
                                                            {"label", 0x1030, 0, STT_NOTYPE},
                                                            {"last", 0x1040, 0},
                                                            {"data", 0x2000, 4}})
                                   .Build());
  EXPECT_EQ(FunctionAt(*image, 0x100F), "none");
  EXPECT_EQ(FunctionAt(*image, 0x1010), "sized");
  EXPECT_EQ(FunctionAt(*image, 0x1017), "sized");
  EXPECT_EQ(FunctionAt(*image, 0x1018), "none");
  EXPECT_EQ(FunctionAt(*image, 0x1024), "open");
  EXPECT_EQ(FunctionAt(*image, 0x103F), "open");
  EXPECT_EQ(FunctionAt(*image, 0x10FF), "last");
  EXPECT_EQ(FunctionAt(*image, 0x1100), "none");
  EXPECT_EQ(FunctionAt(*image, 0x2000), "none");
}

// Sizes and alignment as in Node.js 22: 0x150 bytes at an address that is a multiple of 8.
TEST(ElfImage, PlacesThreadLocalVariables) {
  ElfBuilder builder = Image(ET_EXEC);
  builder
      .Add({.type = PT_TLS,
            .flags = PF_R,
            .address = 0x6B118E0,
            .contents = "1234",
            .memory_bytes = 0x150,
            .alignment = 8})
      .AddSymbols(SHT_SYMTAB, {{"isolate", 0xD8, 8, STT_TLS}, {"main", 0x1000, 8}});
  const auto x64 = OpenImage(builder.Build());
  EXPECT_EQ(x64->ThreadPointerOffset(*x64->FindSymbol("isolate")), 0xD8 - 0x150);
  EXPECT_EQ(x64->ThreadPointerOffset(*x64->FindSymbol("main")), std::nullopt);
  builder.header.e_machine = EM_AARCH64;
  const auto arm64 = OpenImage(builder.Build());
  EXPECT_EQ(arm64->architecture(), Architecture::kArm64);
  EXPECT_EQ(arm64->ThreadPointerOffset(*arm64->FindSymbol("isolate")), 16 + 0xD8);
}

// 0x14 bytes that end 4 bytes behind a multiple of 64: the thread pointer is the next multiple.
TEST(ElfImage, AlignsTheBlockOfThreadLocalVariables) {
  ElfBuilder builder = Image();
  builder.Add({.type = PT_TLS, .address = 0x1030, .memory_bytes = 0x14, .alignment = 64})
      .AddSymbols(SHT_SYMTAB, {{"isolate", 0, 8, STT_TLS}});
  const auto x64 = OpenImage(builder.Build());
  EXPECT_EQ(x64->ThreadPointerOffset(*x64->FindSymbol("isolate")), 0x1030 - 0x1080);
  builder.header.e_machine = EM_AARCH64;
  const auto arm64 = OpenImage(builder.Build());
  EXPECT_EQ(arm64->ThreadPointerOffset(*arm64->FindSymbol("isolate")), 0x30);
}

TEST(ElfImage, NeedsAThreadLocalBlockToPlaceVariables) {
  const auto image =
      OpenImage(Image().AddSymbols(SHT_SYMTAB, {{"isolate", 0, 8, STT_TLS}}).Build());
  EXPECT_EQ(image->ThreadPointerOffset(*image->FindSymbol("isolate")), std::nullopt);
}

TEST(ElfImage, ReadsThisProgram) {
  const auto opened = ElfImage::Open("/proc/self/exe");
  ASSERT_TRUE(opened) << Describe(opened.error());
  const ElfImage& image = **opened;
  uint64_t bias = 0;
  dl_iterate_phdr(
      [](dl_phdr_info* info, size_t, void* out) {
        *static_cast<uint64_t*>(out) = info->dlpi_addr;
        return 1;  // the first is the program itself
      },
      &bias);

  const auto function = image.FindSymbol("nodeheap_test_function");
  ASSERT_TRUE(function);
  const auto address = reinterpret_cast<uint64_t>(&nodeheap_test_function);
  EXPECT_EQ(function->address + bias, address);
  EXPECT_EQ(FunctionAt(image, address - bias + 1), "nodeheap_test_function");
  EXPECT_EQ(std::memcmp(image.View(function->address, function->size).data(),
                        reinterpret_cast<const void*>(address), function->size),
            0);

  const auto variable = image.FindSymbol("nodeheap_test_variable");
  ASSERT_TRUE(variable);
  EXPECT_EQ(variable->address + bias, reinterpret_cast<uint64_t>(&nodeheap_test_variable));
  EXPECT_EQ(Text(image.View(variable->address, 4)),
            std::string(reinterpret_cast<const char*>(&nodeheap_test_variable), 4));
  EXPECT_TRUE(image.ViewReadOnly(variable->address, 4).empty());

  const auto thread_local_variable = image.FindSymbol("nodeheap_test_thread_local");
  ASSERT_TRUE(thread_local_variable);
  const auto thread_pointer = reinterpret_cast<int64_t>(__builtin_thread_pointer());
  EXPECT_EQ(thread_pointer + image.ThreadPointerOffset(*thread_local_variable).value_or(0),
            reinterpret_cast<int64_t>(&nodeheap_test_thread_local));
}

TEST(ElfImage, SaysWhatAFileIsInstead) {
  EXPECT_THAT(ImageError(Image(ET_CORE).Build()).message, HasSubstr("is a core"));
  EXPECT_THAT(ImageError(Image(ET_REL).Build()).message, HasSubstr("is not an executable"));
  const Error script = ImageError("#!/bin/sh\nexec node\n");
  EXPECT_EQ(script.code, ErrorCode::kBadData);
  EXPECT_THAT(script.message, HasSubstr("is not an ELF executable"));
  EXPECT_THAT(script.hint, HasSubstr("script"));
  ElfBuilder small = Image();
  small.header.e_ident[EI_CLASS] = ELFCLASS32;
  EXPECT_EQ(ImageError(small.Build()).code, ErrorCode::kUnsupported);
  EXPECT_EQ(ElfImage::Open("/nowhere/node").error().code, ErrorCode::kIo);
  EXPECT_EQ(ElfImage::Open("/").error().code, ErrorCode::kIo);
}

// Wherever it ends, it is refused, or all that it says is in it.
TEST(ElfImage, RefusesTruncatedFiles) {
  const std::string whole = Image().AddSymbols(SHT_SYMTAB, {{"main", 0x1000, 8}}).Build();
  for (size_t size = 4; size < whole.size(); ++size) {
    const Error error = ImageError(whole.substr(0, size));
    ASSERT_TRUE(error.code == ErrorCode::kTruncated || error.code == ErrorCode::kBadData) << size;
  }
}

// An image with everything that is read of one.
std::string WholeImage() {
  return Image()
      .AddNotes(BuildIdNote("\xAA\xBB"))
      .Add({.type = PT_TLS, .memory_bytes = 8, .alignment = 8})
      .AddSymbols(SHT_SYMTAB, {{"main", 0x1000, 8}, {"b", 0x1008, 8}})
      .AddSymbols(SHT_DYNSYM, {{"tls", 0, 8, STT_TLS}})
      .Build();
}

// NODEHEAP_WRITE_CORPUS=1 writes it anew after the builder changed.
TEST(ElfImage, DamageStartsFromTheSeedOfTheFuzzer) {
  const std::string path = std::string(NODEHEAP_SOURCE_DIR) + "/tests/fuzz/corpus/elf_image";
  if (std::getenv("NODEHEAP_WRITE_CORPUS") != nullptr)
    std::ofstream(path, std::ios::binary) << WholeImage();
  EXPECT_EQ(ReadFile(path), WholeImage());
}

TEST(ElfImage, SurvivesDamageAnywhere) {
  const std::string whole = WholeImage();
  for (size_t at = 0; at < whole.size(); ++at) {
    for (const char flip : {'\x01', '\x80', '\xFF'}) {
      std::string damaged = whole;
      damaged[at] = static_cast<char>(damaged[at] ^ flip);
      const MemoryFile file(damaged);
      const auto image = ElfImage::Open(file.path());
      if (image) {
        ASSERT_EQ(Exercise(**image), "") << at;
      }
    }
  }
}

}  // namespace
}  // namespace nodeheap::test
