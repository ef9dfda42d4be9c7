// Renderers: a Report as bytes, one file per format in src/render/. Strings in a report come from
// the heap of a possibly hostile program; whatever a renderer returns is safe for its medium.
#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>

#include "nodeheap/report.h"
#include "nodeheap/result.h"

namespace nodeheap {

struct RenderOptions {
  bool color = false;         // text only
  unsigned width = 100;       // columns of text before names are cut; 0: never cut
  unsigned tree_padding = 2;  // columns by which a level of a tree is indented
};

// How a format wants a query to be asked, unless the user says otherwise.
struct FormatDefault {
  std::string_view query;
  std::string_view param;
  std::string_view value;
};

// To add a format: its file, and its row in src/render/formats.cc.
struct FormatInfo {
  std::string_view name;
  std::string_view summary;
  bool says_total;              // false: the medium has no place for totals, notes and health
  bool wants_all;               // true: the answer must not be paged
  std::string_view only_query;  // whose reports it can write; empty: all
  Result<std::string> (*render)(const Report& report, const RenderOptions& options);
  std::span<const FormatDefault> defaults = {};
};

std::span<const FormatInfo> Formats();

// Adds to the values of a query's parameters what the format wants of that query.
void AddDefaults(const FormatInfo& format, std::string_view query,
                 std::map<std::string, std::string, std::less<>>& values);

// nullptr if there is none of that name.
const FormatInfo* FindFormat(std::string_view name);

}  // namespace nodeheap
