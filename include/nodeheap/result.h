// Errors are values. Every function of the public API that can fail returns Result<T>; the library
// never prints, exits, aborts or throws on bad input.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <utility>

namespace nodeheap {

enum class ErrorCode {
  kIo,               // the operating system refused to open, read or write
  kBadData,          // the input contradicts itself or its format
  kTruncated,        // the input ends too early; often readable with LoadOptions::partial
  kUnsupported,      // well-formed, but nothing nodeheap can read
  kNotFound,         // the named node, class or query does not exist in this dump
  kInvalidArgument,  // the caller asked for something meaningless
  kCancelled,        // Progress::cancelled() became true
};

// What went wrong, where, and what to do next. `file` and `offset` name the place in the input when
// one is known; `offset` counts bytes of the (decompressed) input.
struct Error {
  ErrorCode code;
  std::string message;
  std::string hint = {};
  std::string file = {};
  std::optional<uint64_t> offset = {};
};

// One line: "FILE: byte N: message; hint". Control characters in it are escaped.
std::string Describe(const Error& error);

template <typename T>
using Result = std::expected<T, Error>;

}  // namespace nodeheap

#define NH_CONCAT_INNER(a, b) a##b
#define NH_CONCAT(a, b) NH_CONCAT_INNER(a, b)

// NH_TRY(const auto value, Fallible()): declares `value`, or returns the error to the caller.
#define NH_TRY(declaration, expression)                              \
  auto NH_CONCAT(nh_result_, __LINE__) = (expression);               \
  if (!NH_CONCAT(nh_result_, __LINE__))                              \
    return std::unexpected(NH_CONCAT(nh_result_, __LINE__).error()); \
  declaration = *std::move(NH_CONCAT(nh_result_, __LINE__))

// NH_CHECK(Fallible()): the same for a Result<void>.
#define NH_CHECK(expression)                                \
  do {                                                      \
    if (auto nh_result = (expression); !nh_result)          \
      return std::unexpected(std::move(nh_result).error()); \
  } while (false)
