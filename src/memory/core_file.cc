#include "memory/core_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "base/text.h"
#include "memory/core_modules.h"
#include "memory/core_notes.h"
#include "memory/core_segments.h"
#include "memory/elf_headers.h"
#include "memory/elf_image.h"
#include "memory/input.h"

namespace nodeheap {
namespace {

struct Attached {
  std::shared_ptr<const ElfImage> image;
  uint64_t load_bias;
};

std::unexpected<Error> Refuse(ErrorCode code, std::string message, std::string hint) {
  return std::unexpected(
      Error{.code = code, .message = std::move(message), .hint = std::move(hint)});
}

constexpr char kHowToMakeOne[] =
    "cores are written by gcore, or by Linux after ulimit -c unlimited";

Result<void> CheckIsCore(const Elf64_Ehdr& header) {
  switch (header.e_type) {
    case ET_CORE:
      return {};
    case ET_EXEC:
    case ET_DYN:
      return Refuse(ErrorCode::kInvalidArgument, "is an executable or library, not a core",
                    "name a core, and give the executable with --exe");
    case ET_REL:
      return Refuse(ErrorCode::kInvalidArgument, "is an object file, not a core", kHowToMakeOne);
    default:
      return Refuse(ErrorCode::kUnsupported,
                    fmt::format("is an ELF file of type {}, not a core", header.e_type),
                    kHowToMakeOne);
  }
}

Health Assess(const CoreSegments& segments, const CoreNotes& notes) {
  Health health;
  if (segments.missing_segments > 0) {
    health.Add({.severity = Severity::kDataLoss,
                .code = "truncated_core",
                .detail = fmt::format("the core ends early: {} of memory are missing, in {} of "
                                      "its segments",
                                      HumanSize(segments.missing_bytes), segments.missing_segments),
                .count = segments.missing_bytes});
  }
  if (notes.threads.empty()) {
    health.Add({.severity = Severity::kDataLoss,
                .code = "no_threads",
                .detail = "the core tells of no threads, so stacks and registers are missing"});
  }
  return health;
}

}  // namespace

struct CoreFile::Parts {
  Input input;
  Architecture architecture;
  CoreSegments segments;
  CoreNotes notes;
  Health health;
  std::vector<Module> modules = {};
  std::vector<Attached> attached = {};
};

Result<std::unique_ptr<CoreFile>> CoreFile::Open(const std::string& path, Progress& progress) {
  NH_TRY(Input input, Input::Open(path, progress));
  return Open(std::move(input));
}

Result<std::unique_ptr<CoreFile>> CoreFile::Open(Input input) {
  const std::string name = input.name();
  auto core = Parse(std::move(input));
  if (!core) core.error().file = name;
  return core;
}

Result<std::unique_ptr<CoreFile>> CoreFile::Parse(Input input) {
  const Bytes file = std::as_bytes(std::span(input.bytes()));
  if (!LooksLikeElf(input.bytes()))
    return Refuse(ErrorCode::kBadData, "is not an ELF core", kHowToMakeOne);
  NH_TRY(const Elf64_Ehdr header, ReadElfHeader(file));
  NH_CHECK(CheckIsCore(header));
  NH_TRY(const std::vector<Elf64_Phdr> headers, ReadProgramHeaders(file, header));
  CoreSegments segments = ReadSegments(file, headers);
  if (segments.mapped.empty())
    return Refuse(ErrorCode::kBadData, "is a core without memory", kHowToMakeOne);

  const Architecture architecture = ArchitectureOf(header);
  CoreNotes notes = ReadCoreNotes(file, headers, architecture);
  Health health = Assess(segments, notes);
  auto core = std::unique_ptr<CoreFile>(
      new CoreFile(std::make_unique<Parts>(Parts{.input = std::move(input),
                                                 .architecture = architecture,
                                                 .segments = std::move(segments),
                                                 .notes = std::move(notes),
                                                 .health = std::move(health)})));
  core->parts_->modules = FindModules(*core, core->parts_->notes, core->parts_->segments.mapped);
  return core;
}

CoreFile::CoreFile(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
CoreFile::~CoreFile() = default;

std::span<const std::byte> CoreFile::View(uint64_t address, uint64_t size) const {
  const auto& extents = parts_->segments.extents;
  const auto extent = parts_->segments.Find(address);
  if (extent != extents.end() && extent->start <= address)
    return {extent->bytes + (address - extent->start), std::min(size, extent->end - address)};
  // What the process saw may differ from the file where the core has bytes again.
  const uint64_t room = extent == extents.end() ? size : extent->start - address;
  for (const Attached& attached : parts_->attached) {
    const auto bytes =
        attached.image->ViewReadOnly(address - attached.load_bias, std::min(size, room));
    if (!bytes.empty()) return bytes;
  }
  return {};
}

bool CoreFile::MayHaveData(uint64_t address, uint64_t size) const {
  const auto extent = parts_->segments.Find(address);
  if (extent == parts_->segments.extents.end() || extent->start > address ||
      extent->end - address < size)
    return true;
  const Bytes file = std::as_bytes(std::span(parts_->input.bytes()));
  const auto offset = static_cast<size_t>(extent->bytes - file.data()) + (address - extent->start);
  return parts_->input.MayHaveData(offset, offset + size);
}

void CoreFile::Evict(uint64_t address, uint64_t size) const {
  const std::byte* const file = std::as_bytes(std::span(parts_->input.bytes())).data();
  const auto& extents = parts_->segments.extents;
  for (auto extent = parts_->segments.Find(address); extent != extents.end(); ++extent) {
    const uint64_t begin = std::max(extent->start, address);
    if (begin - address >= size) return;
    const uint64_t bytes = std::min(extent->end - begin, size - (begin - address));
    const auto offset = static_cast<size_t>(extent->bytes - file) + (begin - extent->start);
    parts_->input.Evict(offset, offset + bytes);
  }
}

void CoreFile::Attach(std::shared_ptr<const ElfImage> image, uint64_t load_bias) {
  parts_->attached.push_back({.image = std::move(image), .load_bias = load_bias});
}

Architecture CoreFile::architecture() const { return parts_->architecture; }
std::span<const MemoryRegion> CoreFile::regions() const { return parts_->segments.regions; }
std::span<const MemoryRegion> CoreFile::mapped() const { return parts_->segments.mapped; }
std::span<const ThreadState> CoreFile::threads() const { return parts_->notes.threads; }
std::span<const MappedFile> CoreFile::files() const { return parts_->notes.files; }
uint64_t CoreFile::signature_bits() const {
  const uint64_t told = parts_->notes.signature_bits;
  return told != 0 ? told : MemorySource::signature_bits();
}
const SignalInfo& CoreFile::signal() const { return parts_->notes.signal; }
uint32_t CoreFile::process_id() const { return parts_->notes.process_id; }
const Health& CoreFile::health() const { return parts_->health; }
const std::string& CoreFile::command() const { return parts_->notes.command; }
const std::string& CoreFile::arguments() const { return parts_->notes.arguments; }
uint64_t CoreFile::file_size() const { return parts_->input.bytes().size(); }
uint64_t CoreFile::missing_bytes() const { return parts_->segments.missing_bytes; }
std::span<const CoreFile::Module> CoreFile::modules() const { return parts_->modules; }

bool LooksLikeElf(std::string_view first_bytes) { return first_bytes.starts_with(ELFMAG); }

}  // namespace nodeheap
