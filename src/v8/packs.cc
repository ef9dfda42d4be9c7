#include "v8/packs.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <map>
#include <optional>
#include <set>

#include "v8/packs/embedded.h"

namespace nodeheap::v8 {
namespace {

constexpr std::string_view kNone = "-";
constexpr size_t kBuildCells = 9;

std::unexpected<Error> BadLine(size_t number, std::string_view what) {
  return std::unexpected(Error{.code = ErrorCode::kBadData,
                               .message = fmt::format("line {} of a pack {}", number, what)});
}

std::vector<std::string_view> Split(std::string_view line, char separator) {
  std::vector<std::string_view> cells;
  for (size_t end = line.find(separator); end != line.npos; end = line.find(separator)) {
    cells.push_back(line.substr(0, end));
    line.remove_prefix(end + 1);
  }
  cells.push_back(line);
  return cells;
}

template <typename T>
std::optional<T> ParseNumber(std::string_view text, int base = 10) {
  T value{};
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  if (failed != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

struct Build {
  Metadata metadata;
  std::string_view column;
};

std::optional<Build> ParseBuild(std::span<const std::string_view> cells) {
  if (cells.size() != kBuildCells) return std::nullopt;
  const auto version = ParseVersion(cells[3]);
  const auto isolate = ParseNumber<int64_t>(cells[6]);
  const auto start = ParseNumber<uint64_t>(cells[7], 16);
  const auto size = ParseNumber<uint64_t>(cells[8], 16);
  const bool is_arm64 = cells[2] == "arm64";
  if (!version || (!isolate && cells[6] != kNone) || (!start && cells[7] != kNone) ||
      (!size && cells[8] != kNone) || (!is_arm64 && cells[2] != "x64"))
    return std::nullopt;
  return Build{.metadata = {.architecture = is_arm64 ? Architecture::kArm64 : Architecture::kX64,
                            .v8_version = *version,
                            .node_version = std::string(cells[1]),
                            .build_id = cells[4] == kNone ? "" : std::string(cells[4]),
                            .origin = fmt::format("the built-in table of Node {} for {}", cells[1],
                                                  cells[2]),
                            .current_isolate = isolate,
                            .builtins_start = start.value_or(0),
                            .builtins_size = size.value_or(0)},
               .column = cells[5]};
}

std::string ColumnName(size_t index) { return std::to_string(index + 1); }

std::string_view NameOf(Architecture architecture) {
  return architecture == Architecture::kArm64 ? "arm64" : "x64";
}

std::string BuildLine(const Metadata& build, std::string_view column) {
  const auto text = [](std::string_view value) { return value.empty() ? kNone : value; };
  const auto hex = [](uint64_t value) {
    return value == 0 ? std::string(kNone) : fmt::format("{:x}", value);
  };
  return fmt::format("build\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\n", text(build.node_version),
                     NameOf(build.architecture), ToString(build.v8_version), text(build.build_id),
                     column, build.current_isolate ? std::to_string(*build.current_isolate) : "-",
                     hex(build.builtins_start), hex(build.builtins_size));
}

}  // namespace

Result<std::vector<Metadata>> ParsePack(std::string_view text) {
  std::vector<Build> builds;
  std::vector<std::string_view> columns;
  std::map<std::string_view, decltype(Metadata::values)> values;  // by column
  const std::vector<std::string_view> lines = Split(text, '\n');
  for (size_t i = 0; i < lines.size(); ++i) {
    if (lines[i].empty()) continue;
    const std::vector<std::string_view> cells = Split(lines[i], '\t');
    if (columns.empty() && cells[0] == "build") {
      auto build = ParseBuild(cells);
      if (!build) return BadLine(i + 1, "describes no build");
      builds.push_back(*std::move(build));
    } else if (columns.empty() && cells[0] == "name") {
      columns.assign(cells.begin() + 1, cells.end());
    } else if (cells.size() != columns.size() + 1) {
      return BadLine(i + 1, "has too many values, or too few");
    } else {
      for (size_t c = 0; c < columns.size(); ++c) {
        if (cells[c + 1] == kNone) continue;
        const auto value = ParseNumber<int64_t>(cells[c + 1]);
        if (!value) return BadLine(i + 1, "has a value that is no number");
        values[columns[c]].emplace(cells[0], *value);
      }
    }
  }
  std::vector<Metadata> result;
  for (Build& build : builds) {
    if (!values.contains(build.column)) return BadLine(lines.size(), "ends, a build has no values");
    build.metadata.values = values[build.column];
    result.push_back(std::move(build.metadata));
  }
  return result;
}

std::string WritePack(std::span<const Metadata> builds) {
  std::vector<const Metadata*> columns;  // builds whose values differ
  std::set<std::string_view> names;
  std::string text;
  for (const Metadata& build : builds) {
    const auto same = std::ranges::find(columns, build.values, &Metadata::values);
    const auto number = static_cast<size_t>(same - columns.begin());
    if (same == columns.end()) columns.push_back(&build);
    for (const auto& [name, value] : build.values) names.insert(name);
    text += BuildLine(build, ColumnName(number));
  }
  text += "name";
  for (size_t i = 0; i < columns.size(); ++i) text += '\t' + ColumnName(i);
  text += '\n';
  for (const std::string_view name : names) {
    text += name;
    for (const Metadata* const column : columns) {
      const auto value = column->Find(name);
      text += '\t' + (value ? std::to_string(*value) : std::string(kNone));
    }
    text += '\n';
  }
  return text;
}

std::span<const Metadata> Packs() {
  static const std::vector<Metadata> packs = [] {
    std::vector<Metadata> all;
    for (const std::string_view text : kEmbeddedPacks)
      if (auto parsed = ParsePack(text)) std::ranges::move(*parsed, std::back_inserter(all));
    return all;
  }();
  return packs;
}

}  // namespace nodeheap::v8
