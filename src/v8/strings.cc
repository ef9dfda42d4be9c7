#include "v8/strings.h"

#include <algorithm>
#include <span>
#include <vector>

#include "base/text.h"

namespace nodeheap::v8 {
namespace {

// A sliced string's parent, or the thin string in its place: V8 makes no longer chains.
constexpr int kMaxIndirections = 8;

constexpr bool IsHighSurrogate(char32_t unit) { return unit >= 0xD800 && unit < 0xDC00; }
constexpr bool IsLowSurrogate(char32_t unit) { return unit >= 0xDC00 && unit < 0xE000; }

// Joins surrogates also where a pair stands on both sides of a seam between two parts.
class Wtf8Writer {
 public:
  void OneByte(std::span<const std::byte> chars) {
    FlushSurrogate();
    const auto* const begin = reinterpret_cast<const char*>(chars.data());
    const char* const end = begin + chars.size();
    const auto is_ascii = [](char c) { return static_cast<unsigned char>(c) < 0x80; };
    if (std::all_of(begin, end, is_ascii)) {
      text_.append(begin, end);
    } else {
      for (const char* at = begin; at != end; ++at)
        AppendUtf8(text_, static_cast<unsigned char>(*at));
    }
  }
  void TwoByte(std::span<const std::byte> chars) {
    for (size_t i = 0; i + 2 <= chars.size(); i += 2)
      Unit(static_cast<char32_t>(chars[i]) | static_cast<char32_t>(chars[i + 1]) << 8);
  }
  std::string Take() {
    FlushSurrogate();
    return std::move(text_);
  }

 private:
  void Unit(char32_t unit) {
    if (high_ != 0 && IsLowSurrogate(unit)) {
      AppendUtf8(text_, 0x10000 + ((high_ - 0xD800) << 10) + (unit - 0xDC00));
      high_ = 0;
      return;
    }
    FlushSurrogate();
    if (IsHighSurrogate(unit)) {
      high_ = unit;
    } else {
      AppendUtf8(text_, unit);
    }
  }
  void FlushSurrogate() {
    if (high_ != 0) AppendUtf8(text_, high_);
    high_ = 0;
  }

  std::string text_;
  char32_t high_ = 0;  // waits for its other half
};

class StringReader {
 public:
  explicit StringReader(const Runtime& runtime) : runtime_(runtime) {}

  // False if a part cannot be read; what comes before it is written.
  bool Read(Tagged string, uint64_t max_units) {
    left_ = max_units;
    // An explicit stack: cons strings are as deep as the program appended to them.
    pending_.push_back(string);
    while (!pending_.empty() && left_ > 0) {
      const Tagged part = pending_.back();
      pending_.pop_back();
      if (!Part(part)) return false;
    }
    return true;
  }
  std::string Take() { return writer_.Take(); }

 private:
  bool Part(Tagged string) {
    const auto map = runtime_.MapOf(string);
    const auto length = Length(string, map);
    if (!length) return false;
    if (ShapeOf(map->instance_type) == StringShape::kCons) return Cons(string, *length);
    return Flat(string, *length);
  }

  std::optional<uint64_t> Length(Tagged string, const std::optional<MapInfo>& map) const {
    if (!map || map->kind != Kind::kString) return std::nullopt;
    return runtime_.Field<uint32_t>(string, runtime_.layout().string.length);
  }

  // The halves of a cons string are together as long as it is. Neither is empty, but for the second
  // of a flattened one, whose first is no cons string. So lengths shrink at each step down, and no
  // cycle passes.
  bool Cons(Tagged string, uint64_t length) {
    const auto first = runtime_.Field(string, runtime_.layout().string.cons_first);
    const auto second = runtime_.Field(string, runtime_.layout().string.cons_second);
    if (!first || !second) return false;
    const auto first_map = runtime_.MapOf(*first);
    const auto first_length = Length(*first, first_map);
    const auto second_length = Length(*second, runtime_.MapOf(*second));
    if (!first_length || !second_length || *first_length + *second_length != length) return false;
    const bool is_flattened = *second_length == 0;
    if (*first_length == 0) return false;
    if (is_flattened && ShapeOf(first_map->instance_type) == StringShape::kCons) return false;
    if (!is_flattened) pending_.push_back(*second);
    pending_.push_back(*first);
    return true;
  }

  // Follows slices and thin strings to the characters, `length` units from `offset` on.
  bool Flat(Tagged string, uint64_t length) {
    const Layout& layout = runtime_.layout();
    uint64_t offset = 0;
    for (int i = 0; i < kMaxIndirections; ++i) {
      const auto map = runtime_.MapOf(string);
      const auto total = Length(string, map);
      if (!total || offset > *total || length > *total - offset) return false;
      std::optional<Tagged> next;
      switch (ShapeOf(map->instance_type)) {
        case StringShape::kSequential:
          return Chars(Untag(string) + layout.string.chars, map->instance_type, offset, length);
        case StringShape::kExternal: {
          if (IsUncachedExternal(map->instance_type)) return false;
          const auto data = runtime_.Field<Address>(string, layout.string.external_data);
          return data && Chars(*data, map->instance_type, offset, length);
        }
        case StringShape::kThin:
          next = runtime_.Field(string, layout.string.thin_actual);
          break;
        case StringShape::kSliced: {
          const auto start = runtime_.SmiField(string, layout.string.sliced_offset);
          if (!start || *start < 0) return false;
          offset += static_cast<uint32_t>(*start);
          next = runtime_.Field(string, layout.string.sliced_parent);
          break;
        }
        case StringShape::kCons:  // flattened, below a slice
          next = runtime_.Field(string, layout.string.cons_first);
          break;
        default:
          return false;
      }
      if (!next) return false;
      string = *next;
    }
    return false;
  }

  // Memory bounds what is read, whatever the length says.
  bool Chars(Address chars, uint16_t type, uint64_t offset, uint64_t length) {
    const uint64_t unit = IsOneByte(type) ? 1 : 2;
    const uint64_t wanted = std::min(length, left_);
    const std::span<const std::byte> bytes = View(chars + offset * unit, wanted * unit);
    if (unit == 1) {
      writer_.OneByte(bytes);
    } else {
      writer_.TwoByte(bytes);
    }
    left_ -= bytes.size() / unit;
    return bytes.size() == wanted * unit;
  }

  std::span<const std::byte> View(Address at, uint64_t size) const {
    const Page* const page = runtime_.pages().FindContaining(at);
    if (page == nullptr || page->absent_bytes != 0) return runtime_.memory().View(at, size);
    return {page->bytes + (at - page->address), std::min(size, page->area_end - at)};
  }

  const Runtime& runtime_;
  std::vector<Tagged> pending_;  // the next part is the last
  uint64_t left_ = 0;            // units
  Wtf8Writer writer_;
};

}  // namespace

std::optional<StringText> ReadString(const Runtime& runtime, Tagged string, uint64_t max_units) {
  if (!runtime.Is(string, Kind::kString)) return std::nullopt;
  StringText result;
  const auto length = runtime.Field<uint32_t>(string, runtime.layout().string.length);
  if (!length) return std::nullopt;
  result.length = *length;
  StringReader reader(runtime);
  result.unreadable = !reader.Read(string, max_units);
  result.complete = !result.unreadable && result.length <= max_units;
  result.text = reader.Take();
  return result;
}

bool TextEquals(const Runtime& runtime, Tagged string, std::string_view ascii) {
  if (!runtime.Is(string, Kind::kString)) return false;
  if (runtime.Field<uint32_t>(string, runtime.layout().string.length) != ascii.size()) return false;
  const auto text = ReadString(runtime, string);
  return text && text->complete && text->text == ascii;
}

}  // namespace nodeheap::v8
