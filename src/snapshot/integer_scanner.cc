#include "snapshot/integer_scanner.h"

#include <algorithm>
#include <cstring>
#include <limits>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace nodeheap {
namespace {

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsSpace(char c) { return c == ' ' || c == '\n' || c == '\t' || c == '\r'; }

CommaCount CountCommasAnywhere(std::string_view text) {
  const std::string_view array = text.substr(0, text.find(']'));
  return {static_cast<uint64_t>(std::ranges::count(array, ',')), array.size()};
}

}  // namespace

#if defined(__x86_64__)

namespace {

constexpr size_t kBlockBytes = 64;

// One bit for each of 64 bytes.
struct BlockMasks {
  uint64_t digits;
  uint64_t commas;
  uint64_t spaces;
};

// A bit for each byte of `mask`, for the given half of a block.
[[gnu::target("avx2"), gnu::always_inline]] inline uint64_t Bits(const __m256i& mask, int half) {
  return static_cast<uint64_t>(static_cast<uint32_t>(_mm256_movemask_epi8(mask))) << (32 * half);
}

[[gnu::target("avx2"), gnu::always_inline]] inline BlockMasks Classify(const char* block) {
  const __m256i zero_digit = _mm256_set1_epi8('0');
  const __m256i nine = _mm256_set1_epi8(9);
  const __m256i comma = _mm256_set1_epi8(',');
  BlockMasks masks{0, 0, 0};
  for (int half = 0; half < 2; ++half) {
    const __m256i bytes =
        _mm256_loadu_si256(reinterpret_cast<const __m256i*>(block + 32 * half));
    const __m256i value = _mm256_sub_epi8(bytes, zero_digit);
    const __m256i digit = _mm256_cmpeq_epi8(_mm256_min_epu8(value, nine), value);
    const __m256i space = _mm256_or_si256(
        _mm256_or_si256(_mm256_cmpeq_epi8(bytes, _mm256_set1_epi8('\n')),
                        _mm256_cmpeq_epi8(bytes, _mm256_set1_epi8(' '))),
        _mm256_or_si256(_mm256_cmpeq_epi8(bytes, _mm256_set1_epi8('\r')),
                        _mm256_cmpeq_epi8(bytes, _mm256_set1_epi8('\t'))));
    masks.digits |= Bits(digit, half);
    masks.commas |= Bits(_mm256_cmpeq_epi8(bytes, comma), half);
    masks.spaces |= Bits(space, half);
  }
  return masks;
}

// 16 zero bytes and 16 bytes of ones: loading at offset n gives a mask of the last n bytes.
alignas(32) constexpr auto kLastBytes = [] {
  struct {
    uint8_t bytes[32];
  } table{};
  for (int i = 16; i < 32; ++i) table.bytes[i] = 0xFF;
  return table;
}();

// The value of the `length` (1 … 16) digits that end before `end`.
[[gnu::target("avx2"), gnu::always_inline]] inline uint64_t ParseDigits(const char* end,
                                                                        size_t length) {
  const __m128i text = _mm_loadu_si128(reinterpret_cast<const __m128i*>(end - 16));
  const __m128i keep = _mm_loadu_si128(reinterpret_cast<const __m128i*>(kLastBytes.bytes + length));
  const __m128i digits = _mm_and_si128(_mm_sub_epi8(text, _mm_set1_epi8('0')), keep);
  const __m128i pairs = _mm_maddubs_epi16(
      digits, _mm_setr_epi8(10, 1, 10, 1, 10, 1, 10, 1, 10, 1, 10, 1, 10, 1, 10, 1));
  const __m128i fours = _mm_madd_epi16(pairs, _mm_setr_epi16(100, 1, 100, 1, 100, 1, 100, 1));
  const __m128i packed = _mm_packus_epi32(fours, fours);
  const __m128i eights =
      _mm_madd_epi16(packed, _mm_setr_epi16(10000, 1, 10000, 1, 10000, 1, 10000, 1));
  const auto both = static_cast<uint64_t>(_mm_cvtsi128_si64(eights));
  return (both & 0xFFFFFFFF) * 100'000'000 + (both >> 32);
}

// Writes where runs of digits start and end, in turn, and checks that each is followed by a comma.
// Returns the number of positions, or -1.
[[gnu::target("avx2,bmi,bmi2,popcnt")]] int FindNumbers(std::string_view text,
                                                        uint16_t* positions) {
  uint16_t* out = positions;
  uint64_t in_number = 0;   // 1 if the previous block ended with a digit
  uint64_t comma_due = 0;   // 1 if it ended with a number and a space
  for (size_t at = 0; at < text.size(); at += kBlockBytes) {
    const size_t rest = text.size() - at;
    char padded[kBlockBytes];
    const char* block = text.data() + at;
    if (rest < kBlockBytes) {
      std::memset(padded, ' ', kBlockBytes);
      std::memcpy(padded, block, rest);
      block = padded;
    }
    const BlockMasks masks = Classify(block);
    const uint64_t after_digit = masks.digits << 1 | in_number;
    const uint64_t ends = ~masks.digits & after_digit;
    // V8 puts the comma behind the number or, up to Node 22, a line break between the two.
    const uint64_t spaced = ends & ~masks.commas;
    const uint64_t expected = (ends & masks.commas) | spaced << 1 | comma_due;
    if ((masks.digits | masks.commas | masks.spaces) != ~uint64_t{0} || masks.commas != expected)
      return -1;
    comma_due = spaced >> 63;
    uint64_t edges = masks.digits ^ after_digit;
    while (edges != 0) {
      *out++ = static_cast<uint16_t>(at + static_cast<size_t>(_tzcnt_u64(edges)));
      edges = _blsr_u64(edges);
    }
    in_number = masks.digits >> 63;
  }
  return (in_number | comma_due) != 0 ? -1 : static_cast<int>(out - positions);
}

[[gnu::target("avx2,bmi,bmi2,popcnt")]] int ScanAvx2(std::string_view text, uint64_t* values) {
  uint16_t positions[kPieceBytes + kBlockBytes];
  const int found = FindNumbers(text, positions);
  if (found < 0) return -1;
  bool too_long = false;
  for (int i = 0; i < found; i += 2) {
    const size_t length = static_cast<size_t>(positions[i + 1] - positions[i]);
    too_long |= length > 16;
    values[i / 2] = ParseDigits(text.data() + positions[i + 1], length > 16 ? 16 : length);
  }
  return too_long ? -1 : found / 2;
}

[[gnu::target("avx2,bmi,bmi2,popcnt")]] CommaCount CountCommasAvx2(std::string_view text) {
  const __m256i comma = _mm256_set1_epi8(',');
  const __m256i bracket = _mm256_set1_epi8(']');
  uint64_t commas = 0;
  size_t at = 0;
  for (; at + 32 <= text.size(); at += 32) {
    const __m256i bytes =
        _mm256_loadu_si256(reinterpret_cast<const __m256i*>(text.data() + at));
    if (_mm256_movemask_epi8(_mm256_cmpeq_epi8(bytes, bracket)) != 0) break;
    commas += static_cast<uint64_t>(_mm_popcnt_u32(
        static_cast<uint32_t>(_mm256_movemask_epi8(_mm256_cmpeq_epi8(bytes, comma)))));
  }
  for (; at < text.size() && text[at] != ']'; ++at) commas += text[at] == ',' ? 1U : 0U;
  return {commas, at};
}

bool HasAvx2() {
  static const bool has = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi2");
  return has;
}

}  // namespace

int ScanFast(std::string_view text, uint64_t* values) {
  return HasAvx2() ? ScanAvx2(text, values) : -1;
}

CommaCount CountCommas(std::string_view text) {
  return HasAvx2() ? CountCommasAvx2(text) : CountCommasAnywhere(text);
}

#else

int ScanFast(std::string_view, uint64_t*) { return -1; }

CommaCount CountCommas(std::string_view text) { return CountCommasAnywhere(text); }

#endif

ScanResult ScanAny(std::string_view text, uint64_t* values) {
  ScanResult result;
  size_t at = 0;
  const auto skip_spaces = [&] {
    while (at < text.size() && IsSpace(text[at])) ++at;
  };
  const auto fail = [&](const char* error, size_t offset) {
    result.error = error;
    result.offset = offset;
    return result;
  };
  for (skip_spaces(); at < text.size(); skip_spaces()) {
    const size_t start = at;
    uint64_t value = 0;
    for (; at < text.size() && IsDigit(text[at]); ++at) {
      const auto digit = static_cast<uint64_t>(text[at] - '0');
      if (value > (std::numeric_limits<uint64_t>::max() - digit) / 10)
        return fail("a number is too large", start);
      value = value * 10 + digit;
    }
    if (at == start) return fail("expected a non-negative integer", at);
    values[result.count++] = value;
    skip_spaces();
    if (at == text.size()) break;
    if (text[at] != ',') return fail("expected ',' or ']' after a number", at);
    ++at;
  }
  return result;
}

}  // namespace nodeheap
