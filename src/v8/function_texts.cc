#include "v8/function_texts.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "v8/functions.h"

namespace nodeheap::v8 {
namespace {

constexpr uint64_t kStride = 1024;  // UTF-16 units

// Of a character in UTF-8, by its byte: 0 for those that continue one.
uint64_t UnitsOf(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return (byte & 0xC0) == 0x80 ? 0 : byte >= 0xF0 ? 2 : 1;
}

}  // namespace

bool FunctionTexts::Open(Tagged script) {
  if (script == script_) return source_.has_value();
  script_ = script;
  const Tagged source = runtime_.Field(script, runtime_.layout().script.source).value_or(0);
  source_ = ReadString(runtime_, source);
  if (source_ && source_->unreadable) source_.reset();
  marks_.clear();
  if (source_ && source_->text.size() != source_->length) AddMarks();
  return source_.has_value();
}

void FunctionTexts::AddMarks() {
  Mark next;
  for (; next.byte < source_->text.size(); ++next.byte) {
    const uint64_t units = UnitsOf(source_->text[next.byte]);
    if (units != 0 && next.unit >= marks_.size() * kStride) marks_.push_back(next);
    next.unit += units;
  }
}

size_t FunctionTexts::ByteAt(uint64_t unit) const {
  const std::string& text = source_->text;
  if (marks_.empty()) return std::min<size_t>(unit, text.size());
  const auto behind = std::ranges::upper_bound(marks_, unit, {}, &Mark::unit);
  Mark at = *std::prev(behind);
  while (at.byte < text.size() && (at.unit < unit || UnitsOf(text[at.byte]) == 0))
    at.unit += UnitsOf(text[at.byte++]);
  return at.byte;
}

std::optional<std::string_view> FunctionTexts::Of(Tagged shared) {
  const Tagged script = ScriptOf(runtime_, shared);
  const auto range = SourceRangeOf(runtime_, shared);
  if (script == 0 || !range || !Open(script)) return std::nullopt;
  const size_t start = ByteAt(static_cast<uint64_t>(range->start));
  const size_t end = ByteAt(static_cast<uint64_t>(range->end));
  return std::string_view(source_->text).substr(start, end - std::min(start, end));
}

}  // namespace nodeheap::v8
