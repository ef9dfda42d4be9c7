// All ways to scan agree; where the fast ones give up, the general one says what is wrong.
#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "snapshot/integer_scanner.h"

namespace nodeheap::test {
namespace {

using Values = std::vector<uint64_t>;

// Puts the text behind 16 bytes that look like digits, which must not leak in, and nothing after
// it, so that the address sanitizer sees reads past its end.
class Framed {
 public:
  explicit Framed(std::string_view text) : bytes_(std::string(16, '9') + std::string(text)) {
    bytes_.shrink_to_fit();
  }
  std::string_view text() const { return std::string_view(bytes_).substr(16); }

 private:
  std::string bytes_;
};

std::optional<Values> Fast(const FastScanner& scanner, std::string_view text) {
  const Framed framed(text);
  Values values(kValuesPerPiece);
  const int count = scanner.scan(framed.text(), values.data());
  if (count < 0) return std::nullopt;
  values.resize(static_cast<size_t>(count));
  return values;
}

struct General {
  Values values;
  std::string error;
  size_t offset = 0;
};

General Any(std::string_view text) {
  Values values(text.size() / 2 + 1);
  const ScanResult result = ScanAny(text, values.data());
  values.resize(static_cast<size_t>(result.count));
  return {std::move(values), result.error == nullptr ? "" : result.error, result.offset};
}

// Each fast way either agrees with the general one or leaves the text to it.
void ExpectAgreement(std::string_view text) {
  const General general = Any(text);
  for (const FastScanner& scanner : FastScanners()) {
    const auto fast = Fast(scanner, text);
    if (!fast) continue;
    ASSERT_EQ(general.error, "") << scanner.name << " accepts: " << text;
    ASSERT_EQ(*fast, general.values) << scanner.name << ": " << text;
  }
}

// The same, and no fast way leaves it to the general one.
void ExpectFast(std::string_view text, const Values& expected) {
  ASSERT_EQ(Any(text).error, "") << text;
  ASSERT_EQ(Any(text).values, expected) << text;
  for (const FastScanner& scanner : FastScanners())
    ASSERT_EQ(Fast(scanner, text), expected) << scanner.name << ": " << text;
}

std::string Joined(const Values& values, std::string_view separator) {
  std::string text;
  for (const uint64_t value : values) text += std::to_string(value) + std::string(separator);
  return text;
}

TEST(IntegerScanner, HasAFastWayHere) {
#if defined(__x86_64__)
  if (!__builtin_cpu_supports("avx2")) GTEST_SKIP() << "this processor has no AVX2";
  EXPECT_FALSE(FastScanners().empty());
#endif
}

TEST(IntegerScanner, ReadsEveryLengthOfNumber) {
  uint64_t value = 0;
  for (uint64_t digits = 1; digits <= 16; ++digits) {
    value = value * 10 + digits % 10;
    ExpectFast(std::to_string(value) + ",", {value});
    ExpectFast(std::string(digits, '9') + ",7,", {std::stoull(std::string(digits, '9')), 7});
  }
}

TEST(IntegerScanner, LeavesLongNumbersToTheGeneralWay) {
  const Values values = {10'000'000'000'000'000, 1'234'567'890'123'456'789,
                         9'999'999'999'999'999'999U, ~uint64_t{0}};
  for (const uint64_t value : values) {
    const std::string text = "1," + std::to_string(value) + ",2,";
    EXPECT_EQ(Any(text).values, (Values{1, value, 2}));
    for (const FastScanner& scanner : FastScanners())
      EXPECT_EQ(Fast(scanner, text), std::nullopt) << scanner.name;
  }
}

TEST(IntegerScanner, RefusesOverflow) {
  for (const char* number : {"18446744073709551616", "18446744073709551620", "99999999999999999999",
                             "100000000000000000000"}) {
    const General result = Any("1, " + std::string(number) + ",");
    EXPECT_EQ(result.error, "a number is too large");
    EXPECT_EQ(result.offset, 3U);
    EXPECT_EQ(result.values, Values{1});
  }
}

// V8 writes the indices of elements from 2^31 on so.
TEST(IntegerScanner, ReadsNegativeNumbersOf32Bits) {
  EXPECT_EQ(Any("1,-2,-0,-2147483648,").values, (Values{1, ~uint64_t{1}, 0, ~uint64_t{0} << 31}));
  EXPECT_EQ(Any("1,-2147483649,").error, "a number is too small");
  ExpectAgreement("1,-2,3,");
}

TEST(IntegerScanner, IgnoresLeadingZeros) {
  ExpectFast("0,00,007,0000000000000012,", {0, 0, 7, 12});
  EXPECT_EQ(Any(std::string(40, '0') + "5,").values, Values{5});
}

// The separators of all V8 versions, with a number at every offset of a 64-byte block.
TEST(IntegerScanner, ReadsNumbersAcrossBlocks) {
  for (const std::string separator : {",", "\n,", " ,", ",\n", ", ", ",\r\n\t  "}) {
    for (size_t offset = 0; offset < 130; ++offset) {
      for (const uint64_t value :
           {uint64_t{5}, uint64_t{123'456'789}, uint64_t{1234567890123456}}) {
        Values values(offset / 2, 1);
        if (offset % 2 == 1) values.push_back(22);
        values.insert(values.end(), {value, 0, value});
        ExpectFast(Joined(values, separator), values);
      }
    }
  }
}

TEST(IntegerScanner, ReadsWholePieces) {
  ExpectFast("", {});
  ExpectFast("  \n\t\r ", {});
  std::string most;
  for (size_t i = 0; i < kMaxNumbersPerPiece; ++i) most += "8,";
  ExpectFast(most, Values(kMaxNumbersPerPiece, 8));
  const std::string padded = std::string(kPieceBytes - 4, ' ') + "123,";
  ExpectFast(padded, {123});
}

TEST(IntegerScanner, RefusesWhatIsNoListOfNumbers) {
  struct Case {
    std::string text;
    std::string error;
    size_t offset;
  };
  const std::string number = "expected an integer";
  const std::string comma = "expected ',' or ']' after a number";
  const Case cases[] = {
      {",", number, 0},      {"1,,2,", number, 2},
      {"1, ,2,", number, 3}, {"-,", number, 1},
      {"1,--2,", number, 3}, {"+1,", number, 0},
      {"1e3,", comma, 1},    {"1.5,", comma, 1},
      {"12a,", comma, 2},    {"a,", number, 0},
      {"1 2,", comma, 2},    {"1\n2\n,", comma, 2},
      {"\"1\",", number, 0}, {"[1],", number, 0},
      {"null,", number, 0},  {"1,\xC2\xA0 2,", number, 2},
      {"1\v,", comma, 1},    {std::string("1\0,", 3), comma, 1},
      {"1,2;3,", comma, 3},  {"0x10,", comma, 1},
      {"1\f,", comma, 1},
  };
  for (const Case& c : cases) {
    // At the start, and where it crosses the first block's end.
    for (const std::string& before : {std::string(), std::string(31 * 2, ' ') + "3,"}) {
      const std::string text = before + c.text;
      const General result = Any(text);
      EXPECT_EQ(result.error, c.error) << text;
      EXPECT_EQ(result.offset, before.size() + c.offset) << text;
      ExpectAgreement(text);
    }
  }
}

TEST(IntegerScanner, AllowsTheLastNumberToEndTheText) {
  EXPECT_EQ(Any("1,2").values, (Values{1, 2}));
  EXPECT_EQ(Any("1,2 \n").values, (Values{1, 2}));
  EXPECT_EQ(Any("1,2,").values, (Values{1, 2}));
  ExpectAgreement("1,2");
  ExpectAgreement(std::string(63, ' ') + "1");
  ExpectAgreement(std::string(63, '1'));
}

// Anything made of the bytes that matter, and some that do not.
TEST(IntegerScanner, AgreesOnRandomTexts) {
  std::mt19937 random(1);
  const std::string bytes = "0123456789,,,,,,,,  \n\n\r\t-]e.\xB0/:";
  for (int round = 0; round < 20'000; ++round) {
    // The rarer the bytes at the end of the list, the longer the valid stretches.
    const size_t choices = round % 3 == 0 ? bytes.size() : round % 3 == 1 ? 22 : 18;
    std::string text(random() % 200, ' ');
    for (char& c : text) c = bytes[random() % choices];
    ExpectAgreement(text);
  }
}

// Valid texts with one byte changed.
TEST(IntegerScanner, AgreesOnDamagedTexts) {
  std::mt19937 random(2);
  for (int round = 0; round < 5000; ++round) {
    Values values;
    for (int i = 0; i < 40; ++i) values.push_back((uint64_t{random()} << 20) >> (random() % 50));
    std::string text = Joined(values, round % 2 == 0 ? "," : "\n,");
    ExpectFast(text, values);
    text[random() % text.size()] = "0, \n-x]"[random() % 7];
    ExpectAgreement(text);
  }
}

TEST(CountCommas, StopsAtTheBracket) {
  std::mt19937 random(3);
  for (size_t length = 0; length < 300; ++length) {
    std::string text(length, '1');
    for (char& c : text) c = "1, \n"[random() % 4];
    for (const size_t bracket : {length, length / 2, length / 3}) {
      std::string cut = text;
      if (bracket < length) cut[bracket] = ']';
      if (bracket + 1 < length) cut[length - 1] = ']';
      const std::string array = cut.substr(0, cut.find(']'));
      const auto commas = static_cast<uint64_t>(std::ranges::count(array, ','));
      for (const FastScanner& scanner : FastScanners()) {
        EXPECT_EQ(scanner.count_commas(cut).commas, commas) << scanner.name << ": " << cut;
        EXPECT_EQ(scanner.count_commas(cut).end, array.size()) << scanner.name << ": " << cut;
      }
      EXPECT_EQ(CountCommas(cut).commas, commas);
    }
  }
}

}  // namespace
}  // namespace nodeheap::test
