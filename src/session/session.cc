#include "nodeheap/session.h"

#include <fmt/format.h>

#include <charconv>
#include <utility>

#include "base/text.h"
#include "nodeheap/snapshot.h"

namespace nodeheap {
Result<Session> Session::Open(const std::string& path, const SessionOptions& options,
                              Progress& progress) {
  const LoadOptions load{.partial = options.partial, .threads = options.threads};
  auto graph = LoadSnapshot(path, load, progress);
  if (!graph) {
    Error error = std::move(graph).error();
    if (error.file.empty()) error.file = path;
    return std::unexpected(std::move(error));
  }
  return Session(*std::move(graph), Source{.path = path, .kind = "heapsnapshot"}, options);
}

Result<void> Session::Prepare(Need need, Progress& progress) {
  const Need wanted = computed_.value_or(Need::kNames) | WithImplied(need);
  if (wanted == computed_) return {};
  NH_TRY(analysis_, Analyze(graph_, wanted, progress, options_.threads));
  computed_ = wanted;
  return {};
}

Result<NodeId> Session::FindNode(std::string_view text) const {
  const auto invalid = [&](std::string message, std::string hint) {
    return std::unexpected(Error{.code = ErrorCode::kInvalidArgument,
                                 .message = std::move(message),
                                 .hint = std::move(hint)});
  };
  if (text.starts_with("0x")) {
    return invalid(
        fmt::format("a heap snapshot has no addresses, so there is no node \"{}\"", text),
        "name a node by its id, such as @123");
  }
  const std::string_view digits = text.starts_with('@') ? text.substr(1) : text;
  uint64_t number = 0;
  const auto [end, failed] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (failed != std::errc{} || end != digits.data() + digits.size()) {
    return invalid(fmt::format("\"{}\" does not name a node", text),
                   "nodes are named by their id, such as @123");
  }
  if (const auto node = graph_.Find(ObjectId{number})) return *node;
  return std::unexpected(Error{.code = ErrorCode::kNotFound,
                               .message = fmt::format("there is no node @{} in this dump", number),
                               .hint = "findjsinstances lists the ids of a class",
                               .file = source_.path});
}

Result<std::vector<uint32_t>> Session::FindClass(std::string_view name) const {
  const std::vector<ClassInfo>& infos = analysis_.classes.infos;
  std::vector<uint32_t> exact;
  std::vector<uint32_t> folded;
  std::vector<std::string_view> names;
  const std::string lower = AsciiLower(name);
  for (uint32_t i = 0; i < infos.size(); ++i) {
    if (infos[i].instances == 0) continue;
    names.push_back(infos[i].name);
    if (infos[i].name == name) exact.push_back(i);
    if (AsciiLower(infos[i].name) == lower) folded.push_back(i);
  }
  if (!exact.empty()) return exact;
  if (!folded.empty()) return folded;
  std::string hint = "findjsobjects lists the classes";
  if (const std::string similar = Suggest(name, names); !similar.empty())
    hint = fmt::format("did you mean {}?", similar);
  return std::unexpected(
      Error{.code = ErrorCode::kNotFound,
            .message = fmt::format("there is no class \"{}\" in this dump", name),
            .hint = std::move(hint),
            .file = source_.path});
}

}  // namespace nodeheap
