#include "v8/versions.h"

#include <algorithm>
#include <cstdint>
#include <optional>

namespace nodeheap::v8 {
namespace {

// In the addresses of a release: ".../release/v22.23.3/node-v22.23.3.tar.gz".
constexpr std::string_view kBeforeNode = "/node-v";
// In V8's version as Node builds it: "12.4.254.21-node.56".
constexpr std::string_view kWithinV8 = "-node.";
constexpr size_t kMaxVersion = 32;
constexpr uint64_t kMaxSearched = uint64_t{4} << 30;  // bytes of a process
constexpr uint64_t kBlock = 16 << 20;
constexpr uint64_t kOverlap = 64;  // more than what surrounds a version
constexpr uint64_t kPage = 4096;

bool IsOfVersion(char c) { return (c >= '0' && c <= '9') || c == '.'; }

// "22.23.3": digits with as many dots between them as asked.
bool IsVersion(std::string_view text, int dots) {
  char before = '.';
  for (const char c : text) {
    if (!IsOfVersion(c) || (c == '.' && before == '.')) return false;
    dots -= c == '.' ? 1 : 0;
    before = c;
  }
  return dots == 0 && before != '.';
}

std::optional<std::string> NodeVersionAt(std::string_view text, size_t at) {
  std::string_view rest = text.substr(at + kBeforeNode.size(), kMaxVersion);
  const auto end = std::ranges::find_if_not(rest, IsOfVersion);
  rest = rest.substr(0, static_cast<size_t>(end - rest.begin()));
  while (rest.ends_with('.')) rest.remove_suffix(1);  // of ".tar.gz"
  if (!IsVersion(rest, 2)) return std::nullopt;
  // Programs have names of archives in memory too; only Node tells of its own folder before it.
  const std::string_view folder = text.substr(0, at);
  if (!folder.ends_with(rest) || !folder.substr(0, at - rest.size()).ends_with("/v"))
    return std::nullopt;
  return std::string(rest);
}

std::optional<std::string> V8VersionAt(std::string_view text, size_t at) {
  size_t begin = at;
  while (begin > 0 && at - begin < kMaxVersion && IsOfVersion(text[begin - 1])) --begin;
  size_t end = at + kWithinV8.size();
  while (end < text.size() && end - at < kMaxVersion && text[end] >= '0' && text[end] <= '9') ++end;
  if (!IsVersion(text.substr(begin, at - begin), 3) || end == at + kWithinV8.size())
    return std::nullopt;
  return std::string(text.substr(begin, end - begin));
}

template <typename VersionAt>
void FindOne(std::string_view text, std::string_view sign, const VersionAt& version_at,
             std::string& found) {
  if (!found.empty()) return;
  for (size_t at = text.find(sign); at != text.npos; at = text.find(sign, at + 1)) {
    if (const auto version = version_at(text, at)) {
      found = *version;
      return;
    }
  }
}

std::string_view AsText(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

bool IsComplete(const BuildVersions& found) { return !found.node.empty() && !found.v8.empty(); }

}  // namespace

void FindVersions(std::string_view text, BuildVersions& found) {
  FindOne(text, kBeforeNode, NodeVersionAt, found.node);
  FindOne(text, kWithinV8, V8VersionAt, found.v8);
}

Result<BuildVersions> FindVersions(const MemorySource& memory, Progress& progress) {
  BuildVersions found;
  uint64_t left = kMaxSearched;
  for (const MemoryRegion& region : memory.regions()) {
    if (!region.writable) continue;
    for (uint64_t at = region.start; at < region.end && left > 0 && !IsComplete(found);) {
      if (progress.cancelled())
        return std::unexpected(Error{.code = ErrorCode::kCancelled, .message = "cancelled"});
      const uint64_t size = std::min({kBlock, region.end - at, left});
      FindVersions(AsText(memory.View(at, size + kOverlap)), found);
      at += size;
      left -= size;
    }
  }
  return found;
}

BuildVersions FindVersions(const ElfImage& image) {
  BuildVersions found;
  if (image.symbols().empty()) return found;
  const uint64_t end = image.symbols().back().address;
  for (uint64_t at = image.lowest_address(); at < end && !IsComplete(found);) {
    const auto bytes = image.View(at, end - at);
    FindVersions(AsText(bytes), found);
    at += bytes.empty() ? kPage : bytes.size();
  }
  return found;
}

}  // namespace nodeheap::v8
