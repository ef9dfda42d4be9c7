#include "v8/primitives.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <charconv>
#include <cmath>
#include <vector>

namespace nodeheap::v8 {
namespace {

constexpr uint32_t kBigIntBits = 8;  // bit 0: negative, above: the number of digits
constexpr uint32_t kBigIntDigits = 16;
constexpr uint64_t kDecimalChunk = 10'000'000'000'000'000'000U;  // the largest power in 64 bits

// Decimal exponents between which JavaScript writes numbers without an exponent.
constexpr int kFirstPlain = -6;
constexpr int kLastPlain = 20;

__extension__ using Uint128 = unsigned __int128;

// Divides by 10^19 and returns the remainder; drops leading zeros.
uint64_t TakeDecimalChunk(std::vector<uint64_t>& digits) {
  Uint128 remainder = 0;
  for (size_t i = digits.size(); i > 0; --i) {
    const Uint128 part = remainder << 64 | digits[i - 1];
    digits[i - 1] = static_cast<uint64_t>(part / kDecimalChunk);
    remainder = part % kDecimalChunk;
  }
  while (!digits.empty() && digits.back() == 0) digits.pop_back();
  return static_cast<uint64_t>(remainder);
}

std::string Decimal(std::vector<uint64_t> digits) {
  std::vector<uint64_t> chunks;
  do chunks.push_back(TakeDecimalChunk(digits));
  while (!digits.empty());
  std::string text = fmt::format("{}", chunks.back());
  for (size_t i = chunks.size() - 1; i > 0; --i) text += fmt::format("{:019}", chunks[i - 1]);
  return text;
}

std::string Hexadecimal(const std::vector<uint64_t>& digits) {
  std::string text = fmt::format("0x{:x}", digits.back());
  for (size_t i = digits.size() - 1; i > 0; --i) text += fmt::format("{:016x}", digits[i - 1]);
  return text;
}

std::optional<std::vector<uint64_t>> BigIntDigits(const Runtime& runtime, Tagged bigint) {
  const auto bits = runtime.Field<uint32_t>(bigint, kBigIntBits);
  const Page* const page = runtime.pages().Find(Untag(bigint));
  if (!bits || page == nullptr) return std::nullopt;
  const uint64_t count = *bits >> 1;
  const Address first = Untag(bigint) + kBigIntDigits;
  if (first > page->area_end || count > (page->area_end - first) / kWord) return std::nullopt;
  std::vector<uint64_t> digits(count);
  for (size_t i = 0; i < count; ++i) digits[i] = page->Word(first + i * kWord);
  return digits;
}

// "1.2345e+20" and the like in two parts: the digits without the point, and the exponent.
struct Scientific {
  std::string digits;
  int exponent = 0;
};
Scientific Shortest(double number) {
  char buffer[32];
  const auto end = std::to_chars(buffer, std::end(buffer), number, std::chars_format::scientific);
  const std::string_view text(buffer, end.ptr);
  const size_t e = text.find('e');
  Scientific result;
  std::ranges::copy_if(text.substr(0, e), std::back_inserter(result.digits),
                       [](char c) { return c != '.'; });
  const size_t digits = e + (text[e + 1] == '+' ? 2 : 1);
  std::from_chars(text.data() + digits, text.data() + text.size(), result.exponent);
  return result;
}

}  // namespace

Oddball OddballOf(const Runtime& runtime, Tagged word) {
  const Kind kind = runtime.KindOf(word);
  if (kind == Kind::kHole) return Oddball::kHole;
  if (kind != Kind::kOddball) return Oddball::kNone;
  const auto number = runtime.SmiField(word, runtime.layout().oddball_kind);
  if (!number) return Oddball::kInternal;
  // OddballUndefined and the others in v8dbg; the hole left the oddballs with Node 22.
  if (static_cast<uint32_t>(*number) == runtime.layout().oddball_undefined)
    return Oddball::kUndefined;
  switch (*number) {
    case 0:
      return Oddball::kFalse;
    case 1:
      return Oddball::kTrue;
    case 2:
      return Oddball::kHole;
    case 3:
      return Oddball::kNull;
    default:
      return Oddball::kInternal;
  }
}

std::optional<double> NumberOf(const Runtime& runtime, Tagged word) {
  if (IsSmi(word)) return SmiValue(word);
  if (!runtime.Is(word, Kind::kHeapNumber)) return std::nullopt;
  return runtime.Field<double>(word, runtime.layout().heap_number_value);
}

std::string NumberText(double number) {
  if (std::isnan(number)) return "NaN";
  if (number == 0) return std::signbit(number) ? "-0" : "0";
  const std::string sign = number < 0 ? "-" : "";
  if (std::isinf(number)) return sign + "Infinity";
  auto [digits, exponent] = Shortest(std::abs(number));
  const auto count = static_cast<int>(digits.size());
  if (exponent < kFirstPlain || exponent > kLastPlain) {
    if (count > 1) digits.insert(1, ".");
    return fmt::format("{}{}e{:+}", sign, digits, exponent);
  }
  if (exponent < 0) {
    digits.insert(0, static_cast<size_t>(-exponent - 1), '0');
    return sign + "0." + digits;
  }
  if (count <= exponent)
    return sign + digits.append(static_cast<size_t>(exponent + 1 - count), '0');
  if (count > exponent + 1) digits.insert(static_cast<size_t>(exponent) + 1, ".");
  return sign + digits;
}

std::optional<std::string> BigIntText(const Runtime& runtime, Tagged bigint, uint32_t max_digits) {
  if (!runtime.Is(bigint, Kind::kBigInt)) return std::nullopt;
  auto digits = BigIntDigits(runtime, bigint);
  if (!digits) return std::nullopt;
  if (digits->empty()) return "0";
  const bool is_negative = (*runtime.Field<uint32_t>(bigint, kBigIntBits) & 1) != 0;
  std::string text = is_negative ? "-" : "";
  return text += digits->size() <= max_digits ? Decimal(std::move(*digits)) : Hexadecimal(*digits);
}

}  // namespace nodeheap::v8
