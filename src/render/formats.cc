#include "render/formats.h"

#include <algorithm>
#include <array>

namespace nodeheap {
namespace {

// llnode lists all, in this order. What nobody can read is a page at a time.
constexpr std::string_view kPage = "10000";
constexpr std::array<FormatDefault, 5> kLlnodeDefaults = {{
    {"findjsobjects", "sort", "instances:asc"},
    {"findjsobjects", "limit", "0"},
    {"findjsinstances", "sort", "id"},
    {"findjsinstances", "limit", kPage},
    {"findrefs", "limit", kPage},
}};

constexpr std::string_view kAssert = "assert";

constexpr std::array<FormatInfo, 12> kFormats = {{
    {"text", "for people (default)", true, false, "", &RenderText},
    {"json", "one object, schema nodeheap/1", true, false, "", &RenderJson},
    {"ndjson", "a line of JSON for each row, after a header line", true, false, "", &RenderNdjson},
    {"csv", "the main table, RFC 4180", false, false, "", &RenderCsv},
    {"md", "Markdown tables", true, false, "", &RenderMarkdown},
    {"comment", "Markdown, cut where a comment on GitHub ends", true, false, "", &RenderComment},
    {"llnode", "text as llnode prints it, where llnode has the command", true, false, "",
     &RenderLlnode, kLlnodeDefaults},
    {"memwatch", "the object that memwatch's HeapDiff gives", false, true, "diff", &RenderMemwatch},
    {"junit", "JUnit XML", false, true, kAssert, &RenderJunit},
    {"github", "annotations of GitHub Actions", true, true, kAssert, &RenderGithub},
    {"sarif", "SARIF 2.1.0, of what has a place in the sources", false, true, kAssert,
     &RenderSarif},
    {"gitlab", "GitLab's Code Quality report", false, true, kAssert, &RenderGitlab},
}};

}  // namespace

std::span<const FormatInfo> Formats() { return kFormats; }

void AddDefaults(const FormatInfo& format, std::string_view query,
                 std::map<std::string, std::string, std::less<>>& values) {
  if (format.wants_all) values.insert_or_assign("limit", "0");
  for (const FormatDefault& wanted : format.defaults)
    if (wanted.query == query) values.emplace(wanted.param, wanted.value);
}

const FormatInfo* FindFormat(std::string_view name) {
  const auto* const found = std::ranges::find(kFormats, name, &FormatInfo::name);
  return found == kFormats.end() ? nullptr : found;
}

}  // namespace nodeheap
