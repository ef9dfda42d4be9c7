#include "sourcemap/source_map.h"

#include <fmt/format.h>
#include <simdjson.h>

#include <algorithm>
#include <array>
#include <limits>
#include <tuple>

namespace nodeheap {
namespace {

constexpr std::string_view kDigits =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr size_t kMaxFields = 5;  // of a segment

std::unexpected<Error> Bad(std::string message) {
  return std::unexpected(Error{.code = ErrorCode::kBadData, .message = std::move(message)});
}

// Reads the numbers of "mappings": base 64, five bits a digit, the lowest first, the lowest bit of
// all the sign.
class Numbers {
 public:
  explicit Numbers(std::string_view text) : text_(text) {}

  bool AtEnd() const { return at_ == text_.size(); }
  size_t position() const { return at_; }
  bool Skip(char c) {
    if (AtEnd() || text_[at_] != c) return false;
    ++at_;
    return true;
  }
  // True if a number stands here.
  bool HasNumber() const { return !AtEnd() && text_[at_] != ',' && text_[at_] != ';'; }

  // nullopt if it is no number of 32 bits.
  std::optional<int32_t> Next() {
    constexpr unsigned kMore = 32;
    uint64_t value = 0;
    for (unsigned shift = 0; shift <= 30 && !AtEnd(); shift += 5) {
      const size_t digit = kDigits.find(text_[at_]);
      if (digit == std::string_view::npos) return std::nullopt;
      ++at_;
      value |= (digit & (kMore - 1)) << shift;
      if ((digit & kMore) != 0) continue;
      const auto magnitude = static_cast<int64_t>(value >> 1);
      if (magnitude > std::numeric_limits<int32_t>::max()) return std::nullopt;
      return static_cast<int32_t>((value & 1) != 0 ? -magnitude : magnitude);
    }
    return std::nullopt;
  }

 private:
  std::string_view text_;
  size_t at_ = 0;
};

std::string Joined(std::string_view root, std::string_view source) {
  if (root.empty() || source.starts_with('/')) return std::string(source);
  return fmt::format("{}{}{}", root, root.ends_with('/') ? "" : "/", source);
}

}  // namespace

Result<SourceMap> SourceMap::Parse(std::string_view json) {
  simdjson::dom::parser parser;
  simdjson::dom::object map;
  if (parser.parse(simdjson::padded_string(json)).get(map) != simdjson::SUCCESS)
    return Bad("is not a source map: no JSON object");
  int64_t version = 0;
  if (map["version"].get(version) != simdjson::SUCCESS || version != 3)
    return Bad("is not a source map of version 3");
  std::string_view mappings;
  simdjson::dom::array sources;
  if (map["mappings"].get(mappings) != simdjson::SUCCESS ||
      map["sources"].get(sources) != simdjson::SUCCESS)
    return Bad("is a source map without mappings and sources; index maps are not read");
  std::string_view root;
  if (map["sourceRoot"].get(root) != simdjson::SUCCESS) root = {};
  SourceMap result;
  for (const simdjson::dom::element source : sources) {
    std::string_view name;
    if (source.get(name) != simdjson::SUCCESS) name = {};  // null: it has no name
    result.sources_.push_back(Joined(root, name));
  }
  NH_CHECK(result.Decode(mappings));
  return result;
}

// Semicolons separate lines, commas segments. A segment has one, four or five numbers, each but the
// first of a line counted from that of the segment before: column, source, line and column there,
// name.
Result<void> SourceMap::Decode(std::string_view mappings) {
  Numbers numbers(mappings);
  std::array<int64_t, kMaxFields> now = {};
  for (uint32_t line = 0; !numbers.AtEnd();) {
    if (numbers.Skip(';')) {
      ++line;
      now[0] = 0;
      continue;
    }
    if (numbers.Skip(',')) continue;
    size_t fields = 0;
    for (; numbers.HasNumber() && fields < kMaxFields; ++fields) {
      const auto number = numbers.Next();
      if (!number) break;
      now[fields] += *number;
    }
    const bool good = (fields == 1 || fields >= 4) && !numbers.HasNumber();
    const auto is_number = [](int64_t value) { return value >= 0 && value < (int64_t{1} << 31); };
    if (!good || !std::ranges::all_of(now, is_number) ||
        (fields > 1 && now[1] >= std::ssize(sources_)))
      return Bad(fmt::format("is a source map with a bad mapping at character {} of its mappings",
                             numbers.position()));
    segments_.push_back({.line = line,
                         .column = static_cast<uint32_t>(now[0]),
                         .source = fields > 1 ? static_cast<int32_t>(now[1]) : -1,
                         .original_line = static_cast<uint32_t>(now[2]),
                         .original_column = static_cast<uint32_t>(now[3])});
  }
  std::ranges::stable_sort(segments_, {}, [](const Segment& segment) {
    return std::tuple(segment.line, segment.column);
  });
  return {};
}

std::optional<OriginalPlace> SourceMap::Find(uint32_t line, uint32_t column) const {
  if (line == 0 || column == 0) return std::nullopt;
  const auto after = std::ranges::upper_bound(
      segments_, std::tuple(line - 1, column - 1), {},
      [](const Segment& segment) { return std::tuple(segment.line, segment.column); });
  if (after == segments_.begin()) return std::nullopt;
  const Segment& segment = *std::prev(after);
  if (segment.line != line - 1 || segment.source < 0) return std::nullopt;
  return OriginalPlace{.file = sources_[static_cast<size_t>(segment.source)],
                       .line = segment.original_line + 1,
                       .column = segment.original_column + 1};
}

}  // namespace nodeheap
