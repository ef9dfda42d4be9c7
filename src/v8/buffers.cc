#include "v8/buffers.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstring>
#include <limits>

#include "v8/primitives.h"

namespace nodeheap::v8 {
namespace {

// JSArrayBuffer (v8/src/objects/js-array-buffer.tq): after byte_length comes the largest length;
// after backing_store another pointer, then the flags.
constexpr uint32_t kMaxByteLengthAfter = 8;
constexpr uint32_t kFlagsAfterStore = 16;
constexpr uint32_t kWasDetached = 1U << 2;
constexpr uint32_t kIsShared = 1U << 4;
constexpr uint32_t kIsResizable = 1U << 5;
constexpr Version kResizable{9, 5, 0};

// JSArrayBufferView: flags came with resizable buffers (V8 9.8), before the byte offset in V8 13.
constexpr Version kViewFlags{9, 8, 0};
constexpr Version kFlagsFirst{13, 0, 0};
constexpr uint32_t kTracksLength = 1;

struct ElementInfo {
  ElementType type;
  std::string_view name;
  uint32_t size;
};
// By ElementType.
constexpr ElementInfo kElements[] = {
    {ElementType::kInt8, "Int8Array", 1},
    {ElementType::kUint8, "Uint8Array", 1},
    {ElementType::kUint8Clamped, "Uint8ClampedArray", 1},
    {ElementType::kInt16, "Int16Array", 2},
    {ElementType::kUint16, "Uint16Array", 2},
    {ElementType::kInt32, "Int32Array", 4},
    {ElementType::kUint32, "Uint32Array", 4},
    {ElementType::kFloat16, "Float16Array", 2},
    {ElementType::kFloat32, "Float32Array", 4},
    {ElementType::kFloat64, "Float64Array", 8},
    {ElementType::kBigInt64, "BigInt64Array", 8},
    {ElementType::kBigUint64, "BigUint64Array", 8},
};

// TYPED_ARRAYS in v8/src/objects/elements-kind.h: from kFirstTyped after dictionary elements on;
// those of resizable buffers repeat the list.
using enum ElementType;
constexpr uint32_t kFirstTyped = 5;
constexpr std::array kOrder = {kUint8,   kInt8,    kUint16,       kInt16,     kUint32,   kInt32,
                               kFloat32, kFloat64, kUint8Clamped, kBigUint64, kBigInt64, kFloat16};
constexpr std::array kOrderSince13 = {kUint8,        kInt8,    kUint16,    kInt16,
                                      kUint32,       kInt32,   kBigUint64, kBigInt64,
                                      kUint8Clamped, kFloat32, kFloat64,   kFloat16};
constexpr Version kReordered{13, 0, 0};
constexpr Version kFloat16Arrays{12, 0, 0};

std::optional<ElementType> TypeOf(const Layout& layout, const MapInfo& map) {
  const uint32_t kind = layout.map.elements_kind.Get(map.bit_field2);
  const uint32_t first = layout.map.dictionary_elements + kFirstTyped;
  const uint32_t count = kOrder.size() - (layout.version < kFloat16Arrays ? 1 : 0);
  if (kind < first || kind - first >= 2 * count) return std::nullopt;
  const uint32_t index = (kind - first) % count;
  return layout.version < kReordered ? kOrder[index] : kOrderSince13[index];
}

std::span<const std::byte> ViewMemory(const Runtime& runtime, Address at, uint64_t size) {
  const Page* const page = runtime.pages().FindContaining(at);
  if (page == nullptr) return runtime.memory().View(at, size);
  return {page->bytes + (at - page->address), std::min(size, page->area_end - at)};
}

template <typename T>
T As(std::span<const std::byte> bytes) {
  T value;
  std::memcpy(&value, bytes.data(), sizeof(T));
  return value;
}

double HalfToDouble(uint16_t half) {
  const int exponent = half >> 10 & 0x1F;
  const int mantissa = half & 0x3FF;
  const double sign = (half & 0x8000) != 0 ? -1 : 1;
  if (exponent == 0x1F)
    return mantissa != 0 ? std::numeric_limits<double>::quiet_NaN()
                         : sign * std::numeric_limits<double>::infinity();
  if (exponent == 0) return sign * std::ldexp(mantissa, -24);
  return sign * std::ldexp(mantissa + 0x400, exponent - 25);
}

bool TracksLength(const Runtime& runtime, Tagged view) {
  const Layout& layout = runtime.layout();
  if (layout.version < kViewFlags) return false;
  const uint32_t flags = layout.version >= kFlagsFirst ? layout.buffer.view_byte_offset - 8
                                                       : layout.buffer.view_byte_length + 8;
  return (runtime.Field<uint32_t>(view, flags).value_or(0) & kTracksLength) != 0;
}

}  // namespace

std::optional<ArrayBuffer> ArrayBuffer::Load(const Runtime& runtime, Tagged object) {
  if (!runtime.Is(object, Kind::kJSArrayBuffer)) return std::nullopt;
  const auto& layout = runtime.layout().buffer;
  const auto length = runtime.Field<uint64_t>(object, layout.byte_length);
  const auto max_length = runtime.Field<uint64_t>(object, layout.byte_length + kMaxByteLengthAfter);
  const auto data = runtime.Field<Address>(object, layout.backing_store);
  const auto flags = runtime.Field<uint32_t>(object, layout.backing_store + kFlagsAfterStore);
  if (!length || !max_length || !data || !flags) return std::nullopt;
  ArrayBuffer buffer{.byte_length = *length, .data = *data};
  buffer.is_shared = (*flags & kIsShared) != 0;
  buffer.is_detached = (*flags & kWasDetached) != 0;
  const bool is_resizable = runtime.layout().version >= kResizable && (*flags & kIsResizable) != 0;
  if (is_resizable) buffer.max_byte_length = max_length;
  return buffer;
}

std::span<const std::byte> ArrayBuffer::Bytes(const Runtime& runtime, uint64_t offset,
                                              uint64_t size) const {
  if (offset >= byte_length) return {};
  return ViewMemory(runtime, data + offset, std::min(size, byte_length - offset));
}

std::optional<ArrayBufferView> ArrayBufferView::Load(const Runtime& runtime, Tagged object) {
  const auto map = runtime.MapOf(object);
  if (!map || (map->kind != Kind::kJSTypedArray && map->kind != Kind::kJSDataView))
    return std::nullopt;
  const Layout& layout = runtime.layout();
  const auto buffer = runtime.Field(object, layout.buffer.view_buffer);
  const auto offset = runtime.Field<uint64_t>(object, layout.buffer.view_byte_offset);
  const auto length = runtime.Field<uint64_t>(object, layout.buffer.view_byte_length);
  if (!buffer || !offset || !length) return std::nullopt;
  ArrayBufferView view{.buffer = *buffer, .byte_offset = *offset, .byte_length = *length};
  const auto whole = ArrayBuffer::Load(runtime, *buffer);
  view.tracks_length = TracksLength(runtime, object);
  if (view.tracks_length && whole && whole->byte_length >= *offset)
    view.byte_length = whole->byte_length - *offset;
  if (whole) view.data = whole->data + *offset;
  if (whole && whole->is_detached) view.byte_length = 0;
  if (map->kind == Kind::kJSDataView) return view;
  view.type = TypeOf(layout, *map);
  if (!view.type) return std::nullopt;
  if (view.tracks_length) view.byte_length -= view.byte_length % SizeOf(*view.type);
  // Small ones have their memory on the heap and no buffer yet, so they know better where it is.
  const auto external = runtime.Field<Address>(object, layout.buffer.typed_external_pointer);
  const auto base = runtime.Field<Address>(object, layout.buffer.typed_base_pointer);
  if (!external || !base) return std::nullopt;
  view.data = *external + *base;
  return view;
}

uint64_t ArrayBufferView::length() const { return byte_length / SizeOf(*type); }

std::span<const std::byte> ArrayBufferView::Bytes(const Runtime& runtime, uint64_t offset,
                                                  uint64_t size) const {
  if (offset >= byte_length) return {};
  return ViewMemory(runtime, data + offset, std::min(size, byte_length - offset));
}

std::string_view Name(ElementType type) { return kElements[static_cast<size_t>(type)].name; }
uint32_t SizeOf(ElementType type) { return kElements[static_cast<size_t>(type)].size; }

std::string ElementText(ElementType type, std::span<const std::byte> bytes) {
  switch (type) {
    case kInt8:
      return fmt::to_string(int{As<int8_t>(bytes)});
    case kUint8:
    case kUint8Clamped:
      return fmt::to_string(unsigned{As<uint8_t>(bytes)});
    case kInt16:
      return fmt::to_string(As<int16_t>(bytes));
    case kUint16:
      return fmt::to_string(As<uint16_t>(bytes));
    case kInt32:
      return fmt::to_string(As<int32_t>(bytes));
    case kUint32:
      return fmt::to_string(As<uint32_t>(bytes));
    case kFloat16:
      return NumberText(HalfToDouble(As<uint16_t>(bytes)));
    case kFloat32:
      return NumberText(static_cast<double>(As<float>(bytes)));
    case kFloat64:
      return NumberText(As<double>(bytes));
    case kBigInt64:
      return fmt::to_string(As<int64_t>(bytes));
    case kBigUint64:
      return fmt::to_string(As<uint64_t>(bytes));
  }
  return {};
}

}  // namespace nodeheap::v8
