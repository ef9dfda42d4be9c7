#include "base/text.h"

#include <gtest/gtest.h>

#include <string>

#include "nodeheap/result.h"

namespace nodeheap {
namespace {

TEST(Escape, NamesControlCharacters) {
  EXPECT_EQ(Escape("a\nb\tc\033[31m\x7f"), "a\\nb\\tc\\u001b[31m\\u007f");
  EXPECT_EQ(Escape("\xc2\x9b"
                   "31m"),
            "\\u009b31m");  // C1: a one-character CSI
  EXPECT_EQ(Escape(std::string(1, '\0')), "\\u0000");
}

TEST(Escape, NamesBidirectionalOverridesAndSeparators) {
  EXPECT_EQ(Escape("\u202Ea\u2066b\u2069\u2028"), "\\u202ea\\u2066b\\u2069\\u2028");
  EXPECT_EQ(Escape("\U000E0041"), "\\u{e0041}");
}

TEST(Escape, KeepsOrdinaryText) {
  EXPECT_EQ(Escape("Grüße, 漢字 😀 \"x\""), "Grüße, 漢字 😀 \"x\"");
}

TEST(Escape, ReplacesBytesThatAreNoUtf8) {
  EXPECT_EQ(Escape("a\xff"
                   "b"),
            "a\uFFFDb");
  EXPECT_EQ(Escape("\xc3"), "\uFFFD");                                // cut
  EXPECT_EQ(Escape("\xc0\xaf"), "\uFFFD\uFFFD");                      // overlong
  EXPECT_EQ(Escape("\xf4\x90\x80\x80"), "\uFFFD\uFFFD\uFFFD\uFFFD");  // beyond U+10FFFF
}

TEST(Escape, NamesLoneSurrogates) { EXPECT_EQ(Escape("\xed\xa0\x80"), "\\ud800"); }

TEST(Escape, CutsAfterCharactersNotBytes) {
  EXPECT_EQ(Escape("äöüß", 2), "äö…");
  EXPECT_EQ(Escape("äö", 2), "äö");
}

TEST(DisplayWidth, CountsWideCharactersTwice) {
  EXPECT_EQ(DisplayWidth("abc"), 3U);
  EXPECT_EQ(DisplayWidth("漢字"), 4U);
  EXPECT_EQ(DisplayWidth("…"), 1U);
}

TEST(HumanSize, UsesDecimalUnits) {
  EXPECT_EQ(HumanSize(0), "0 B");
  EXPECT_EQ(HumanSize(999), "999 B");
  EXPECT_EQ(HumanSize(1000), "1.0 kB");
  EXPECT_EQ(HumanSize(999'949), "999.9 kB");
  EXPECT_EQ(HumanSize(999'950), "1.0 MB");
  EXPECT_EQ(HumanSize(UINT64_MAX), "18.4 EB");
}

TEST(WithThousands, SeparatesGroups) {
  EXPECT_EQ(WithThousands(0), "0");
  EXPECT_EQ(WithThousands(999), "999");
  EXPECT_EQ(WithThousands(1000), "1,000");
  EXPECT_EQ(WithThousands(1'234'567), "1,234,567");
}

TEST(Describe, SaysPlaceMessageAndNextStep) {
  const Error error{.code = ErrorCode::kTruncated,
                    .message = "the file ends inside \"nodes\"",
                    .hint = "--partial reads what is there",
                    .file = "a\nb",
                    .offset = 12};
  EXPECT_EQ(Describe(error),
            "a\\nb: byte 12: the file ends inside \"nodes\"; --partial reads what is there");
  EXPECT_EQ(Describe(Error{.code = ErrorCode::kIo, .message = "no"}), "no");
}

}  // namespace
}  // namespace nodeheap
