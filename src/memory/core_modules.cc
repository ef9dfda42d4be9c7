#include "memory/core_modules.h"

#include <algorithm>
#include <optional>
#include <set>
#include <string_view>

#include "memory/elf_headers.h"

namespace nodeheap {
namespace {

constexpr uint64_t kPageBytes = 4096;
constexpr uint64_t kMaxHeaderBytes = 16 << 10;  // of a module's beginning and of its notes
constexpr uint64_t kMaxPathBytes = 4096;        // PATH_MAX
constexpr uint64_t kElfMagic = 0x464C457F;

// The module whose ELF header is at `start`, without its path; nullopt if that memory is absent or
// holds something else.
std::optional<CoreFile::Module> ReadImage(const MemorySource& core, uint64_t start) {
  const Bytes beginning = core.View(start, kMaxHeaderBytes);
  if (ReadAt<uint32_t>(beginning, 0) != kElfMagic) return std::nullopt;
  const auto header = ReadElfHeader(beginning);
  if (!header || header->e_phnum == PN_XNUM) return std::nullopt;
  const auto segments = ReadProgramHeaders(beginning, *header);
  if (!segments) return std::nullopt;

  const auto first = std::ranges::find(*segments, uint32_t{PT_LOAD}, &Elf64_Phdr::p_type);
  if (first == segments->end()) return std::nullopt;
  const uint64_t bias = start - first->p_vaddr / kPageBytes * kPageBytes;
  CoreFile::Module module{.start = start, .end = start, .load_bias = bias};
  for (const Elf64_Phdr& segment : *segments) {
    if (segment.p_type == PT_LOAD)
      module.end = std::max(module.end, bias + segment.p_vaddr + segment.p_memsz);
  }
  module.build_id = FindBuildId(*segments, [&](const Elf64_Phdr& segment) {
    return core.View(bias + segment.p_vaddr, std::min(segment.p_filesz, kMaxHeaderBytes));
  });
  return module;
}

// The paths of which some part was mapped to be executed.
std::set<std::string_view> ExecutablePaths(std::span<const MemoryRegion> mapped,
                                           std::span<const MappedFile> files) {
  std::set<std::string_view> paths;
  for (const MappedFile& file : files) {
    const auto after = std::ranges::upper_bound(mapped, file.start, {}, &MemoryRegion::start);
    if (after == mapped.begin()) continue;
    const MemoryRegion& region = *std::prev(after);
    if (region.executable && file.start < region.end) paths.insert(file.path);
  }
  return paths;
}

// A module whose first page is absent. Linkers place what must not move below 4 GiB, and Linux maps
// everything else above.
CoreFile::Module WithoutPage(const MappedFile& file) {
  constexpr uint64_t kLowestMovable = uint64_t{4} << 30;
  return {.path = file.path,
          .start = file.start,
          .end = file.end,
          .load_bias = file.start < kLowestMovable ? 0 : file.start};
}

std::string PathAt(const MemorySource& core, uint64_t address) {
  const Bytes bytes = core.View(address, kMaxPathBytes);
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  return std::string(text.substr(0, text.find('\0')));
}

// Where modules may begin. qemu tells of no files, and a truncated core of gcore has lost its
// notes.
std::vector<MappedFile> Candidates(const CoreNotes& notes, std::span<const MemoryRegion> mapped) {
  if (!notes.files.empty()) return notes.files;
  std::vector<MappedFile> candidates;
  for (const MemoryRegion& region : mapped)
    candidates.push_back({.start = region.start, .end = region.end});
  return candidates;
}

}  // namespace

std::vector<CoreFile::Module> FindModules(const MemorySource& core, const CoreNotes& notes,
                                          std::span<const MemoryRegion> mapped) {
  const std::set<std::string_view> executable = ExecutablePaths(mapped, notes.files);
  std::vector<CoreFile::Module> modules;
  ptrdiff_t main = 0;  // by default the lowest, where Linux maps executables
  for (const MappedFile& file : Candidates(notes, mapped)) {
    if (file.offset != 0) continue;
    // Linkers may let several segments begin with the first page of a file.
    if (!modules.empty() && file.path == modules.back().path && file.start < modules.back().end)
      continue;
    const bool is_main = file.start <= notes.program_headers && notes.program_headers < file.end;
    if (auto module = ReadImage(core, file.start)) {
      module->path = file.path;
      modules.push_back(*std::move(module));
    } else if (is_main || executable.contains(file.path)) {
      modules.push_back(WithoutPage(file));
    } else {
      continue;
    }
    if (is_main) main = std::ssize(modules) - 1;
  }
  if (modules.empty()) return modules;
  std::rotate(modules.begin(), modules.begin() + main, modules.begin() + main + 1);
  if (modules.front().path.empty()) modules.front().path = PathAt(core, notes.executable_name);
  return modules;
}

}  // namespace nodeheap
