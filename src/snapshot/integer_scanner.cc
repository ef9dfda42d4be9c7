#include "snapshot/integer_scanner.h"

#include <algorithm>
#include <limits>

namespace nodeheap {
namespace {

// The magnitude of the smallest number of 32 bits.
constexpr uint64_t kLargestNegative = uint64_t{1} << 31;

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsSpace(char c) { return c == ' ' || c == '\n' || c == '\t' || c == '\r'; }

// The best one this processor runs; nullptr if there is none.
const FastScanner* Best() {
  static const FastScanner* const best = FastScanners().empty() ? nullptr : &FastScanners().front();
  return best;
}

}  // namespace

int ScanFast(std::string_view text, uint64_t* values) {
  return Best() == nullptr ? -1 : Best()->scan(text, values);
}

CommaCount CountCommas(std::string_view text) {
  if (Best() != nullptr) return Best()->count_commas(text);
  const std::string_view array = text.substr(0, text.find(']'));
  return {static_cast<uint64_t>(std::ranges::count(array, ',')), array.size()};
}

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
    const bool is_negative = text[at] == '-';
    const size_t start = at += is_negative ? 1 : 0;
    uint64_t value = 0;
    for (; at < text.size() && IsDigit(text[at]); ++at) {
      const auto digit = static_cast<uint64_t>(text[at] - '0');
      if (value > (std::numeric_limits<uint64_t>::max() - digit) / 10)
        return fail("a number is too large", start);
      value = value * 10 + digit;
    }
    if (at == start) return fail("expected an integer", at);
    if (is_negative && value > kLargestNegative) return fail("a number is too small", start);
    values[result.count++] = is_negative ? 0 - value : value;
    skip_spaces();
    if (at == text.size()) break;
    if (text[at] != ',') return fail("expected ',' or ']' after a number", at);
    ++at;
  }
  return result;
}

}  // namespace nodeheap
