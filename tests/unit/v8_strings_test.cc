// Strings made by hand in all representations, and the ways in which they can be broken.
#include <gtest/gtest.h>

#include "support/fake_heap.h"
#include "v8/strings.h"

namespace nodeheap::test {
namespace {

using v8::Address;
using v8::Kind;
using v8::ReadString;
using v8::Space;
using v8::StringText;
using v8::Tagged;

// Instance types: the shape, and bits of v8/src/objects/instance-type.h.
constexpr uint16_t kNotInternalized = 32;
constexpr uint16_t kOneByte = 8;
constexpr uint16_t kUncached = 16;

class StringsTest : public testing::Test {
 protected:
  StringsTest() : page_(fake_.AddPage(Space::kOld)) {}

  Tagged MapOf(uint16_t type, uint8_t words) {
    const Tagged map = fake_.AddMap(Kind::kString, words);
    fake_.memory.Set(v8::Untag(map) + fake_.layout.map.instance_type,
                     static_cast<uint16_t>(type | kNotInternalized));
    return map;
  }
  static Tagged HashAndLength(uint32_t length) { return uint64_t{length} << 32; }

  Tagged OneByte(std::string_view text) { return Characters(text, kOneByte, text.size()); }
  Tagged TwoByte(std::u16string_view text) {
    return Characters({reinterpret_cast<const char*>(text.data()), text.size() * 2}, 0,
                      text.size());
  }
  Tagged Characters(std::string_view bytes, uint16_t bits, size_t units) {
    const Address at =
        fake_.Append(page_, {MapOf(bits, 0), HashAndLength(static_cast<uint32_t>(units))});
    fake_.memory.Write(fake_.Skip(page_, v8::RoundUp(bytes.size(), v8::kWord)),
                       std::as_bytes(std::span(bytes)));
    return v8::Tag(at);
  }
  Tagged Cons(uint32_t length, Tagged first, Tagged second) {
    if (cons_map_ == 0) cons_map_ = MapOf(1 | kOneByte, 4);
    return v8::Tag(fake_.Append(page_, {cons_map_, HashAndLength(length), first, second}));
  }
  Tagged Sliced(uint32_t length, Tagged parent, int32_t offset) {
    return v8::Tag(fake_.Append(
        page_, {MapOf(3 | kOneByte, 4), HashAndLength(length), parent, FakeHeap::Smi(offset)}));
  }
  Tagged Thin(uint32_t length, Tagged actual) {
    return v8::Tag(fake_.Append(page_, {MapOf(5 | kOneByte, 3), HashAndLength(length), actual}));
  }
  Tagged External(uint32_t length, Address data, uint16_t bits = 0) {
    return v8::Tag(
        fake_.Append(page_, {MapOf(2 | kOneByte | bits, 4), HashAndLength(length), 0, data}));
  }

  StringText Read(Tagged string, uint64_t max_units = v8::kAllUnits) {
    const auto runtime = v8::Runtime::Open(fake_.memory, fake_.layout).value();
    return ReadString(runtime, string, max_units).value();
  }

  FakeHeap fake_;
  Address page_;
  Tagged cons_map_ = 0;
};

TEST_F(StringsTest, Latin1BecomesUtf8) {
  EXPECT_EQ(Read(OneByte("caf\xe9")).text, "caf\u00e9");
  EXPECT_EQ(Read(OneByte(std::string_view("a\0b", 3))).text, std::string_view("a\0b", 3));
  EXPECT_EQ(Read(OneByte("")).text, "");
}

TEST_F(StringsTest, SurrogatesJoinAlsoAcrossTheHalvesOfACons) {
  EXPECT_EQ(Read(TwoByte(u"\U0001F680!")).text, "\U0001F680!");
  const Tagged high = TwoByte(u"left\xD83D");
  const Tagged low = TwoByte(u"\xDE80right");
  EXPECT_EQ(Read(Cons(11, high, low)).text, "left\U0001F680right");
}

TEST_F(StringsTest, LoneSurrogatesAreKept) {
  EXPECT_EQ(Read(TwoByte(u"x\xD800y\xDFFF")).text, "x\xed\xa0\x80y\xed\xbf\xbf");
  EXPECT_EQ(Read(Cons(2, TwoByte(u"\xD83D"), OneByte("a"))).text,
            "\xed\xa0\xbd"
            "a");
}

TEST_F(StringsTest, ACutTellsTheWholeLength) {
  const StringText cut = Read(Cons(6, OneByte("abc"), OneByte("def")), 4);
  EXPECT_EQ(cut.text, "abcd");
  EXPECT_EQ(cut.length, 6);
  EXPECT_FALSE(cut.complete);
  EXPECT_FALSE(cut.unreadable);
  EXPECT_TRUE(Read(OneByte("abc"), 3).complete);
}

TEST_F(StringsTest, SlicedAndThinStringsLeadToTheirCharacters) {
  const Tagged parent = OneByte("0123456789");
  EXPECT_EQ(Read(Sliced(3, parent, 4)).text, "456");
  EXPECT_EQ(Read(Thin(10, parent)).text, "0123456789");
  EXPECT_EQ(Read(Sliced(3, Thin(10, parent), 7)).text, "789");
  EXPECT_TRUE(Read(Sliced(3, parent, 8)).unreadable);  // beyond its parent
}

TEST_F(StringsTest, DeepConsStringsNeedNoStack) {
  Tagged string = OneByte("start:");
  const Tagged piece = OneByte("x");
  constexpr uint32_t kDepth = 7000;
  for (uint32_t i = 1; i <= kDepth; ++i) string = Cons(6 + i, string, piece);
  EXPECT_EQ(Read(string).text, "start:" + std::string(kDepth, 'x'));
}

TEST_F(StringsTest, ExternalStringsAreReadWhereTheirCharactersAre) {
  fake_.memory.Write(FakeHeap::kMalloc, std::as_bytes(std::span("outside", 7)));
  EXPECT_EQ(Read(External(7, FakeHeap::kMalloc)).text, "outside");
  const StringText absent = Read(External(7, 0xdead'0000));
  EXPECT_TRUE(absent.unreadable);
  EXPECT_FALSE(absent.complete);
  EXPECT_TRUE(Read(External(7, FakeHeap::kMalloc, kUncached)).unreadable);
}

TEST_F(StringsTest, CyclesEnd) {
  const Tagged cycle = Cons(20, 0, 0);
  fake_.memory.Set(v8::Untag(cycle) + 16, cycle);
  fake_.memory.Set(v8::Untag(cycle) + 24, OneByte(""));
  EXPECT_TRUE(Read(cycle).unreadable);
  fake_.memory.Set(v8::Untag(cycle) + 24, OneByte("x"));
  EXPECT_TRUE(Read(cycle).unreadable);
  const Tagged thin = Thin(20, 0);
  fake_.memory.Set(v8::Untag(thin) + 16, thin);
  EXPECT_TRUE(Read(thin).unreadable);
}

// "x" doubled thirty times is a thousand million characters in thirty objects.
TEST_F(StringsTest, SharedHalvesAreReadOnlyAsFarAsAsked) {
  Tagged string = OneByte("x");
  for (uint32_t length = 2; length <= 1U << 29; length *= 2) string = Cons(length, string, string);
  EXPECT_EQ(Read(string, 50).text, std::string(50, 'x'));
}

TEST_F(StringsTest, MemoryBoundsACorruptLength) {
  const Tagged string = OneByte("abc");
  fake_.memory.Set<uint32_t>(v8::Untag(string) + fake_.layout.string.length, 0x7FFFFFFF);
  const StringText text = Read(string);
  EXPECT_TRUE(text.unreadable);
  EXPECT_TRUE(text.text.starts_with("abc"));
  EXPECT_LE(text.text.size(), v8::kPageAlignment);
}

TEST_F(StringsTest, WhatPrecedesAnUnreadablePartIsKept) {
  const StringText text = Read(Cons(6, OneByte("abc"), External(3, 0xdead'0000)));
  EXPECT_EQ(text.text, "abc");
  EXPECT_TRUE(text.unreadable);
}

TEST_F(StringsTest, OtherObjectsAreNoStrings) {
  const Tagged array = v8::Tag(fake_.AppendFixedArray(page_, 1));
  const auto runtime = v8::Runtime::Open(fake_.memory, fake_.layout).value();
  EXPECT_FALSE(ReadString(runtime, array));
  EXPECT_FALSE(ReadString(runtime, FakeHeap::Smi(5)));
  EXPECT_FALSE(ReadString(runtime, 0xdead'beef'0001));
}

TEST_F(StringsTest, TextEqualsLooksAtEveryCharacter) {
  const Tagged string = Cons(6, OneByte("abc"), OneByte("def"));
  const auto runtime = v8::Runtime::Open(fake_.memory, fake_.layout).value();
  EXPECT_TRUE(v8::TextEquals(runtime, string, "abcdef"));
  EXPECT_FALSE(v8::TextEquals(runtime, string, "abcdeg"));
  EXPECT_FALSE(v8::TextEquals(runtime, string, "abcde"));
}

}  // namespace
}  // namespace nodeheap::test
