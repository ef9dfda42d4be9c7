// Reads the text of integer arrays, the bulk of a `.heapsnapshot`: "12,0,345,…". Two ways, the same
// result: ScanFast() for the form V8 writes, at a few bytes a cycle; ScanAny() for any valid JSON
// and for saying exactly what is wrong.
//
// The fast way, for 64 bytes at a time: a bit mask of the digits gives where each number starts and
// ends; one 16-byte load that ends where the number ends, with all before its first digit zeroed,
// gives 16 digits at once, which three multiply-and-add instructions turn into the value.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace nodeheap {

// Pieces handed to the scanners are at most this long, which bounds a batch of numbers.
inline constexpr size_t kPieceBytes = 8192;
inline constexpr size_t kMaxNumbersPerPiece = kPieceBytes / 2;

// Reads `text`, in which every number is followed by a comma, the last one too, with at most one
// white space between; any white space may stand before a number. Returns how many numbers were written to `values`, or -1 if the text is
// not of that form (or a number has more than 16 digits): then ask ScanAny().
// REQUIRES: text.size() <= kPieceBytes, and 16 readable bytes before `text`.
int ScanFast(std::string_view text, uint64_t* values);

// Counts the commas in `text` before its first ']'.
struct CommaCount {
  uint64_t commas;
  size_t end;  // offset of the ']', or text.size()
};
CommaCount CountCommas(std::string_view text);

// Reads numbers separated by commas and white space; a comma after the last one is allowed.
struct ScanResult {
  int count = 0;                // numbers written
  const char* error = nullptr;  // what is wrong with the text, if anything is
  size_t offset = 0;            // where: an offset into the text
};
ScanResult ScanAny(std::string_view text, uint64_t* values);

}  // namespace nodeheap
