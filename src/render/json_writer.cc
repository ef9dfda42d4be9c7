#include "render/json_writer.h"

#include <fmt/format.h>

#include "base/text.h"
#include "render/formats.h"

namespace nodeheap {
namespace {

void AppendUnit(std::string& out, uint32_t code_unit) {
  out += fmt::format("\\u{:04x}", code_unit);
}

void AppendJsonEscape(std::string& out, char32_t c) {
  switch (c) {
    case '\n':
      out += "\\n";
      return;
    case '\r':
      out += "\\r";
      return;
    case '\t':
      out += "\\t";
      return;
    default:
      break;
  }
  const auto number = static_cast<uint32_t>(c);
  if (number <= 0xFFFF) {
    AppendUnit(out, number);
  } else {
    AppendUnit(out, 0xD800 + ((number - 0x10000) >> 10));
    AppendUnit(out, 0xDC00 + ((number - 0x10000) & 0x3FF));
  }
}

}  // namespace

void AppendJsonString(std::string& out, std::string_view text) {
  out += '"';
  for (size_t at = 0; at < text.size();) {
    const CodePoint c = DecodeAt(text, at);
    if (c.value == '"' || c.value == '\\') {
      out += '\\';
      out += static_cast<char>(c.value);
    } else if (IsUnsafe(c.value)) {
      AppendJsonEscape(out, c.value);
    } else {
      AppendUtf8(out, c.value);
    }
    at += c.length;
  }
  out += '"';
}

void JsonWriter::NewLine() {
  if (!pretty_ || compact_) return;
  out_ += '\n';
  out_.append(2 * static_cast<size_t>(depth_), ' ');
}

void JsonWriter::BeforeValue() {
  if (!after_key_ && depth_ > 0) {
    if (!first_) out_ += pretty_ && compact_ ? ", " : ",";
    NewLine();
  }
  after_key_ = false;
  first_ = false;
}

JsonWriter& JsonWriter::Begin(char bracket) {
  BeforeValue();
  out_ += bracket;
  ++depth_;
  first_ = true;
  return *this;
}

JsonWriter& JsonWriter::End(char bracket) {
  --depth_;
  if (!first_) NewLine();
  out_ += bracket;
  first_ = false;
  return *this;
}

JsonWriter& JsonWriter::Key(std::string_view key) {
  BeforeValue();
  AppendJsonString(out_, key);
  out_ += pretty_ ? ": " : ":";
  after_key_ = true;
  return *this;
}

JsonWriter& JsonWriter::String(std::string_view text) {
  BeforeValue();
  AppendJsonString(out_, text);
  return *this;
}

JsonWriter& JsonWriter::Value(const Cell& cell) {
  if (const auto* text = std::get_if<std::string>(&cell)) return String(*text);
  BeforeValue();
  out_ += std::holds_alternative<std::monostate>(cell) ? "null" : PlainCell(cell);
  return *this;
}

JsonWriter& JsonWriter::Bool(bool value) {
  BeforeValue();
  out_ += value ? "true" : "false";
  return *this;
}

}  // namespace nodeheap
