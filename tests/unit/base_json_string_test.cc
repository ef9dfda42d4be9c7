#include <gtest/gtest.h>

#include "base/json_string.h"

namespace nodeheap::test {
namespace {

using namespace std::string_literals;

struct Case {
  std::string escaped;
  std::string decoded;
};

TEST(DecodeJsonString, KnowsAllEscapes) {
  const Case cases[] = {
      {"", ""},
      {"plain", "plain"},
      {R"(\"\\\/)", "\"\\/"},
      {R"(\b\f\n\r\t)", "\b\f\n\r\t"},
      {R"(a\u0000b)", "a\0b"s},
      {R"(\u0041\u00e9\u00E9\u20ac)", "Aéé€"},
      {R"(\ud83d\ude00)", "😀"},
      {R"(\uD83D\uDE00!)", "😀!"},
      {"raw é € 😀", "raw é € 😀"},
  };
  for (const Case& c : cases) EXPECT_EQ(DecodeJsonString(c.escaped), c.decoded) << c.escaped;
}

// WTF-8: U+D800 … U+DFFF are encoded as if they were characters, so that none are confused.
TEST(DecodeJsonString, KeepsLoneSurrogates) {
  const Case cases[] = {
      {R"(\ud83d)", "\xED\xA0\xBD"},
      {R"(\ude00)", "\xED\xB8\x80"},
      {R"(\ud83dx)", "\xED\xA0\xBDx"},
      {R"(\ud83d\n)", "\xED\xA0\xBD\n"},
      {R"(\ud83d\ud83d\ude00)", "\xED\xA0\xBD😀"},
      {R"(\ude00\ud83d)", "\xED\xB8\x80\xED\xA0\xBD"},
  };
  for (const Case& c : cases) EXPECT_EQ(DecodeJsonString(c.escaped), c.decoded) << c.escaped;
}

TEST(DecodeJsonString, TakesDamagedEscapesLiterally) {
  const Case cases[] = {
      {R"(\x41)", "x41"},
      {R"(\u12)", "u12"},
      {R"(\u12g4)", "u12g4"},
      {R"(\ud83d\u)", "\xED\xA0\xBDu"},
      {R"(\ud83d\ude0)", "\xED\xA0\xBDude0"},
  };
  for (const Case& c : cases) EXPECT_EQ(DecodeJsonString(c.escaped), c.decoded) << c.escaped;
}

// A table never hands these out, since a backslash before the closing quote escapes it.
TEST(DecodeJsonString, EndsAtATrailingBackslash) {
  EXPECT_EQ(DecodeJsonString("ab\\"), "ab");
  EXPECT_EQ(DecodeJsonString("\\ud83d\\"), "\xED\xA0\xBD");
}

TEST(DecodeJsonString, LeavesInvalidUtf8ToTheRenderers) {
  EXPECT_EQ(DecodeJsonString("\xFF\xC3"), "\xFF\xC3");
}

TEST(DecodeJsonString, StopsNearTheLimit) {
  EXPECT_EQ(DecodeJsonString("abcdef", 0), "");
  EXPECT_EQ(DecodeJsonString("abcdef", 4), "abcd");
  EXPECT_EQ(DecodeJsonString(R"(ab\ncd)", 3), "ab\n");
  EXPECT_EQ(DecodeJsonString(R"(\u20ac\u20ac)", 1), "€") << "a character is not cut";
}

TEST(EncodeJsonString, IsUndoneByDecoding) {
  std::string all;
  for (int byte = 0; byte < 256; ++byte) all.push_back(static_cast<char>(byte));
  const std::string encoded = EncodeJsonString(all);
  EXPECT_EQ(DecodeJsonString(encoded), all);
  for (const char c : encoded) EXPECT_GE(static_cast<unsigned char>(c), 0x20);
}

}  // namespace
}  // namespace nodeheap::test
