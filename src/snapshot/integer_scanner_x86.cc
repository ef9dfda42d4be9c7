// The fast scanner for x86-64: AVX2, and AVX-512 where it saves finding the numbers bit by bit.
#include "snapshot/integer_scanner.h"

#if defined(__x86_64__)

#include <immintrin.h>

#include <algorithm>
#include <cstring>

namespace nodeheap {
namespace {

constexpr size_t kBlockBytes = 64;

// Where numbers start and end: one pair for each. Room for the last, partial store.
struct Span {
  uint16_t begin;
  uint16_t end;
};
struct Spans {
  Span items[kMaxNumbersPerPiece + kBlockBytes];
};

// One bit for each of 64 bytes.
struct BlockMasks {
  uint64_t digits;
  uint64_t commas;
  uint64_t spaces;
};

// A bit for each byte of `mask`, for the given half of a block.
[[gnu::target("avx2"), gnu::always_inline]] inline uint64_t Bits(const __m256i& mask, size_t half) {
  return static_cast<uint64_t>(static_cast<uint32_t>(_mm256_movemask_epi8(mask))) << (32 * half);
}

[[gnu::target("avx2"), gnu::always_inline]] inline BlockMasks ClassifyAvx2(const char* block) {
  BlockMasks masks{0, 0, 0};
  for (size_t half = 0; half < 2; ++half) {
    const __m256i bytes = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(block + 32 * half));
    const __m256i value = _mm256_sub_epi8(bytes, _mm256_set1_epi8('0'));
    const __m256i digit = _mm256_cmpeq_epi8(_mm256_min_epu8(value, _mm256_set1_epi8(9)), value);
    const __m256i space =
        _mm256_or_si256(_mm256_or_si256(_mm256_cmpeq_epi8(bytes, _mm256_set1_epi8('\n')),
                                        _mm256_cmpeq_epi8(bytes, _mm256_set1_epi8(' '))),
                        _mm256_or_si256(_mm256_cmpeq_epi8(bytes, _mm256_set1_epi8('\r')),
                                        _mm256_cmpeq_epi8(bytes, _mm256_set1_epi8('\t'))));
    masks.digits |= Bits(digit, half);
    masks.commas |= Bits(_mm256_cmpeq_epi8(bytes, _mm256_set1_epi8(',')), half);
    masks.spaces |= Bits(space, half);
  }
  return masks;
}

#define NH_AVX512 "avx512f,avx512bw,avx512vl,avx512vbmi2,bmi,bmi2,popcnt"

[[gnu::target(NH_AVX512), gnu::always_inline]] inline uint64_t Equal(const __m512i& bytes, char c) {
  return _mm512_cmpeq_epi8_mask(bytes, _mm512_set1_epi8(c));
}

[[gnu::target(NH_AVX512), gnu::always_inline]] inline BlockMasks ClassifyAvx512(const char* block) {
  const __m512i bytes = _mm512_loadu_si512(block);
  const __m512i value = _mm512_sub_epi8(bytes, _mm512_set1_epi8('0'));
  return {_mm512_cmple_epu8_mask(value, _mm512_set1_epi8(9)), Equal(bytes, ','),
          Equal(bytes, '\n') | Equal(bytes, ' ') | Equal(bytes, '\r') | Equal(bytes, '\t')};
}

// What a block looked like at its end.
struct Carry {
  uint64_t in_number = 0;  // 1 if it ended with a digit
  uint64_t comma_due = 0;  // 1 if it ended with a number and a space
};

// The positions at which a number starts or ends, or nothing (false) if a number is not followed by
// a comma. V8 puts the comma behind the number or, up to Node 22, a line break between the two.
inline bool FindEdges(const BlockMasks& masks, Carry& carry, uint64_t& edges) {
  const uint64_t after_digit = masks.digits << 1 | carry.in_number;
  const uint64_t ends = ~masks.digits & after_digit;
  const uint64_t spaced = ends & ~masks.commas;
  const uint64_t expected = (ends & masks.commas) | spaced << 1 | carry.comma_due;
  edges = masks.digits ^ after_digit;
  carry = {masks.digits >> 63, spaced >> 63};
  return (masks.digits | masks.commas | masks.spaces) == ~uint64_t{0} && masks.commas == expected;
}

// The block at `at`, padded with spaces if the text ends within it.
inline const char* BlockAt(std::string_view text, size_t at, char* padded) {
  if (text.size() - at >= kBlockBytes) return text.data() + at;
  std::memset(padded, ' ', kBlockBytes);
  std::memcpy(padded, text.data() + at, text.size() - at);
  return padded;
}

// Both find the spans of all numbers and return how many there are, or -1.
[[gnu::target("avx2,bmi,bmi2,popcnt")]] int FindSpansAvx2(std::string_view text, Spans& spans) {
  auto* const positions = reinterpret_cast<uint16_t*>(spans.items);
  uint16_t* out = positions;
  Carry carry;
  char padded[kBlockBytes];
  for (size_t at = 0; at < text.size(); at += kBlockBytes) {
    uint64_t edges = 0;
    if (!FindEdges(ClassifyAvx2(BlockAt(text, at, padded)), carry, edges)) return -1;
    while (edges != 0) {
      *out++ = static_cast<uint16_t>(at + static_cast<size_t>(_tzcnt_u64(edges)));
      edges = _blsr_u64(edges);
    }
  }
  return (carry.in_number | carry.comma_due) != 0 ? -1 : static_cast<int>(out - positions) / 2;
}

[[gnu::target(NH_AVX512)]] int FindSpansAvx512(std::string_view text, Spans& spans) {
  alignas(64) static constexpr auto kIota = [] {
    struct {
      uint8_t bytes[kBlockBytes];
    } iota{};
    for (uint8_t i = 0; i < kBlockBytes; ++i) iota.bytes[i] = i;
    return iota;
  }();
  const __m512i iota = _mm512_load_si512(kIota.bytes);
  auto* const positions = reinterpret_cast<uint16_t*>(spans.items);
  uint16_t* out = positions;
  Carry carry;
  char padded[kBlockBytes];
  for (size_t at = 0; at < text.size(); at += kBlockBytes) {
    uint64_t edges = 0;
    if (!FindEdges(ClassifyAvx512(BlockAt(text, at, padded)), carry, edges)) return -1;
    const __m512i packed = _mm512_maskz_compress_epi8(edges, iota);
    const __m512i base = _mm512_set1_epi16(static_cast<int16_t>(at));
    const __m512i low = _mm512_cvtepu8_epi16(_mm512_castsi512_si256(packed));
    const __m512i high = _mm512_cvtepu8_epi16(_mm512_extracti64x4_epi64(packed, 1));
    _mm512_storeu_si512(out, _mm512_add_epi16(low, base));
    _mm512_storeu_si512(out + 32, _mm512_add_epi16(high, base));
    out += _mm_popcnt_u64(edges);
  }
  return (carry.in_number | carry.comma_due) != 0 ? -1 : static_cast<int>(out - positions) / 2;
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
[[gnu::target("avx2")]] uint64_t ParseLong(const char* end, size_t length) {
  const __m128i text = _mm_loadu_si128(reinterpret_cast<const __m128i*>(end - 16));
  const __m128i keep = _mm_loadu_si128(reinterpret_cast<const __m128i*>(kLastBytes.bytes + length));
  const __m128i digits = _mm_and_si128(_mm_sub_epi8(text, _mm_set1_epi8('0')), keep);
  const __m128i pairs = _mm_maddubs_epi16(digits, _mm_set1_epi16(0x010A));  // × 10, × 1
  const __m128i fours = _mm_madd_epi16(pairs, _mm_set1_epi32(0x00010064));  // × 100, × 1
  const __m128i packed = _mm_packus_epi32(fours, fours);
  const __m128i eights = _mm_madd_epi16(packed, _mm_set1_epi32(0x00012710));  // × 10000, × 1
  const auto both = static_cast<uint64_t>(_mm_cvtsi128_si64(eights));
  return (both & 0xFFFFFFFF) * 100'000'000 + (both >> 32);
}

// Reads the numbers at `spans`. False if one has more than 16 digits.
[[gnu::target("avx2")]] bool ParseAvx2(std::string_view text, const Spans& spans, int count,
                                       uint64_t* values) {
  // First the 8 bytes up to each number's end; then, four at a time, what they mean. The two loops
  // are apart so that the second reads what the first wrote long ago.
  for (int i = 0; i < count; ++i)
    std::memcpy(&values[i], text.data() + spans.items[i].end - 8, sizeof(uint64_t));
  bool short_enough = true;
  for (int i = 0; i < count; i += 4) {
    auto* const at = reinterpret_cast<__m256i*>(values + i);
    const __m128i pairs = _mm_loadu_si128(reinterpret_cast<const __m128i*>(&spans.items[i]));
    const __m128i lengths =
        _mm_sub_epi32(_mm_srli_epi32(pairs, 16), _mm_and_si128(pairs, _mm_set1_epi32(0xFFFF)));
    const __m256i unused_bits = _mm256_sub_epi64(
        _mm256_set1_epi64x(64), _mm256_slli_epi64(_mm256_cvtepu32_epi64(lengths), 3));
    const __m256i keep = _mm256_sllv_epi64(_mm256_set1_epi64x(-1), unused_bits);
    const __m256i digits =
        _mm256_and_si256(_mm256_sub_epi8(_mm256_loadu_si256(at), _mm256_set1_epi8('0')), keep);
    const __m256i twos = _mm256_maddubs_epi16(digits, _mm256_set1_epi16(0x010A));
    const __m256i fours = _mm256_madd_epi16(twos, _mm256_set1_epi32(0x00010064));
    const __m256i high = _mm256_mul_epu32(fours, _mm256_set1_epi64x(10000));
    _mm256_storeu_si256(at, _mm256_add_epi64(high, _mm256_srli_epi64(fours, 32)));

    auto longer = static_cast<unsigned>(
        _mm_movemask_ps(_mm_castsi128_ps(_mm_cmpgt_epi32(lengths, _mm_set1_epi32(8)))));
    for (; longer != 0; longer &= longer - 1) {
      const int number = i + __builtin_ctz(longer);
      if (number >= count) break;
      const Span span = spans.items[number];
      const auto length = static_cast<size_t>(span.end - span.begin);
      short_enough &= length <= 16;
      values[number] = ParseLong(text.data() + span.end, std::min<size_t>(length, 16));
    }
  }
  return short_enough;
}

[[gnu::target("avx2,bmi,bmi2,popcnt")]] CommaCount CountAvx2(std::string_view text) {
  const __m256i comma = _mm256_set1_epi8(',');
  const __m256i bracket = _mm256_set1_epi8(']');
  uint64_t commas = 0;
  size_t at = 0;
  for (; at + 32 <= text.size(); at += 32) {
    const __m256i bytes = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(text.data() + at));
    if (_mm256_movemask_epi8(_mm256_cmpeq_epi8(bytes, bracket)) != 0) break;
    commas += static_cast<uint64_t>(_mm_popcnt_u32(
        static_cast<uint32_t>(_mm256_movemask_epi8(_mm256_cmpeq_epi8(bytes, comma)))));
  }
  for (; at < text.size() && text[at] != ']'; ++at) commas += text[at] == ',' ? 1U : 0U;
  return {commas, at};
}

int ScanAvx2(std::string_view text, uint64_t* values) {
  Spans spans;
  const int count = FindSpansAvx2(text, spans);
  return count >= 0 && ParseAvx2(text, spans, count, values) ? count : -1;
}

int ScanAvx512(std::string_view text, uint64_t* values) {
  Spans spans;
  const int count = FindSpansAvx512(text, spans);
  return count >= 0 && ParseAvx2(text, spans, count, values) ? count : -1;
}

constexpr FastScanner kScanners[] = {{"avx512", &ScanAvx512, &CountAvx2},
                                     {"avx2", &ScanAvx2, &CountAvx2}};

}  // namespace

std::span<const FastScanner> FastScanners() {
  const bool avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi2");
  const bool avx512 = avx2 && __builtin_cpu_supports("avx512bw") &&
                      __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512vbmi2");
  const std::span<const FastScanner> all(kScanners);
  return avx512 ? all : avx2 ? all.subspan(1) : all.subspan(2);
}

}  // namespace nodeheap

#else

namespace nodeheap {

std::span<const FastScanner> FastScanners() { return {}; }

}  // namespace nodeheap

#endif
