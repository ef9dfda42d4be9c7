#include <fmt/format.h>

#include <algorithm>

#include "v8/buffers.h"
#include "v8/views.h"

namespace nodeheap::v8 {
namespace {

constexpr uint64_t kMaxPreview = 64;  // bytes

// "01 ff 7f …", as much as the options allow of a string.
std::string HexText(std::span<const std::byte> bytes, uint64_t total) {
  std::string text;
  for (const std::byte byte : bytes)
    text += fmt::format("{}{:02x}", text.empty() ? "" : " ", static_cast<unsigned>(byte));
  return bytes.size() < total ? text + " …" : text;
}

uint64_t PreviewBytes(const ViewInput& input) {
  // Two digits and a space a byte; a longer text was asked for.
  return std::max(kMaxPreview, input.options.max_string_units / 3);
}

}  // namespace

void ArrayBufferLine(const ViewInput& input, Description& description) {
  const auto buffer = ArrayBuffer::Load(input.runtime, input.word);
  if (!buffer) return;
  if (buffer->is_shared) description.type = "SharedArrayBuffer";
  description.detail = fmt::format("byteLength={}", buffer->byte_length);
  if (buffer->max_byte_length)
    description.detail += fmt::format(" maxByteLength={}", *buffer->max_byte_length);
  if (buffer->is_detached) description.detail += " detached";
}

void ArrayBufferMembers(const ViewInput& input, MemberSink& sink) {
  if (const auto buffer = ArrayBuffer::Load(input.runtime, input.word)) {
    sink.Internal("backing store",
                  {.type = "address", .name = fmt::format("0x{:x}", buffer->data)});
    const auto bytes = buffer->Bytes(input.runtime, 0, PreviewBytes(input));
    sink.Internal("bytes", TextDescription(HexText(bytes, buffer->byte_length)));
  }
  ObjectMembers(input, sink);
}

void BufferViewLine(const ViewInput& input, Description& description) {
  const auto view = ArrayBufferView::Load(input.runtime, input.word);
  if (!view) return;
  if (view->type) description.type = Name(*view->type);
  description.detail = view->type ? fmt::format("length={}", view->length())
                                  : fmt::format("byteLength={}", view->byte_length);
  if (view->byte_offset != 0)
    description.detail += fmt::format(" byteOffset={}", view->byte_offset);
  if (view->tracks_length) description.detail += " tracking";
}

void BufferViewMembers(const ViewInput& input, MemberSink& sink) {
  if (const auto view = ArrayBufferView::Load(input.runtime, input.word)) {
    sink.Elements(view->type ? view->length() : 0, [&](uint64_t i) -> std::optional<Description> {
      const uint32_t size = SizeOf(*view->type);
      const auto bytes = view->Bytes(input.runtime, i * size, size);
      if (bytes.size() < size) return std::nullopt;
      return Description{.type = IsBigInt(*view->type) ? "BigInt" : "Number",
                         .name = ElementText(*view->type, bytes)};
    });
    const auto bytes = view->Bytes(input.runtime, 0, PreviewBytes(input));
    sink.Internal("buffer", view->buffer);
    sink.Internal("bytes", TextDescription(HexText(bytes, view->byte_length)));
  }
  ObjectMembers(input, sink);
}

}  // namespace nodeheap::v8
