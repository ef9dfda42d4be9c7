// What executables tell of V8, and what is known of builds without them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/elf_builder.h"
#include "support/memory_file.h"
#include "v8/metadata.h"
#include "v8/versions.h"

namespace nodeheap::test {
namespace {

using testing::HasSubstr;
using v8::Metadata;
using v8::Version;

constexpr uint64_t kData = 0x10000;

// An executable whose variables are 4 bytes each, one after the other from kData; those that are 0
// have no bytes in the file.
std::string Executable(std::vector<std::pair<std::string, int32_t>> variables) {
  std::ranges::stable_partition(variables, [](const auto& entry) { return entry.second != 0; });
  std::string contents;
  std::vector<ElfTableEntry> symbols;
  for (const auto& [name, value] : variables) {
    symbols.push_back(
        {.name = name, .address = kData + 4 * symbols.size(), .size = 4, .type = STT_OBJECT});
    if (value == 0) continue;
    contents.append(reinterpret_cast<const char*>(&value), sizeof(value));
  }
  ElfBuilder builder(ET_EXEC);
  builder.Add({.address = kData, .contents = contents, .memory_bytes = 4 * variables.size()})
      .Add({.type = PT_NOTE, .contents = BuildIdNote("\xAB\xCD")})
      .AddSymbols(SHT_DYNSYM, symbols);
  return builder.Build();
}

Result<Metadata> Read(const std::string& executable) {
  const MemoryFile file(executable);
  const auto image = ElfImage::Open(file.path());
  if (!image) return std::unexpected(image.error());
  return v8::ReadMetadata(**image);
}

std::vector<std::pair<std::string, int32_t>> Versions(int32_t major, int32_t minor) {
  return {{"_ZN2v88internal7Version6major_E", major},
          {"_ZN2v88internal7Version6minor_E", minor},
          {"_ZN2v88internal7Version6build_E", 7}};
}

TEST(Metadata, IsReadFromTheSymbolsOfAnExecutable) {
  auto variables = Versions(12, 4);
  variables.emplace_back("v8dbg_TaggedSize", 8);
  variables.emplace_back("v8dbg_off_fp_function", -16);
  variables.emplace_back("something_else", 1);
  const auto metadata = Read(Executable(variables));
  ASSERT_TRUE(metadata) << Describe(metadata.error());
  EXPECT_EQ(metadata->v8_version, (Version{12, 4, 7}));
  EXPECT_EQ(metadata->build_id, "abcd");
  EXPECT_EQ(metadata->Find("TaggedSize"), 8);
  EXPECT_EQ(metadata->Find("off_fp_function"), -16);
  EXPECT_EQ(metadata->values.size(), 2U);
}

// Node 16.0 has V8 9.0, and many constants are 0.
TEST(Metadata, HasWhatIsZeroAndThereforeNotInTheFile) {
  auto variables = Versions(9, 0);
  variables.emplace_back("v8dbg_OddballFalse", 0);
  const auto metadata = Read(Executable(variables));
  ASSERT_TRUE(metadata) << Describe(metadata.error());
  EXPECT_EQ(metadata->v8_version, (Version{9, 0, 7}));
  EXPECT_EQ(metadata->Find("OddballFalse"), 0);
}

TEST(Metadata, IsRefusedWithoutConstantsOrVersion) {
  const auto other = Read(Executable({{"main", 1}}));
  ASSERT_FALSE(other);
  EXPECT_THAT(Describe(other.error()), HasSubstr("not a Node.js binary"));
  const auto unknown = Read(Executable({{"v8dbg_TaggedSize", 8}}));
  ASSERT_FALSE(unknown);
  EXPECT_THAT(Describe(unknown.error()), HasSubstr("does not tell its V8 version"));
}

TEST(Metadata, FindsFieldsWhateverTheirTypeIsCalled) {
  const Metadata metadata{.values = {{"class_Map__prototype__Tagged_Object_", 24},
                                     {"class_Map__prototype_info__Object", 32},
                                     {"class_JSDate__value", 16}}};
  EXPECT_EQ(metadata.Field("Map", "prototype"), 24);
  EXPECT_EQ(metadata.Field("JSDate", "value"), 16);
  EXPECT_EQ(metadata.Field("Map", "proto"), std::nullopt);
  EXPECT_EQ(metadata.Field("Map", "transitions"), std::nullopt);
}

TEST(Metadata, ParsesVersions) {
  EXPECT_EQ(v8::ParseVersion("12.4.254.21-node.56"), (Version{12, 4, 254}));
  EXPECT_EQ(v8::ParseVersion("9.0.257"), (Version{9, 0, 257}));
  EXPECT_EQ(v8::ParseVersion("12.4"), std::nullopt);
  EXPECT_EQ(v8::ParseVersion("v12"), std::nullopt);
  EXPECT_EQ(v8::ParseVersion("99999999999.1.1"), std::nullopt);
}

v8::BuildVersions VersionsIn(std::string_view text) {
  v8::BuildVersions found;
  v8::FindVersions(text, found);
  return found;
}

TEST(BuildVersions, AreFoundInWhatNodeKeepsOfItself) {
  const std::string padding(64, '\0');
  const auto found =
      VersionsIn(padding + "https://nodejs.org/download/release/v22.23.3/node-v22.23.3.tar.gz" +
                 padding + "12.4.254.21-node.57" + padding + "1.2.3.4-node.5");
  EXPECT_EQ(found.node, "22.23.3");
  EXPECT_EQ(found.v8, "12.4.254.21-node.57");
}

// Programs have texts like these in memory, which are not about the Node that runs them.
TEST(BuildVersions, AreNotFoundElsewhere) {
  for (const std::string_view text :
       {"https://github.com/nodejs/node-v0.x-archive/issues/2876", "bytecode-node.cc",
        "/opt/nvm/.cache/bin/node-v18.1.0-linux-x64.tar.xz", "1.2.3-node.4", "1.2..3.4-node.5",
        "12.4.254.21-node.", "/v22.1.0/node-v22.2.0.tar.gz", "/v22.1/node-v22.1", "-node.",
        "/node-v", ""}) {
    SCOPED_TRACE(text);
    EXPECT_EQ(VersionsIn(text).node, "");
    EXPECT_EQ(VersionsIn(text).v8, "");
  }
}

}  // namespace
}  // namespace nodeheap::test
