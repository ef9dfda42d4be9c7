// Numbers as JavaScript prints them.
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "support/fake_heap.h"
#include "v8/buffers.h"
#include "v8/builtins.h"
#include "v8/primitives.h"

namespace nodeheap::test {
namespace {

using v8::BigIntText;
using v8::Kind;
using v8::NumberText;
using v8::Tagged;

TEST(NumberTextTest, SpecialNumbers) {
  EXPECT_EQ(NumberText(0.0), "0");
  EXPECT_EQ(NumberText(-0.0), "-0");
  EXPECT_EQ(NumberText(std::numeric_limits<double>::quiet_NaN()), "NaN");
  EXPECT_EQ(NumberText(std::numeric_limits<double>::infinity()), "Infinity");
  EXPECT_EQ(NumberText(-std::numeric_limits<double>::infinity()), "-Infinity");
}

TEST(NumberTextTest, PointsAndExponentsStandWhereJavaScriptPutsThem) {
  EXPECT_EQ(NumberText(42), "42");
  EXPECT_EQ(NumberText(-3.25), "-3.25");
  EXPECT_EQ(NumberText(1e20), "100000000000000000000");
  EXPECT_EQ(NumberText(1e21), "1e+21");
  EXPECT_EQ(NumberText(1.5e300), "1.5e+300");
  EXPECT_EQ(NumberText(123456.789), "123456.789");
  EXPECT_EQ(NumberText(0.000001), "0.000001");
  EXPECT_EQ(NumberText(1.25e-6), "0.00000125");
  EXPECT_EQ(NumberText(0.0000001), "1e-7");
  EXPECT_EQ(NumberText(5e-324), "5e-324");
  EXPECT_EQ(NumberText(std::numeric_limits<double>::max()), "1.7976931348623157e+308");
}

class BigIntTest : public testing::Test {
 protected:
  Tagged BigInt(bool negative, std::initializer_list<uint64_t> digits) {
    const Tagged map = fake_.AddMap(Kind::kBigInt, 0);
    const v8::Address at = fake_.Append(page_, {map, digits.size() << 1 | (negative ? 1 : 0)});
    fake_.Append(page_, digits);
    return v8::Tag(at);
  }
  std::optional<std::string> Text(Tagged bigint, uint32_t max_digits = v8::kMaxDecimalDigits) {
    const auto runtime = v8::Runtime::Open(fake_.memory, fake_.layout).value();
    return BigIntText(runtime, bigint, max_digits);
  }

  FakeHeap fake_;
  v8::Address page_ = fake_.AddPage(v8::Space::kOld);
};

TEST_F(BigIntTest, AnyLengthIsDecimal) {
  EXPECT_EQ(Text(BigInt(false, {})), "0");
  EXPECT_EQ(Text(BigInt(true, {5})), "-5");
  EXPECT_EQ(Text(BigInt(false, {~uint64_t{0}})), "18446744073709551615");
  EXPECT_EQ(Text(BigInt(false, {0, 1})), "18446744073709551616");
  EXPECT_EQ(Text(BigInt(false, {0, 0, 1})), "340282366920938463463374607431768211456");
}

TEST_F(BigIntTest, LongerThanAskedIsHexadecimal) {
  EXPECT_EQ(Text(BigInt(true, {1, 0xAB}), 1), "-0xab0000000000000001");
}

TEST_F(BigIntTest, ACorruptLengthIsUnreadable) {
  const Tagged bigint = BigInt(false, {1});
  fake_.memory.Set<uint32_t>(v8::Untag(bigint) + 8, 0xFFFFFFFE);
  EXPECT_FALSE(Text(bigint));
}

TEST(IsoTimeTest, IsAsJavaScriptPrintsIt) {
  EXPECT_EQ(v8::IsoTime(0), "1970-01-01T00:00:00.000Z");
  EXPECT_EQ(v8::IsoTime(1e12), "2001-09-09T01:46:40.000Z");
  EXPECT_EQ(v8::IsoTime(-1), "1969-12-31T23:59:59.999Z");
  EXPECT_EQ(v8::IsoTime(8.64e15), "+275760-09-13T00:00:00.000Z");
  EXPECT_EQ(v8::IsoTime(-8.64e15), "-271821-04-20T00:00:00.000Z");
  EXPECT_EQ(v8::IsoTime(-62198755200000), "-000001-01-01T00:00:00.000Z");
  EXPECT_EQ(v8::IsoTime(8.64e15 + 1), "Invalid Date");
  EXPECT_EQ(v8::IsoTime(std::numeric_limits<double>::quiet_NaN()), "Invalid Date");
}

TEST(ElementTextTest, HalfPrecision) {
  const auto text = [](uint16_t half) {
    return v8::ElementText(v8::ElementType::kFloat16, std::as_bytes(std::span(&half, 1)));
  };
  EXPECT_EQ(text(0x3E00), "1.5");
  EXPECT_EQ(text(0xC000), "-2");
  EXPECT_EQ(text(0x0001), "5.960464477539063e-8");
  EXPECT_EQ(text(0x7BFF), "65504");
  EXPECT_EQ(text(0xFC00), "-Infinity");
  EXPECT_EQ(text(0x7C01), "NaN");
}

}  // namespace
}  // namespace nodeheap::test
