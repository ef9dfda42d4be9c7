#include "analysis/property_names.h"

#include <cstdint>

namespace nodeheap {
namespace {

// As JSON.stringify() escapes it.
void AppendEscaped(std::string& out, std::string_view text, size_t& at) {
  constexpr char kHex[] = "0123456789abcdef";
  const auto byte = static_cast<unsigned char>(text[at]);
  switch (byte) {
    case '"':
      out += "\\\"";
      break;
    case '\\':
      out += "\\\\";
      break;
    case '\b':
      out += "\\b";
      break;
    case '\f':
      out += "\\f";
      break;
    case '\n':
      out += "\\n";
      break;
    case '\r':
      out += "\\r";
      break;
    case '\t':
      out += "\\t";
      break;
    default:
      // A surrogate in WTF-8, which is necessarily a lone one: ED A0..BF xx.
      if (byte == 0xED && text.size() - at >= 3 &&
          static_cast<unsigned char>(text[at + 1]) >= 0xA0) {
        const unsigned unit = 0xD000U | (static_cast<unsigned>(text[at + 1]) & 0x3FU) << 6 |
                              (static_cast<unsigned>(text[at + 2]) & 0x3FU);
        out += "\\u";
        for (int shift = 12; shift >= 0; shift -= 4) out.push_back(kHex[unit >> shift & 15]);
        at += 2;
      } else if (byte < 0x20) {
        out += "\\u00";
        out.push_back(kHex[byte >> 4]);
        out.push_back(kHex[byte & 15]);
      } else {
        out.push_back(text[at]);
      }
  }
}

}  // namespace

std::string FormatPropertyName(const std::string& name) {
  if (name.find_first_of(",'\"{}") == std::string::npos) return name;
  std::string quoted = "\"";
  for (size_t at = 0; at < name.size(); ++at) AppendEscaped(quoted, name, at);
  quoted.push_back('"');
  return quoted;
}

size_t Utf16Length(std::string_view text) {
  size_t units = 0;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if ((byte & 0xC0) == 0x80) continue;  // a continuation byte
    units += byte >= 0xF0 ? 2 : 1;
  }
  return units;
}

}  // namespace nodeheap
