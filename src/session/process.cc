#include "session/process.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "memory/core_modules.h"
#include "session/process_metadata.h"
#include "v8/functions.h"
#include "v8/versions.h"

namespace nodeheap {
namespace {

struct Binary {
  std::shared_ptr<const ElfImage> image;
  uint64_t load_bias = 0;
  bool verified = false;  // its build id is that of a module of the process
};

std::string_view FileName(std::string_view path) { return path.substr(path.rfind('/') + 1); }

// Where Node's code may be: distributions put it into a library.
bool MayBeNode(const CoreFile::Module& module, bool is_main) {
  return is_main || FileName(module.path).starts_with("libnode");
}

// The binary that the user named, at its place in the process.
Result<Binary> OpenNamed(std::span<const CoreFile::Module> modules, const std::string& path) {
  NH_TRY(auto image, ElfImage::Open(path));
  for (const CoreFile::Module& module : modules)
    if (!module.build_id.empty() && module.build_id == image->build_id())
      return Binary{.image = image, .load_bias = module.load_bias, .verified = true};
  if (modules.empty()) return Binary{.image = image};
  const CoreFile::Module& main = modules.front();
  if (main.build_id.empty()) return Binary{.image = image, .load_bias = main.load_bias};
  return std::unexpected(Error{
      .code = ErrorCode::kInvalidArgument,
      .message =
          fmt::format("is not the executable of this process: its build id is {}, "
                      "that of the process is {}",
                      image->build_id().empty() ? "absent" : image->build_id(), main.build_id),
      .hint = fmt::format("the process ran {}; without --exe, nodeheap looks for it there, "
                          "and has tables for official builds",
                          main.path.empty() ? "an unknown program" : main.path),
      .file = path});
}

// The binary at the path that the process tells, if it is still the one that ran.
Binary FindBinary(std::span<const CoreFile::Module> modules) {
  for (const CoreFile::Module& module : modules) {
    if (!MayBeNode(module, &module == modules.data()) || module.build_id.empty()) continue;
    const auto image = ElfImage::Open(module.path);
    if (!image || (*image)->build_id() != module.build_id || !v8::ReadMetadata(**image)) continue;
    return {.image = *image, .load_bias = module.load_bias, .verified = true};
  }
  return {};
}

// How much of a heap is nothing that its constants could explain, in bytes.
uint64_t Unexplained(const v8::Heap& heap) {
  uint64_t bytes = 0;
  for (const v8::PageUsage& usage : heap.usage()) bytes += usage.unparsed;
  return bytes;
}

}  // namespace

Result<std::unique_ptr<Process>> Process::Open(Input input, const ProcessOptions& options,
                                               Progress& progress) {
  std::unique_ptr<Process> process(new Process);
  process->options_ = options;
  NH_TRY(process->core_, CoreFile::Open(std::move(input)));
  process->memory_ = process->core_;
  const auto modules = process->core_->modules();
  process->modules_.assign(modules.begin(), modules.end());
  NH_CHECK(process->FindV8(progress));
  return process;
}

Result<std::unique_ptr<Process>> Process::Attach(std::shared_ptr<const MemorySource> memory,
                                                 const ProcessOptions& options,
                                                 Progress& progress) {
  std::unique_ptr<Process> process(new Process);
  process->options_ = options;
  process->memory_ = std::move(memory);
  const MemorySource& attached = *process->memory_;
  CoreNotes notes;
  notes.files.assign(attached.files().begin(), attached.files().end());
  process->modules_ = FindModules(attached, notes, attached.regions());
  NH_CHECK(process->FindV8(progress));
  return process;
}

Result<void> Process::FindV8(Progress& progress) {
  if (!options_.source_maps.empty()) {
    NH_TRY(SourceMaps maps, SourceMaps::Open(options_.source_maps));
    source_maps_ = std::make_unique<SourceMaps>(std::move(maps));
  }
  NH_CHECK(FindImage());
  return OpenRuntime(progress);
}

Result<void> Process::FindImage() {
  Binary binary;
  if (options_.executable.empty()) {
    binary = FindBinary(modules_);
  } else {
    NH_TRY(binary, OpenNamed(modules_, options_.executable));
  }
  if (binary.image == nullptr) return {};
  image_ = std::move(binary.image);
  image_bias_ = binary.load_bias;
  // Of a live process nothing is absent.
  if (is_core()) core_->Attach(image_, image_bias_);
  image_verified_ = binary.verified;
  return {};
}

Result<void> Process::OpenRuntime(Progress& progress) {
  if (image_ != nullptr) {
    NH_TRY(v8::Metadata metadata, v8::ReadMetadata(*image_));
    if (!image_verified_) NH_CHECK(CheckVersion(metadata, progress));
    return TryMetadata({.metadata = std::move(metadata),
                        .exact = true,
                        .explanation = fmt::format("the executable {}", image_->path())});
  }
  NH_TRY(std::vector<MetadataChoice> choices, FindMetadata(*memory_, modules_, name(), progress));
  if (choices.size() == 1 && choices.front().exact) return TryMetadata(std::move(choices.front()));
  return Guess(std::move(choices), progress);
}

Result<void> Process::TryMetadata(MetadataChoice choice) {
  heap_.reset();
  NH_TRY(v8::Layout layout, v8::Layout::Resolve(choice.metadata));
  NH_TRY(v8::Runtime runtime, v8::Runtime::Open(*memory_, std::move(layout)));
  runtime_.emplace(std::move(runtime));
  if (source_maps_) runtime_->set_place_mapper(PlaceMapper());
  metadata_ = std::move(choice);
  return {};
}

v8::PlaceMapper Process::PlaceMapper() const {
  return [maps = source_maps_.get()](v8::SourcePlace& place) {
    const auto original = maps->Find(place.script_name, *place.line, *place.column);
    if (!original) return;
    place.script_name = original->file;
    place.line = original->line;
    place.column = original->column;
  };
}

// Where the build id cannot tell whether the executable is the one that ran, the version of V8 may
// tell that it is not.
Result<void> Process::CheckVersion(const v8::Metadata& metadata, Progress& progress) {
  NH_TRY(const v8::BuildVersions ran, v8::FindVersions(*memory_, progress));
  const auto version = v8::ParseVersion(ran.v8);
  if (version && *version != metadata.v8_version)
    return std::unexpected(
        Error{.code = ErrorCode::kInvalidArgument,
              .message = fmt::format("is not the executable of this process: it has V8 {}, the "
                                     "process has {}",
                                     v8::ToString(metadata.v8_version), ran.v8),
              .hint = ran.node.empty() ? "" : "the process ran Node " + ran.node,
              .file = image_->path()});
  health_.Add({Severity::kInfo, "unverified_executable",
               fmt::format("the core does not tell the build id of its executable: that {} is the "
                           "one that ran could not be checked",
                           image_->path())});
  return {};
}

// Of constants of other builds, those that explain the heap best.
Result<void> Process::Guess(std::vector<MetadataChoice> choices, Progress& progress) {
  size_t best = 0;
  size_t tried = 0;
  std::optional<uint64_t> least;
  Error error{.code = ErrorCode::kUnsupported,
              .message = "there is no built-in table for this architecture",
              .hint = "name the executable with --exe"};
  for (; tried < choices.size() && least != 0; ++tried) {
    const auto opened = TryMetadata(choices[tried]);
    const auto heap = opened ? WalkedHeap(progress) : std::unexpected(opened.error());
    if (!heap) {
      error = heap.error();
      if (error.code == ErrorCode::kCancelled) break;
      continue;
    }
    const uint64_t unexplained = Unexplained(**heap);
    if (least && *least <= unexplained) continue;
    least = unexplained;
    best = tried;
  }
  if (!least || error.code == ErrorCode::kCancelled) return std::unexpected(std::move(error));
  // The last one that was tried is open.
  if (best + 1 != tried) NH_CHECK(TryMetadata(std::move(choices[best])));
  health_.Add({Severity::kInfo, "approximate_constants",
               fmt::format("the constants are those of {}", metadata_.explanation)});
  return {};
}

Result<const v8::Heap*> Process::WalkedHeap(Progress& progress) {
  if (!heap_) {
    NH_TRY(v8::Heap heap, v8::Heap::Walk(*runtime_, progress, options_.threads));
    heap_health_ = heap.health();
    heap_.emplace(std::move(heap));
  }
  heap_asked_ = true;
  return &*heap_;
}

std::string_view Process::name() const {
  if (!is_core()) return modules_.empty() ? std::string_view() : modules_.front().path;
  return core_->arguments().empty() ? core_->command() : core_->arguments();
}

Health Process::health() const {
  Health health = health_;
  for (const HealthEntry& entry : memory_->health().entries()) health.Add(entry);
  if (source_maps_)
    for (const HealthEntry& entry : source_maps_->health().entries()) health.Add(entry);
  if (heap_asked_)
    for (const HealthEntry& entry : heap_health_.entries()) health.Add(entry);
  return health;
}

}  // namespace nodeheap
