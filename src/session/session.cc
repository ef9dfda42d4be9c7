#include "nodeheap/session.h"

#include <fmt/format.h>

#include <charconv>
#include <utility>

#include "base/text.h"
#include "memory/core_file.h"
#include "memory/input.h"
#include "session/core_graph.h"
#include "session/process.h"
#include "session/snapshot_places.h"
#include "snapshot/load_snapshot.h"

namespace nodeheap {

namespace {

// Of "0x7f001234".
std::optional<uint64_t> ParseAddress(std::string_view text) {
  if (!text.starts_with("0x")) return std::nullopt;
  uint64_t address = 0;
  const auto [end, failed] =
      std::from_chars(text.data() + 2, text.data() + text.size(), address, 16);
  if (failed != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  // A tagged pointer, as registers and llnode show it, is the address plus 1 or 3.
  return address & ~uint64_t{3};
}

Column<int32_t> DistancesAsAnalyzed(std::span<const std::optional<explorer::Distance>> found) {
  Column<int32_t> distances(found.size());
  for (size_t i = 0; i < found.size(); ++i) {
    distances[i] = kNoDistance;
    if (found[i]) distances[i] = found[i]->steps + (found[i]->from_program ? 0 : kSystemDistance);
  }
  return distances;
}

ProcessOptions ProcessOptionsOf(const SessionOptions& options) {
  return {.executable = options.executable,
          .threads = options.threads,
          .source_maps = options.source_maps};
}

// Says whose error it is.
std::unexpected<Error> Placed(Error error, const std::string& path) {
  if (error.file.empty()) error.file = path;
  return std::unexpected(std::move(error));
}

}  // namespace

Session::Session(HeapGraph graph, Source source, SessionOptions options)
    : places_(std::make_unique<SnapshotPlaces>()),
      graph_(std::move(graph)),
      source_(std::move(source)),
      options_(std::move(options)) {}

Session::Session(std::unique_ptr<Process> process, Source source, SessionOptions options)
    : process_(std::move(process)),
      places_(std::make_unique<SnapshotPlaces>()),
      source_(std::move(source)),
      options_(std::move(options)) {}

Session::Session(Session&&) noexcept = default;
Session& Session::operator=(Session&&) noexcept = default;
Session::~Session() = default;

Result<Session> Session::Open(const std::string& path, const SessionOptions& options,
                              Progress& progress) {
  auto input = Input::Open(path, progress);
  if (!input) return Placed(std::move(input).error(), path);
  if (LooksLikeElf(input->bytes())) {
    auto process = Process::Open(*std::move(input), ProcessOptionsOf(options), progress);
    if (!process) return Placed(std::move(process).error(), path);
    return Session(*std::move(process), Source{.path = path, .kind = "core"}, options);
  }
  std::optional<SourceMaps> maps;
  if (!options.source_maps.empty()) {
    NH_TRY(maps, SourceMaps::Open(options.source_maps));
  }
  auto graph =
      LoadSnapshot(*input, {.partial = options.partial, .threads = options.threads}, progress);
  if (!graph) return Placed(std::move(graph).error(), path);
  Session session(*std::move(graph), Source{.path = path, .kind = "heapsnapshot"}, options);
  session.places_ = std::make_unique<SnapshotPlaces>(std::move(maps));
  return session;
}

Result<Session> Session::Attach(std::shared_ptr<const MemorySource> memory,
                                const SessionOptions& options, Progress& progress) {
  Source source{.path = fmt::format("process {}", memory->process_id()), .kind = "process"};
  auto process = Process::Attach(std::move(memory), ProcessOptionsOf(options), progress);
  if (!process) return Placed(std::move(process).error(), source.path);
  return Session(*std::move(process), std::move(source), options);
}

Result<void> Session::LoadGraph(Progress& progress) {
  graph_asked_ = true;
  if (graph_) {
    if (process_) process_->CountHeap();
    return {};
  }
  auto graph = BuildGraph(*process_, options_.isolate, progress, options_.threads);
  if (!graph) return Placed(std::move(graph).error(), source_.path);
  graph_ = *std::move(graph);
  return {};
}

Result<Session> Session::Unreachable(Progress& progress) const {
  return PartOfCore(HeapPart::kUnreachable, progress,
                    {.code = ErrorCode::kInvalidArgument,
                     .message = "is a heap snapshot, which is written without garbage",
                     .hint = "only a core has objects that nothing refers to any more"});
}

Result<Session> Session::ObjectsAlone(Progress& progress) const {
  return PartOfCore(HeapPart::kReachableObjects, progress,
                    {.code = ErrorCode::kInvalidArgument,
                     .message = "is a heap snapshot, which is read with its references",
                     .hint = "only of a core can they be left out"});
}

Result<Session> Session::PartOfCore(HeapPart part, Progress& progress, Error otherwise) const {
  if (!process_) return Placed(std::move(otherwise), source_.path);
  auto graph = BuildGraph(*process_, options_.isolate, progress, options_.threads, part);
  if (!graph) return Placed(std::move(graph).error(), source_.path);
  return Session(*std::move(graph), source_, options_);
}

Result<std::optional<Session>> Session::ReferencesTo(std::string_view text,
                                                     Progress& progress) const {
  const auto address = ParseAddress(text);
  if (!process_ || !address) return std::nullopt;
  auto found = FindReferencesTo(*process_, options_.isolate, *address, progress, options_.threads);
  if (!found) return Placed(std::move(found).error(), source_.path);
  if (!*found) return std::nullopt;
  explorer::ReferencesToOne& references = **found;
  Session session(std::move(references.graph), source_, options_);
  session.analysis_.shallow_sizes = std::move(references.shallow_sizes);
  session.analysis_.distances = DistancesAsAnalyzed(references.distances);
  session.computed_ = Need::kDistances | Need::kShallowSizes;
  return session;
}

void Session::BeginQuery() {
  asked_ = Need::kNames;
  graph_asked_ = false;
  if (process_) process_->BeginQuery();
}

Health Session::health() const {
  Health health = process_ ? process_->health() : places_->health();
  if (graph_ && (graph_asked_ || !process_))
    for (const HealthEntry& entry : graph_->health().entries()) health.Add(entry);
  return health;
}

Result<void> Session::Prepare(Need need, Progress& progress) {
  asked_ = asked_ | WithImplied(need);
  const Need wanted = computed_.value_or(Need::kNames) | asked_;
  if (wanted == computed_) return {};
  NH_TRY(analysis_, Analyze(*graph_, wanted, progress, options_.threads));
  computed_ = wanted;
  return {};
}

Result<void> Session::WriteSnapshot(const std::optional<Redaction>& redaction, const ByteSink& sink,
                                    Progress& progress) const {
  return nodeheap::WriteSnapshot(*graph_, redaction, sink, progress);
}

Result<Remains> Session::FindRemains(const Session& redacted, const RemainsOptions& options,
                                     Progress& progress) const {
  return nodeheap::FindRemains(graph(), redacted.graph(), options, progress);
}

Result<NodeId> Session::FindNode(std::string_view text) const {
  const auto invalid = [&](std::string message, std::string hint) {
    return std::unexpected(Error{.code = ErrorCode::kInvalidArgument,
                                 .message = std::move(message),
                                 .hint = std::move(hint)});
  };
  if (text.starts_with("0x")) return FindAddress(text);
  const std::string_view digits = text.starts_with('@') ? text.substr(1) : text;
  uint64_t number = 0;
  const auto [end, failed] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (failed != std::errc{} || end != digits.data() + digits.size()) {
    return invalid(fmt::format("\"{}\" does not name a node", text),
                   "nodes are named by their id, such as @123");
  }
  if (const auto node = graph_->Find(ObjectId{number})) return *node;
  return std::unexpected(Error{.code = ErrorCode::kNotFound,
                               .message = fmt::format("there is no node @{} in this dump", number),
                               .hint = "findjsinstances lists the ids of a class",
                               .file = source_.path});
}

Result<NodeId> Session::FindAddress(std::string_view text) const {
  const auto fail = [&](ErrorCode code, std::string message, std::string hint) {
    return std::unexpected(Error{.code = code,
                                 .message = std::move(message),
                                 .hint = std::move(hint),
                                 .file = source_.path});
  };
  if (!graph_->has_addresses())
    return fail(ErrorCode::kInvalidArgument,
                fmt::format("a heap snapshot has no addresses, so there is no node \"{}\"", text),
                "name a node by its id, such as @123");
  const auto address = ParseAddress(text);
  if (!address)
    return fail(ErrorCode::kInvalidArgument, fmt::format("\"{}\" is no address", text),
                "addresses are hexadecimal, such as 0x7f0012345678");
  if (const auto node = graph_->FindAddress(*address)) return *node;
  return fail(ErrorCode::kNotFound, fmt::format("no object starts at {}", text),
              fmt::format("nodeheap whatis tells what is there"));
}

std::string Session::PlaceText(const Location& location) const {
  return places_->Text(*graph_, location);
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
