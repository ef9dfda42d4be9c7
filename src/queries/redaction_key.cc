#include "queries/redaction_key.h"

#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstring>
#include <fstream>

namespace nodeheap {
namespace {

constexpr size_t kDigits = 32;

std::unexpected<Error> BadKey(const std::string& path, std::string message) {
  return std::unexpected(Error{.code = ErrorCode::kInvalidArgument,
                               .message = std::move(message),
                               .hint = "openssl rand -hex 16 makes a key",
                               .file = path});
}

}  // namespace

Result<std::array<uint8_t, 16>> RedactionKey(const std::optional<std::string>& path) {
  std::array<uint8_t, 16> key{};
  if (!path) {
    if (getentropy(key.data(), key.size()) == 0) return key;
    return std::unexpected(
        Error{.code = ErrorCode::kIo,
              .message = std::string("the system has no random numbers: ") + std::strerror(errno)});
  }
  std::ifstream file(*path);
  std::string digits;
  std::string more;
  if (!(file >> digits)) return BadKey(*path, "cannot read a key");
  if (digits.size() != kDigits || file >> more)
    return BadKey(*path, "a key is 32 hexadecimal digits, and nothing else");
  for (size_t i = 0; i < key.size(); ++i) {
    const char* const at = digits.data() + 2 * i;
    const auto [end, failed] = std::from_chars(at, at + 2, key[i], 16);
    if (failed != std::errc{} || end != at + 2)
      return BadKey(*path, "a key is 32 hexadecimal digits, and nothing else");
  }
  return key;
}

}  // namespace nodeheap
