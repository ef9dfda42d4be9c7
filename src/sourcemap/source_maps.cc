#include "sourcemap/source_maps.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <system_error>

#include "base/text.h"
#include "memory/input.h"

namespace nodeheap {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kSuffix = ".map";
constexpr size_t kMaxShown = 200;  // characters of an error

std::string PathOf(std::string_view script) {
  constexpr std::string_view kScheme = "file://";
  if (script.starts_with(kScheme)) script.remove_prefix(kScheme.size());
  return std::string(script.substr(0, script.find('?')));
}

// How many of the last components of two paths are the same.
size_t CommonEnd(const fs::path& a, const fs::path& b) {
  const std::vector<fs::path> x(a.begin(), a.end());
  const std::vector<fs::path> y(b.begin(), b.end());
  const auto differ = std::mismatch(x.rbegin(), x.rend(), y.rbegin(), y.rend());
  return static_cast<size_t>(differ.first - x.rbegin());
}

bool IsAbsolute(std::string_view file) {
  return file.starts_with('/') || file.find("://") != std::string_view::npos;
}

}  // namespace

Result<SourceMaps> SourceMaps::Open(const std::string& directory) {
  const auto fail = [&](ErrorCode code, std::string message) {
    return std::unexpected(
        Error{.code = code,
              .message = std::move(message),
              .hint = "--source-map names the directory where the build left its .map files",
              .file = directory});
  };
  std::error_code error;
  auto entry = fs::recursive_directory_iterator(
      directory, fs::directory_options::skip_permission_denied, error);
  if (error) return fail(ErrorCode::kIo, "cannot open: " + error.message());
  SourceMaps maps;
  for (; entry != fs::recursive_directory_iterator(); entry.increment(error)) {
    if (error) return fail(ErrorCode::kIo, "cannot read: " + error.message());
    if (entry->path().extension() != kSuffix || !entry->is_regular_file(error)) continue;
    fs::path script = entry->path().lexically_relative(directory);
    script.replace_extension();
    maps.candidates_.emplace(script.filename().string(),
                             Candidate{entry->path().string(), script.string()});
  }
  if (maps.candidates_.empty())
    return fail(ErrorCode::kNotFound, "there is no source map in this directory or below");
  return maps;
}

const SourceMaps::Candidate* SourceMaps::Nearest(const std::string& script) const {
  const auto [first, last] = candidates_.equal_range(fs::path(script).filename().string());
  const Candidate* nearest = nullptr;
  size_t best = 0;
  for (auto at = first; at != last; ++at) {
    const size_t common = CommonEnd(script, at->second.script);
    if (common == best) nearest = nullptr;
    if (common <= best) continue;
    best = common;
    nearest = &at->second;
  }
  return nearest;
}

const SourceMap* SourceMaps::MapOf(const std::string& script) {
  const auto [at, is_new] = of_script_.try_emplace(script);
  std::optional<SourceMap>& map = at->second;
  if (!is_new) return map ? &*map : nullptr;
  const Candidate* const found = Nearest(script);
  if (found == nullptr) return nullptr;
  Progress progress;
  const auto input = Input::Open(found->path, progress);
  auto parsed = input ? SourceMap::Parse(input->bytes()) : std::unexpected(input.error());
  if (!parsed) {
    health_.Add({Severity::kInfo, "bad_source_map",
                 fmt::format("{}: {}", Escape(found->path, kMaxShown), parsed.error().message)});
    return nullptr;
  }
  map = *std::move(parsed);
  return &*map;
}

std::optional<OriginalPlace> SourceMaps::Find(std::string_view script, uint32_t line,
                                              uint32_t column) {
  const std::string path = PathOf(script);
  const SourceMap* const map = MapOf(path);
  auto place = map == nullptr ? std::nullopt : map->Find(line, column);
  if (place && !IsAbsolute(place->file))
    place->file = (fs::path(path).parent_path() / place->file).lexically_normal().string();
  return place;
}

}  // namespace nodeheap
