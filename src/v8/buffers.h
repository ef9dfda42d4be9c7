// ArrayBuffers and what looks at their memory: typed arrays, Buffers, DataViews.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "v8/runtime.h"

namespace nodeheap::v8 {

struct ArrayBuffer {
  uint64_t byte_length = 0;
  std::optional<uint64_t> max_byte_length = {};  // of a resizable one
  Address data = 0;
  bool is_shared = false;
  bool is_detached = false;

  static std::optional<ArrayBuffer> Load(const Runtime& runtime, Tagged object);
  // Up to `size` bytes from `offset` on, fewer where the memory is absent.
  std::span<const std::byte> Bytes(const Runtime& runtime, uint64_t offset, uint64_t size) const;
};

enum class ElementType : uint8_t {
  kInt8,
  kUint8,
  kUint8Clamped,
  kInt16,
  kUint16,
  kInt32,
  kUint32,
  kFloat16,
  kFloat32,
  kFloat64,
  kBigInt64,
  kBigUint64,
};

// A typed array or a DataView.
struct ArrayBufferView {
  Tagged buffer = 0;  // a JSArrayBuffer
  uint64_t byte_offset = 0;
  uint64_t byte_length = 0;
  bool tracks_length = false;            // as long as its resizable buffer
  Address data = 0;                      // of its first byte
  std::optional<ElementType> type = {};  // nullopt: a DataView

  static std::optional<ArrayBufferView> Load(const Runtime& runtime, Tagged object);
  // REQUIRES: type.
  uint64_t length() const;
  std::span<const std::byte> Bytes(const Runtime& runtime, uint64_t offset, uint64_t size) const;
};

std::string_view Name(ElementType type);  // "Uint8Array"
uint32_t SizeOf(ElementType type);        // bytes
constexpr bool IsBigInt(ElementType type) {
  return type == ElementType::kBigInt64 || type == ElementType::kBigUint64;
}

// As JavaScript prints it. REQUIRES: bytes.size() == SizeOf(type).
std::string ElementText(ElementType type, std::span<const std::byte> bytes);

}  // namespace nodeheap::v8
