#include "session/process_metadata.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <tuple>

#include "v8/packs.h"
#include "v8/versions.h"

namespace nodeheap {
namespace {

constexpr size_t kMaxGuesses = 4;

std::unexpected<Error> NotNode(std::string_view name, bool complete) {
  return std::unexpected(Error{
      .code = ErrorCode::kUnsupported,
      .message =
          fmt::format("belongs to {}, in whose memory there is no Node.js",
                      name.empty() ? "a program without a name" : fmt::format("\"{}\"", name)),
      .hint = complete ? "if it is Node all the same, name its executable with --exe"
                       : "much of the memory is missing: take another core, with a higher limit "
                         "(ulimit -c)"});
}

const v8::Metadata* FindByBuildId(std::span<const CoreFile::Module> modules) {
  for (const CoreFile::Module& module : modules) {
    if (module.build_id.empty()) continue;
    const auto pack = std::ranges::find(v8::Packs(), module.build_id, &v8::Metadata::build_id);
    if (pack != v8::Packs().end()) return &*pack;
  }
  return nullptr;
}

// How far a build is from the one that ran; the least is the nearest.
auto Distance(const v8::Metadata& pack, const v8::BuildVersions& ran) {
  const v8::Version node = v8::ParseVersion(pack.node_version).value_or(v8::Version{});
  const v8::Version wanted_node = v8::ParseVersion(ran.node).value_or(node);
  const v8::Version wanted_v8 = v8::ParseVersion(ran.v8).value_or(pack.v8_version);
  return std::array{
      std::abs(pack.v8_version.major - wanted_v8.major),
      std::abs(pack.v8_version.minor - wanted_v8.minor), std::abs(node.major - wanted_node.major),
      std::abs(node.minor - wanted_node.minor), std::abs(node.build - wanted_node.build)};
}

// The packs that are nearest to what ran, without those that say the same as a nearer one.
std::vector<const v8::Metadata*> Nearest(Architecture architecture, const v8::BuildVersions& ran) {
  std::vector<const v8::Metadata*> packs;
  for (const v8::Metadata& pack : v8::Packs())
    if (pack.architecture == architecture) packs.push_back(&pack);
  std::ranges::stable_sort(packs, {}, [&](const auto* pack) { return Distance(*pack, ran); });
  std::vector<const v8::Metadata*> nearest;
  for (const v8::Metadata* const pack : packs) {
    if (nearest.size() == kMaxGuesses) break;
    if (std::ranges::none_of(nearest,
                             [&](const auto* other) { return other->values == pack->values; }))
      nearest.push_back(pack);
  }
  return nearest;
}

std::string Describe(const v8::BuildVersions& ran) {
  return ran.node.empty() ? "V8 " + ran.v8 : "Node " + ran.node;
}

}  // namespace

Result<std::vector<MetadataChoice>> FindMetadata(const MemorySource& memory,
                                                 std::span<const CoreFile::Module> modules,
                                                 std::string_view name, Progress& progress) {
  if (const v8::Metadata* const pack = FindByBuildId(modules))
    return std::vector{
        MetadataChoice{.metadata = *pack,
                       .exact = true,
                       .explanation = fmt::format("{}, told by the build id", pack->origin)}};
  NH_TRY(const v8::BuildVersions ran, v8::FindVersions(memory, progress));
  if (ran.node.empty() && ran.v8.empty()) return NotNode(name, memory.health().complete());
  std::vector<MetadataChoice> choices;
  for (const v8::Metadata* const pack : Nearest(memory.architecture(), ran)) {
    MetadataChoice choice{.metadata = *pack, .exact = false, .explanation = pack->origin};
    choice.explanation += pack->node_version == ran.node
                              ? ", chosen by its version: the build is another, or unknown"
                              : fmt::format(", the nearest to {}", Describe(ran));
    // What differs from build to build, unlike the layout of objects. Whether a build has the same
    // builtins, its isolates tell.
    choice.metadata.build_id.clear();
    choice.metadata.current_isolate.reset();
    choices.push_back(std::move(choice));
  }
  return choices;
}

}  // namespace nodeheap
