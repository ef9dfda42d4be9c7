// Arrays larger than what the threads take at a time, and errors told to the byte.
#include <gtest/gtest.h>

#include <algorithm>
#include <mutex>
#include <random>
#include <string>
#include <vector>

#include "snapshot/integer_array.h"
#include "support/memory_file.h"

namespace nodeheap::test {
namespace {

using Values = std::vector<uint64_t>;

constexpr unsigned kThreadCounts[] = {1, 2, 3, 8};
constexpr uint64_t kRefused = 987'654'321;
constexpr std::string_view kBefore = "some text before the array: [";

// Keeps all numbers but kRefused.
class Collector : public IntegerSink {
 public:
  explicit Collector(uint64_t most = ~uint64_t{0}) : most_(most) {}

  Result<void> Reserve(uint64_t total) override {
    const std::scoped_lock lock(mutex_);
    if (total > most_)
      return std::unexpected(Error{.code = ErrorCode::kBadData, .message = "too many"});
    if (total > values_.size()) values_.resize(total);
    return {};
  }
  Refusal Consume(uint64_t first, std::span<const uint64_t> values) override {
    const std::scoped_lock lock(mutex_);
    for (size_t i = 0; i < values.size(); ++i) {
      if (values[i] == kRefused) return {.taken = i, .error = "refused"};
      values_.at(first + i) = values[i];
      ++consumed_;
    }
    return {.taken = values.size()};
  }

  const Values& values() const { return values_; }
  size_t consumed() const { return consumed_; }

 private:
  std::mutex mutex_;
  uint64_t most_;
  Values values_;
  size_t consumed_ = 0;
};

Result<IntegerArray> Scan(std::string_view array, Collector& sink, unsigned threads) {
  const MemoryFile file(std::string(kBefore) + std::string(array));
  Progress progress;
  const auto input = Input::Open(file.path(), progress);
  if (!input) return std::unexpected(input.error());
  return ScanIntegerArray(*input, kBefore.size(), sink, threads, "numbers", progress);
}

struct Sample {
  Values values;
  std::string text;
};

// What a thread takes at a time.
constexpr size_t kShare = size_t{1} << 20;

// More than two shares.
Sample LargeSample(const std::string& separator) {
  Sample sample;
  std::mt19937_64 random(1);
  while (sample.text.size() < 2 * kShare + kShare / 4) {
    sample.values.push_back(random() >> (random() % 64));
    if (sample.values.back() == kRefused) sample.values.back() = 1;
    if (sample.values.size() > 1) sample.text += separator;
    sample.text += std::to_string(sample.values.back());
  }
  return sample;
}

// The same without separate ones for each test.
const Sample& Commas() {
  static const Sample sample = LargeSample(",");
  return sample;
}

void ExpectValues(const Sample& sample, std::string_view rest) {
  for (const unsigned threads : kThreadCounts) {
    Collector sink;
    const auto array = Scan(sample.text + std::string(rest), sink, threads);
    ASSERT_TRUE(array) << Describe(array.error());
    EXPECT_EQ(array->count, sample.values.size()) << threads;
    EXPECT_FALSE(array->truncated);
    EXPECT_EQ(array->end, kBefore.size() + sample.text.size() + 1) << threads;
    EXPECT_EQ(sink.consumed(), sample.values.size()) << threads;
    EXPECT_TRUE(sink.values() == sample.values) << threads;
  }
}

TEST(IntegerArray, ReadsAllNumbersInOrder) {
  for (const std::string separator : {",", "\n,", ",\n    "}) {
    ExpectValues(LargeSample(separator), "],\"strings\":[\"1,2\",\"]\"]}");
  }
}

TEST(IntegerArray, ReadsSmallArrays) {
  ExpectValues({{}, ""}, "]");
  ExpectValues({{}, " \n "}, "]");
  ExpectValues({{7}, "7"}, "]");
  ExpectValues({{7}, "\n 7\n"}, "],1,2,3]");
  ExpectValues({{7, 8}, "7,8"}, "]");
  ExpectValues({{7, ~uint64_t{0}}, "7 ,\t18446744073709551615 "}, "]");
}

// The ']' in every position around the end of the first share.
TEST(IntegerArray, EndsAnywhere) {
  const std::string before = "1," + std::string(kShare - 32, ' ') + "4";
  for (size_t more = 10; more < 20; ++more) {
    Sample sample{.values = Values(more + 2, 4), .text = before};
    sample.values[0] = 1;
    for (size_t i = 0; i < more; ++i) sample.text += ",4";
    ExpectValues(sample, "],5,6,7");
  }
}

TEST(IntegerArray, SaysWhenTheInputEndsFirst) {
  const Sample& sample = Commas();
  for (const unsigned threads : kThreadCounts) {
    for (const size_t cut : {size_t{0}, size_t{1}, sample.text.size() / 2, sample.text.size()}) {
      Collector sink;
      const std::string text = sample.text.substr(0, cut);
      const auto array = Scan(text, sink, threads);
      ASSERT_TRUE(array) << Describe(array.error());
      EXPECT_TRUE(array->truncated);
      EXPECT_EQ(array->end, kBefore.size() + cut);
      // A number that ends with the input may be cut.
      EXPECT_EQ(array->count, static_cast<size_t>(std::ranges::count(text, ',')));
      EXPECT_EQ(sink.consumed(), array->count);
    }
  }
}

// The error in `array` as "offset: message", the offset counting from the array's start.
std::string ErrorOf(std::string_view array, unsigned threads, uint64_t most = ~uint64_t{0}) {
  Collector sink(most);
  const auto result = Scan(array, sink, threads);
  if (result) return "no error";
  EXPECT_NE(result.error().file, "");
  if (!result.error().offset) return "nowhere: " + result.error().message;
  return std::to_string(*result.error().offset - kBefore.size()) + ": " + result.error().message;
}

TEST(IntegerArray, SaysWhichByteIsWrong) {
  const Sample& sample = Commas();
  for (const size_t near :
       {size_t{0}, size_t{9000}, sample.text.size() / 2, sample.text.size() - 40}) {
    const size_t at = near == 0 ? 0 : sample.text.find(',', near) + 1;
    std::string letter = sample.text;
    letter[at] = 'x';
    std::string refused = sample.text;
    refused.insert(at, std::to_string(kRefused) + ",");
    for (const unsigned threads : {1U, 3U}) {
      const std::string place = std::to_string(at) + ": ";
      EXPECT_EQ(ErrorOf(letter + "]", threads), place + "expected an integer");
      EXPECT_EQ(ErrorOf(refused + "]", threads), place + "refused");
    }
  }
}

TEST(IntegerArray, ReportsTheFirstOfSeveralErrors) {
  Sample sample = Commas();
  const size_t second = sample.text.find(',', sample.text.size() - 100) + 1;
  sample.text[second] = 'y';
  const size_t first = sample.text.find(',', sample.text.size() / 2) + 1;
  sample.text[first] = 'x';
  for (const unsigned threads : kThreadCounts)
    EXPECT_EQ(ErrorOf(sample.text + "]", threads), std::to_string(first) + ": expected an integer");
}

TEST(IntegerArray, RefusesDamageAtTheEnd) {
  EXPECT_EQ(ErrorOf("1,]", 2), "2: a number is missing before ']'");
  EXPECT_EQ(ErrorOf("1,2,,]", 2), "4: expected an integer");
  EXPECT_EQ(ErrorOf(",]", 2), "0: expected an integer");
  EXPECT_EQ(ErrorOf("1,2 3]", 2), "4: expected ',' or ']' after a number");
  EXPECT_EQ(ErrorOf("1,-]", 2), "3: expected an integer");
  EXPECT_EQ(ErrorOf("1,1e5]", 2), "3: expected ',' or ']' after a number");
  EXPECT_EQ(ErrorOf("1," + std::to_string(kRefused) + "]", 2), "2: refused");
  EXPECT_EQ(ErrorOf("1,18446744073709551616]", 2), "2: a number is too large");
}

TEST(IntegerArray, SaysWhereARefusedLastNumberStarts) {
  EXPECT_EQ(ErrorOf("1,\n " + std::to_string(kRefused) + "]", 2), "4: refused");
}

TEST(IntegerArray, RefusesOneEnormousNumber) {
  const std::string digits(size_t{3} << 20, '9');
  for (const unsigned threads : kThreadCounts) {
    for (const size_t length : {digits.size(), size_t{20'000}, size_t{21}}) {
      const std::string number = "1," + digits.substr(0, length);
      EXPECT_TRUE(ErrorOf(number + ",2]", threads).starts_with("2: ")) << length;
      EXPECT_TRUE(ErrorOf(number + "]", threads).starts_with("2: ")) << length;
    }
  }
}

TEST(IntegerArray, AsksBeforeTakingNumbers) {
  EXPECT_EQ(ErrorOf("1,2,3]", 1, 3), "no error");
  EXPECT_NE(ErrorOf("1,2,3]", 1, 2).find("too many"), std::string::npos);
  const Sample& sample = Commas();
  for (const unsigned threads : kThreadCounts)
    EXPECT_NE(ErrorOf(sample.text + "]", threads, 1000).find("too many"), std::string::npos);
}

TEST(IntegerArray, CanBeCancelled) {
  class Cancelled : public Progress {
    bool cancelled() const override { return true; }
  };
  const MemoryFile file(std::string(kBefore) + Commas().text + "]");
  Cancelled progress;
  const auto input = Input::Open(file.path(), progress);
  ASSERT_TRUE(input);
  Collector sink;
  const auto array = ScanIntegerArray(*input, kBefore.size(), sink, 3, "numbers", progress);
  ASSERT_FALSE(array);
  EXPECT_EQ(array.error().code, ErrorCode::kCancelled);
}

}  // namespace
}  // namespace nodeheap::test
