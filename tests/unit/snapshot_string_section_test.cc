#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "snapshot/string_section.h"
#include "support/memory_file.h"

namespace nodeheap::test {
namespace {

using namespace std::string_literals;
using testing::ElementsAre;

struct Read {
  std::vector<std::string> strings;  // decoded
  bool truncated = false;
  size_t end = 0;
  std::string error;  // "offset: message"
};

Read ReadSection(const std::string& json) {
  const MemoryFile file(json);
  Progress progress;
  const auto input = Input::Open(file.path(), progress);
  if (!input) throw std::runtime_error(Describe(input.error()));
  JsonCursor cursor(*input);
  auto section = ParseStrings(*input, cursor);
  Read read;
  if (!section) {
    read.error =
        std::to_string(section.error().offset.value_or(9999)) + ": " + section.error().message;
    return read;
  }
  read.truncated = section->truncated;
  read.end = cursor.offset();
  const StringTable table(input->owner(), input->bytes(), std::move(section->starts), [] {});
  for (uint32_t i = 0; i < table.size(); ++i) read.strings.push_back(table.Get(StringId{i}));
  return read;
}

TEST(StringSection, ReadsStrings) {
  EXPECT_THAT(ReadSection(R"(["a","","b c"])").strings, ElementsAre("a", "", "b c"));
  EXPECT_THAT(ReadSection("[\"a\",\n\"b\" ,\t\"c\"\r\n]").strings, ElementsAre("a", "b", "c"));
  EXPECT_THAT(ReadSection("[]").strings, ElementsAre());
  EXPECT_THAT(ReadSection(" [ \n]").strings, ElementsAre());
}

TEST(StringSection, LeavesTheCursorBehindTheBracket) {
  EXPECT_EQ(ReadSection("[\"a\"],\"x\":[]").end, 5U);
  EXPECT_EQ(ReadSection("[ ]}").end, 3U);
}

TEST(StringSection, KnowsEscapes) {
  EXPECT_THAT(ReadSection(R"(["\"","\\","\\\"","\n\t","\u0000","\u00e9","\ud83d\ude00"])").strings,
              ElementsAre("\"", "\\", "\\\"", "\n\t", "\0"s, "é", "😀"));
  EXPECT_THAT(ReadSection(R"(["\ud83d","\ude00\ud83d"])").strings,
              ElementsAre("\xED\xA0\xBD", "\xED\xB8\x80\xED\xA0\xBD"));
}

TEST(StringSection, TakesRawBytesAsTheyAre) {
  EXPECT_THAT(ReadSection("[\"é€😀\",\"\xFF\xC3\",\"\x7F\"]").strings,
              ElementsAre("é€😀", "\xFF\xC3", "\x7F"));
}

// Quotes and backslashes at every place in the 16 bytes that are looked at together.
TEST(StringSection, FindsTheEndAtEveryOffset) {
  for (size_t length = 0; length < 70; ++length) {
    const std::string plain(length, 'x');
    EXPECT_THAT(ReadSection("[\"" + plain + "\",\"y\"]").strings, ElementsAre(plain, "y"));
    EXPECT_THAT(ReadSection("[\"" + plain + "\\\"" + plain + "\",\"y\"]").strings,
                ElementsAre(plain + "\"" + plain, "y"));
    EXPECT_THAT(ReadSection("[\"" + plain + "\\\\\",\"y\"]").strings,
                ElementsAre(plain + "\\", "y"));
  }
}

TEST(StringSection, RefusesControlCharacters) {
  for (size_t length = 0; length < 40; ++length) {
    for (const char control : {'\0', '\n', '\x1B', '\x1F'}) {
      const std::string text = "[\"" + std::string(length, 'x') + control + "\"]";
      EXPECT_EQ(ReadSection(text).error,
                std::to_string(length + 2) + ": a control character within a string");
    }
  }
}

TEST(StringSection, RefusesWhatIsNoListOfStrings) {
  EXPECT_EQ(ReadSection("{}").error, "0: expected an array");
  EXPECT_EQ(ReadSection("[1]").error, "1: expected a string");
  EXPECT_EQ(ReadSection("[\"a\",]").error, "5: expected a string");
  EXPECT_EQ(ReadSection("[,\"a\"]").error, "1: expected a string");
  EXPECT_EQ(ReadSection("[\"a\" \"b\"]").error, "5: expected ',' or ']' after a string");
  EXPECT_EQ(ReadSection("[\"a\"}").error, "4: expected ',' or ']' after a string");
}

// What is whole is kept: a string counts once its closing quote is there.
TEST(StringSection, EndsEarly) {
  const std::string whole = R"(["one","t\"o","\\\u0041"])";
  for (size_t length = 1; length < whole.size(); ++length) {
    const Read read = ReadSection(whole.substr(0, length));
    EXPECT_EQ(read.error, "") << length;
    EXPECT_TRUE(read.truncated) << length;
    EXPECT_EQ(read.end, length);
    const size_t strings = length < 6 ? 0U : length < 13 ? 1U : length < 24 ? 2U : 3U;
    EXPECT_EQ(read.strings.size(), strings) << whole.substr(0, length);
  }
  EXPECT_FALSE(ReadSection(whole).truncated);
}

}  // namespace
}  // namespace nodeheap::test
