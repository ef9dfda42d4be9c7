#include "render/formats.h"

#include <algorithm>
#include <array>

namespace nodeheap {
namespace {

constexpr std::array<FormatInfo, 6> kFormats = {{
    {"text", "for people (default)", true, false, "", &RenderText},
    {"json", "one object, schema nodeheap/1", true, false, "", &RenderJson},
    {"ndjson", "a line of JSON for each row, after a header line", true, false, "", &RenderNdjson},
    {"csv", "the main table, RFC 4180", false, false, "", &RenderCsv},
    {"md", "Markdown tables", true, false, "", &RenderMarkdown},
    {"memwatch", "the object that memwatch's HeapDiff gives", false, true, "diff", &RenderMemwatch},
}};

}  // namespace

std::span<const FormatInfo> Formats() { return kFormats; }

const FormatInfo* FindFormat(std::string_view name) {
  const auto* const found = std::ranges::find(kFormats, name, &FormatInfo::name);
  return found == kFormats.end() ? nullptr : found;
}

}  // namespace nodeheap
