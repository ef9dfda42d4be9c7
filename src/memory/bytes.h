// Parts of a range of bytes, whatever the offsets and sizes in it claim.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <type_traits>

namespace nodeheap {

using Bytes = std::span<const std::byte>;

// As much of bytes[offset, offset + size) as there is.
inline Bytes Slice(Bytes bytes, uint64_t offset, uint64_t size) {
  if (offset >= bytes.size()) return {};
  return bytes.subspan(offset, std::min<uint64_t>(size, bytes.size() - offset));
}

// The T at `offset`, which need not be aligned, if all of it is there.
template <typename T>
std::optional<T> ReadAt(Bytes bytes, uint64_t offset) {
  static_assert(std::is_trivially_copyable_v<T>);
  const Bytes found = Slice(bytes, offset, sizeof(T));
  if (found.size() != sizeof(T)) return std::nullopt;
  T value;
  std::memcpy(&value, found.data(), sizeof(T));
  return value;
}

}  // namespace nodeheap
