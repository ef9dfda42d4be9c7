// Reads the text of integer arrays, the bulk of a `.heapsnapshot`: "12,0,345,…". Two ways, the same
// result: ScanFast() for the form V8 writes, at a few bytes a cycle; ScanAny() for any valid JSON
// and for saying exactly what is wrong.
//
// The fast way, for 64 bytes at a time: a bit mask of the digits gives where each number starts and
// ends; the 8 bytes up to its end, with all before its first digit zeroed, hold its digits, which
// three multiplications turn into the value, for several numbers at once.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace nodeheap {

// Pieces handed to the scanners are at most this long, which bounds a batch of numbers.
inline constexpr size_t kPieceBytes = 8192;
inline constexpr size_t kMaxNumbersPerPiece = kPieceBytes / 2;
// What `values` below must have room for: numbers are written four at a time.
inline constexpr size_t kValuesPerPiece = kMaxNumbersPerPiece + 4;

// Reads `text`, in which every number is followed by a comma, the last one too, with at most one
// white space between; any white space may stand before a number. Returns how many numbers were
// written to `values`, or -1 if the text is not of that form (or a number has more than 16 digits):
// then ask ScanAny(). REQUIRES: text.size() <= kPieceBytes, 16 readable bytes before `text`, room
// for kValuesPerPiece.
int ScanFast(std::string_view text, uint64_t* values);

// Counts the commas in `text` before its first ']'.
struct CommaCount {
  uint64_t commas;
  size_t end;  // offset of the ']', or text.size()
};
CommaCount CountCommas(std::string_view text);

// What ScanFast() and CountCommas() choose from: those this processor can run, the best first.
struct FastScanner {
  const char* name;
  int (*scan)(std::string_view text, uint64_t* values);
  CommaCount (*count_commas)(std::string_view text);
};
std::span<const FastScanner> FastScanners();

// Reads numbers separated by commas and white space; a comma after the last one is allowed.
// Negative numbers are two's complements: far larger than what most fields may be.
struct ScanResult {
  int count = 0;                // numbers written
  const char* error = nullptr;  // what is wrong with the text, if anything is
  size_t offset = 0;            // where: an offset into the text
};
ScanResult ScanAny(std::string_view text, uint64_t* values);

}  // namespace nodeheap
