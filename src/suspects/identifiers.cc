#include "suspects/identifiers.h"

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdint>

#include "base/text.h"

namespace nodeheap::suspects {
namespace {

bool IsIdentifierByte(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
         (byte >= '0' && byte <= '9') || byte == '_' || byte == '$' || byte >= 0x80;
}

// \u0061 or \u{61}
struct CodePoint {
  uint32_t value = 0;
  size_t size = 0;  // bytes of the escape; 0 if it is none
};

CodePoint ReadEscape(std::string_view text) {
  if (!text.starts_with("\\u")) return {};
  const bool braces = text.substr(2).starts_with('{');
  const std::string_view digits = braces ? text.substr(3, 6) : text.substr(2, 4);
  CodePoint found;
  const auto [end, failed] =
      std::from_chars(digits.data(), digits.data() + digits.size(), found.value, 16);
  if (failed != std::errc{} || found.value > 0x10FFFF) return {};
  const auto count = static_cast<size_t>(end - digits.data());
  if (braces ? !text.substr(3 + count).starts_with('}') : count != 4) return {};
  found.size = braces ? 4 + count : 6;
  return found;
}

}  // namespace

bool IsIdentifier(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, IsIdentifierByte);
}

void ForEachIdentifier(std::string_view source,
                       const std::function<void(std::string_view)>& visit) {
  std::string decoded;
  for (size_t at = 0; at < source.size();) {
    const size_t begin = at;
    while (at < source.size() && IsIdentifierByte(source[at])) ++at;
    const std::string_view plain = source.substr(begin, at - begin);
    const CodePoint escape = ReadEscape(source.substr(at));
    if (escape.size != 0) {
      decoded += plain;
      AppendUtf8(decoded, escape.value);
      at += escape.size;
      continue;
    }
    if (!decoded.empty()) {
      visit(decoded += plain);
      decoded.clear();
    } else if (!plain.empty()) {
      visit(plain);
    }
    if (at < source.size()) ++at;
  }
  if (!decoded.empty()) visit(decoded);
}

}  // namespace nodeheap::suspects
