// The executables and libraries that a core tells of, and what is read from their files.
#include <gtest/gtest.h>

#include "memory/elf_image.h"
#include "support/elf_builder.h"
#include "support/memory_file.h"

namespace nodeheap::test {
namespace {

constexpr uint64_t kPage = 4096;

// An executable or library linked at `address`: one read-only segment, which has everything.
ElfBuilder ImageAt(uint16_t type, uint64_t address, std::string_view build_id) {
  ElfBuilder builder(type);
  builder.Add({.flags = PF_R | PF_X, .address = address, .is_whole_file = true})
      .Add({.type = PT_NOTE,
            .address = address,
            .contents = BuildIdNote(build_id),
            .follows_file = true});
  return builder;
}

std::string FirstPage(const ElfBuilder& image) {
  std::string page = image.Build();
  page.resize(kPage);
  return page;
}

using Texts = std::vector<std::string>;

Texts Modules(const CoreFile& core) {
  Texts modules;
  for (const CoreFile::Module& module : core.modules()) {
    modules.push_back(module.path + " " + std::to_string(module.start / kPage) + " " +
                      std::to_string(module.load_bias / kPage) + " " + module.build_id);
  }
  return modules;
}

TEST(CoreModules, AreFoundByTheirFirstPage) {
  const auto core =
      OpenCore(ElfBuilder(ET_CORE)
                   .AddNotes(FilesNote({{16 * kPage, 17 * kPage, 0, "/lib/libc.so"},
                                        {17 * kPage, 18 * kPage, 1, "/lib/libc.so"},
                                        {32 * kPage, 33 * kPage, 0, "/usr/share/icu.dat"},
                                        {64 * kPage, 65 * kPage, 0, "/bin/node"}}) +
                             AuxiliaryNote({{AT_PAGESZ, 4096}, {AT_PHDR, 64 * kPage + 64}}))
                   .Add({.flags = PF_R,
                         .address = 16 * kPage,
                         .contents = FirstPage(ImageAt(ET_DYN, 0, "\x01\xAB"))})
                   .Add({.flags = PF_R, .address = 32 * kPage, .contents = std::string(kPage, 'i')})
                   .Add({.flags = PF_R,
                         .address = 64 * kPage,
                         .contents = FirstPage(ImageAt(ET_EXEC, 64 * kPage, "\x02\xFF"))})
                   .Build());
  EXPECT_EQ(Modules(*core), (Texts{"/bin/node 64 0 02ff", "/lib/libc.so 16 16 01ab"}));
}

TEST(CoreModules, AreKnownWithoutTheirFirstPage) {
  constexpr uint64_t kHigh = uint64_t{0x7F} << 32;
  const auto core =
      OpenCore(ElfBuilder(ET_CORE)
                   .AddNotes(FilesNote({{16 * kPage, 17 * kPage, 0, "/bin/node"},
                                        {17 * kPage, 18 * kPage, 1, "/bin/node"},
                                        {20 * kPage, 21 * kPage, 0, "/usr/share/icu.dat"},
                                        {kHigh, kHigh + kPage, 0, "/lib/libc.so"}}))
                   .Add({.flags = PF_R, .address = 16 * kPage, .memory_bytes = kPage})
                   .Add({.flags = PF_R | PF_X, .address = 17 * kPage, .memory_bytes = kPage})
                   .Add({.flags = PF_R, .address = 20 * kPage, .memory_bytes = kPage})
                   .Add({.flags = PF_R | PF_X, .address = kHigh, .memory_bytes = kPage})
                   .Build());
  const std::string high = std::to_string(kHigh / kPage);
  EXPECT_EQ(Modules(*core), (Texts{"/bin/node 16 0 ", "/lib/libc.so " + high + " " + high + " "}));
}

// A small library may have its first page mapped again for its second segment.
TEST(CoreModules, AreNotFoundTwice) {
  const std::string page = FirstPage(ImageAt(ET_DYN, 0, "\x01"));
  ElfBuilder image = ImageAt(ET_DYN, 0, "\x01");
  image.Add({.address = kPage, .memory_bytes = kPage});
  const auto core = OpenCore(ElfBuilder(ET_CORE)
                                 .AddNotes(FilesNote({{16 * kPage, 17 * kPage, 0, "/lib/a.so"},
                                                      {17 * kPage, 18 * kPage, 0, "/lib/a.so"},
                                                      {40 * kPage, 41 * kPage, 0, "/lib/a.so"}}))
                                 .Add({.address = 16 * kPage, .contents = FirstPage(image)})
                                 .Add({.address = 17 * kPage, .contents = FirstPage(image)})
                                 .Add({.address = 40 * kPage, .contents = FirstPage(image)})
                                 .Build());
  EXPECT_EQ(Modules(*core), (Texts{"/lib/a.so 16 16 01", "/lib/a.so 40 40 01"}));
}

// qemu notes no files, but where the executable is and the path it was started as.
TEST(CoreModules, AreSearchedInMemoryIfNoFilesAreNoted) {
  const auto core =
      OpenCore(ElfBuilder(ET_CORE)
                   .AddNotes(AuxiliaryNote({{AT_PHDR, 64 * kPage + 64}, {AT_EXECFN, 128 * kPage}}))
                   .Add({.address = 16 * kPage, .contents = FirstPage(ImageAt(ET_DYN, 0, "\x01"))})
                   .Add({.address = 64 * kPage, .memory_bytes = kPage})
                   .Add({.address = 128 * kPage, .contents = std::string("./node") + '\0' + "more"})
                   .Build());
  EXPECT_EQ(Modules(*core), (Texts{"./node 64 0 ", " 16 16 01"}));
}

TEST(CoreModules, AreFoundInACoreWithoutNotes) {
  const auto core = OpenCore(
      ElfBuilder(ET_CORE)
          .Add({.address = 16 * kPage, .contents = FirstPage(ImageAt(ET_EXEC, 16 * kPage, "\x01"))})
          .Build());
  EXPECT_EQ(Modules(*core), (Texts{" 16 0 01"}));
}

// linked:   file header …  "constant" (read-only)  "variable" (writable)
TEST(CoreModules, LendTheirReadOnlyContents) {
  ElfBuilder builder(ET_DYN);
  builder.Add({.flags = PF_R, .address = 0x100, .contents = "constant"})
      .Add({.flags = PF_R | PF_W, .address = 0x200, .contents = "variable"})
      .Add({.flags = PF_R, .address = 0x300, .contents = "patched"});
  const MemoryFile file(builder.Build());
  const auto image = ElfImage::Open(file.path());
  ASSERT_TRUE(image) << Describe(image.error());

  constexpr uint64_t kBias = 0x7000;
  const auto core = OpenCore(
      ElfBuilder(ET_CORE).Add({.flags = PF_R, .address = kBias + 0x303, .contents = "XX"}).Build());
  EXPECT_EQ(TextAt(*core, kBias + 0x100, 8), "");
  core->Attach(*image, kBias);
  EXPECT_EQ(TextAt(*core, kBias + 0x100, 100), "constant");
  EXPECT_EQ(TextAt(*core, kBias + 0x104, 2), "ta");
  EXPECT_EQ(TextAt(*core, kBias + 0x200, 8), "");
  EXPECT_EQ(TextAt(*core, 0x100, 8), "");
  // What the process saw goes before what the file has.
  EXPECT_EQ(TextAt(*core, kBias + 0x300, 100), "pat");
  EXPECT_EQ(TextAt(*core, kBias + 0x303, 100), "XX");
  EXPECT_EQ(TextAt(*core, kBias + 0x305, 100), "ed");
  EXPECT_EQ(core->regions().size(), 1U);
}

}  // namespace
}  // namespace nodeheap::test
