// Streams of bytes, compressed or not.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string_view>

#include "nodeheap/result.h"

namespace nodeheap {

// A source of bytes that ends. Errors carry no file name; the caller adds it.
class ByteStream {
 public:
  virtual ~ByteStream() = default;
  // Fills a part of `out`, at least one byte; 0 means the end.
  virtual Result<size_t> Read(std::span<char> out) = 0;
};

enum class Compression { kNone, kGzip, kXz, kZstd };

// How many first bytes Recognise() wants to see.
inline constexpr size_t kMagicBytes = 6;
Compression Recognise(std::string_view first_bytes);

// What `compressed` decompresses to.
std::unique_ptr<ByteStream> Decompress(std::unique_ptr<ByteStream> compressed, Compression kind);

}  // namespace nodeheap
