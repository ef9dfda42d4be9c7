// Text from a heap is hostile: it may hold terminal escapes, bidirectional overrides, broken UTF-8.
// Everything that turns such text into something safe or readable is here.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace nodeheap {

struct CodePoint {
  char32_t value;  // U+FFFD where the bytes are not WTF-8
  size_t length;   // bytes consumed, at least 1
};

// Decodes the character that starts at text[at]; WTF-8, so lone surrogates come out as themselves.
// REQUIRES: at < text.size().
CodePoint DecodeAt(std::string_view text, size_t at);

void AppendUtf8(std::string& out, char32_t code_point);

// True if the character must never reach a terminal as it is: control characters, line separators,
// bidirectional controls, invisible characters, surrogates.
bool IsUnsafe(char32_t code_point);

// Unsafe characters become \n, \u001b, \u{e0001} …; valid UTF-8 comes out. Cuts after `max_chars`
// characters, marking the cut with "…"; 0: never.
std::string Escape(std::string_view text, size_t max_chars = 0);

// Columns that escaped text takes on a terminal.
size_t DisplayWidth(std::string_view text);

// "987 B", "12.3 kB", "4.56 GB": decimal units, as DevTools shows sizes.
std::string HumanSize(uint64_t bytes);

// "1,234,567"
std::string WithThousands(uint64_t number);

// Lower case for ASCII letters; other bytes stay.
std::string AsciiLower(std::string_view text);

}  // namespace nodeheap
