#include "base/json_string.h"

#include <algorithm>
#include <cstdint>
#include <optional>

#if defined(__x86_64__)
#include <emmintrin.h>
#endif

namespace nodeheap {
namespace {

constexpr uint32_t kHighSurrogate = 0xD800;
constexpr uint32_t kLowSurrogate = 0xDC00;

bool IsHighSurrogate(uint32_t unit) { return (unit & 0xFC00) == kHighSurrogate; }
bool IsLowSurrogate(uint32_t unit) { return (unit & 0xFC00) == kLowSurrogate; }

void AppendUtf8(std::string& out, uint32_t code_point) {
  const auto byte = [&out](uint32_t value) { out.push_back(static_cast<char>(value)); };
  if (code_point < 0x80) {
    byte(code_point);
  } else if (code_point < 0x800) {
    byte(0xC0 | (code_point >> 6));
    byte(0x80 | (code_point & 0x3F));
  } else if (code_point < 0x10000) {
    byte(0xE0 | (code_point >> 12));
    byte(0x80 | ((code_point >> 6) & 0x3F));
    byte(0x80 | (code_point & 0x3F));
  } else {
    byte(0xF0 | (code_point >> 18));
    byte(0x80 | ((code_point >> 12) & 0x3F));
    byte(0x80 | ((code_point >> 6) & 0x3F));
    byte(0x80 | (code_point & 0x3F));
  }
}

std::optional<uint32_t> HexDigit(char c) {
  if (c >= '0' && c <= '9') return static_cast<uint32_t>(c - '0');
  if (c >= 'a' && c <= 'f') return static_cast<uint32_t>(c - 'a' + 10);
  if (c >= 'A' && c <= 'F') return static_cast<uint32_t>(c - 'A' + 10);
  return std::nullopt;
}

// The unit of "\uXXXX" at `at`, if one stands there whole.
std::optional<uint32_t> UnicodeEscape(std::string_view text, size_t at) {
  if (text.size() - at < 6 || text[at] != '\\' || text[at + 1] != 'u') return std::nullopt;
  uint32_t unit = 0;
  for (size_t i = 2; i < 6; ++i) {
    const auto digit = HexDigit(text[at + i]);
    if (!digit) return std::nullopt;
    unit = unit * 16 + *digit;
  }
  return unit;
}

char SimpleEscape(char c) {
  switch (c) {
    case 'b':
      return '\b';
    case 'f':
      return '\f';
    case 'n':
      return '\n';
    case 'r':
      return '\r';
    case 't':
      return '\t';
    default:
      return c;
  }
}

// Appends what the escape at `at` stands for; returns how many bytes it took.
size_t DecodeEscape(std::string_view text, size_t at, std::string& out) {
  if (const auto unit = UnicodeEscape(text, at)) {
    if (IsHighSurrogate(*unit)) {
      const auto low = at + 6 <= text.size() ? UnicodeEscape(text, at + 6) : std::nullopt;
      if (low && IsLowSurrogate(*low)) {
        AppendUtf8(out, 0x10000 + ((*unit - kHighSurrogate) << 10) + (*low - kLowSurrogate));
        return 12;
      }
    }
    AppendUtf8(out, *unit);
    return 6;
  }
  if (at + 1 >= text.size()) return 1;
  out.push_back(SimpleEscape(text[at + 1]));
  return 2;
}

}  // namespace

std::string DecodeJsonString(std::string_view escaped, size_t max_bytes) {
  std::string out;
  size_t at = 0;
  while (at < escaped.size() && out.size() < max_bytes) {
    const size_t backslash = escaped.find('\\', at);
    const size_t plain = std::min(backslash, escaped.size()) - at;
    const size_t room = max_bytes - out.size();
    if (plain > 0) {
      out.append(escaped.substr(at, std::min(plain, room)));
      at += plain;
      continue;
    }
    at += DecodeEscape(escaped, at, out);
  }
  return out;
}

const char* FindJsonSpecial(const char* at, const char* end) {
#if defined(__x86_64__)
  for (; end - at >= 16; at += 16) {
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
    const __m128i control = _mm_set1_epi8(0x1F);
    const __m128i special = _mm_or_si128(_mm_or_si128(_mm_cmpeq_epi8(bytes, _mm_set1_epi8('"')),
                                                      _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\\'))),
                                         _mm_cmpeq_epi8(_mm_min_epu8(bytes, control), bytes));
    const int mask = _mm_movemask_epi8(special);
    if (mask != 0) return at + __builtin_ctz(static_cast<unsigned>(mask));
  }
#endif
  return std::find_if(at, end, [](char c) {
    return c == '"' || c == '\\' || static_cast<unsigned char>(c) < 0x20;
  });
}

std::string EncodeJsonString(std::string_view text) {
  constexpr char kHex[] = "0123456789abcdef";
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out.push_back('\\');
      out.push_back(c);
    } else if (byte < 0x20) {
      out += "\\u00";
      out.push_back(kHex[byte >> 4]);
      out.push_back(kHex[byte & 15]);
    } else {
      out.push_back(c);
    }
  }
  return out;
}

}  // namespace nodeheap
