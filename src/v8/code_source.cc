// Lines and columns of a position in a script.
#include <fmt/format.h>

#include <cstddef>
#include <string_view>

#include "v8/functions.h"

namespace nodeheap::v8 {
namespace {

struct LineStart {
  uint32_t line = 0;     // from 0
  int32_t position = 0;  // of its first unit
};

// By the array that V8 makes when it first needs lines: the position of the end of each line.
std::optional<LineStart> FindInLineEnds(const Runtime& runtime, Tagged line_ends,
                                        int32_t position) {
  constexpr uint64_t kFirst = 16;
  if (!runtime.Is(line_ends, Kind::kFixedArray)) return std::nullopt;
  const auto count = runtime.CountField(line_ends, kWord, kWord);
  if (!count || *count == 0) return std::nullopt;
  const auto end_of = [&](uint32_t line) {
    return runtime.SmiField(line_ends, kFirst + uint64_t{line} * kWord).value_or(0);
  };
  uint32_t low = 0;
  uint32_t high = *count - 1;
  while (low < high) {
    const uint32_t middle = low + (high - low) / 2;
    if (end_of(middle) < position) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return LineStart{.line = low, .position = low == 0 ? 0 : end_of(low - 1) + 1};
}

// How many bytes at `at` end a line; 0 if none do (v8/src/strings/char-predicates.h).
size_t LineTerminator(std::string_view text, size_t at) {
  if (text[at] == '\n') return 1;
  if (text[at] == '\r') return at + 1 < text.size() && text[at + 1] == '\n' ? 0 : 1;
  const std::string_view three = text.substr(at, 3);
  return three == "\u2028" || three == "\u2029" ? 3 : 0;
}

int32_t CountUnits(std::string_view text) {
  int32_t units = 0;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    units += (byte & 0xC0) == 0x80 ? 0 : byte >= 0xF0 ? 2 : 1;
  }
  return units;
}

std::optional<LineStart> FindInSource(const Runtime& runtime, Tagged source, int32_t position) {
  const auto units = static_cast<uint64_t>(position);
  const auto before = ReadString(runtime, source, units);
  if (!before || before->unreadable || before->length < units) return std::nullopt;
  const std::string_view text = before->text;
  LineStart start;
  size_t line_start = 0;
  for (size_t at = 0; at < text.size(); ++at) {
    const size_t size = LineTerminator(text, at);
    if (size == 0) continue;
    ++start.line;
    line_start = at + size;
  }
  start.position = position - CountUnits(text.substr(line_start));
  return start;
}

}  // namespace

SourcePlace PlaceInScript(const Runtime& runtime, Tagged script, int32_t position) {
  SourcePlace place = PlaceInText(runtime, script, position);
  if (runtime.place_mapper() && place.line && place.column) runtime.place_mapper()(place);
  return place;
}

SourcePlace PlaceInText(const Runtime& runtime, Tagged script, int32_t position) {
  const Layout& layout = runtime.layout();
  SourcePlace place;
  place.script = script;
  place.position = position;
  if (!runtime.Is(script, Kind::kScript)) return place;
  const Tagged name = runtime.Field(script, layout.script.name).value_or(0);
  if (auto text = ReadString(runtime, name)) place.script_name = std::move(text->text);
  if (position < 0) return place;
  const Tagged line_ends = runtime.Field(script, layout.script.line_ends).value_or(0);
  auto start = FindInLineEnds(runtime, line_ends, position);
  if (!start)
    start =
        FindInSource(runtime, runtime.Field(script, layout.script.source).value_or(0), position);
  if (!start) return place;
  // Where the script begins in its file: vm.Script's lineOffset and columnOffset.
  const int32_t first_line = runtime.SmiField(script, layout.script.line_offset).value_or(0);
  const int32_t first_column = runtime.SmiField(script, layout.script.column_offset).value_or(0);
  place.line = start->line + static_cast<uint32_t>(first_line) + 1;
  place.column = static_cast<uint32_t>(position - start->position) + 1;
  if (start->line == 0) *place.column += static_cast<uint32_t>(first_column);
  return place;
}

std::string PlaceText(const SourcePlace& place) {
  std::string text = place.script_name.empty() ? "<anonymous>" : place.script_name;
  if (place.line) text += fmt::format(":{}", *place.line);
  if (place.line && place.column) text += fmt::format(":{}", *place.column);
  return text;
}

}  // namespace nodeheap::v8
