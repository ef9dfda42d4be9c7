#include "memory/elf_image.h"

#include <algorithm>
#include <functional>
#include <utility>

#include "memory/elf_headers.h"
#include "memory/elf_symbols.h"
#include "memory/input.h"

namespace nodeheap {
namespace {

constexpr uint64_t kPageBytes = 4096;

// A program has a hundred thousand symbols, so names are not kept once more.
struct NameHash {
  uint32_t hash;
  uint32_t symbol;  // its index
  static uint32_t Of(std::string_view name) {
    return static_cast<uint32_t>(std::hash<std::string_view>()(name));
  }
  auto operator<=>(const NameHash&) const = default;
};

struct Segment {
  uint64_t start = 0;
  Bytes bytes;
  bool writable = false;
  bool executable = false;

  bool Contains(uint64_t address) const {
    return address >= start && address - start < bytes.size();
  }
};

// Both tables have the exported symbols, the dynamic one before the other. Ascending by address.
std::vector<ElfSymbol> SortedAndUnique(std::vector<ElfSymbol> symbols) {
  const auto key = [](const ElfSymbol& symbol) { return std::pair(symbol.address, symbol.name); };
  std::ranges::stable_sort(symbols, {}, key);
  const auto copies = std::ranges::unique(symbols, {}, key);
  symbols.erase(copies.begin(), copies.end());
  return symbols;
}

std::unexpected<Error> EndsEarly() {
  return std::unexpected(Error{.code = ErrorCode::kTruncated,
                               .message = "ends before what its headers promise",
                               .hint = "copy the file again"});
}

Result<void> CheckIsImage(const Elf64_Ehdr& header) {
  if (header.e_type == ET_EXEC || header.e_type == ET_DYN) return {};
  return std::unexpected(Error{.code = ErrorCode::kInvalidArgument,
                               .message = header.e_type == ET_CORE
                                              ? "is a core, not an executable"
                                              : "is not an executable or library",
                               .hint = "name the node program that the process ran"});
}

}  // namespace

struct ElfImage::Parts {
  Input input;
  Architecture architecture;
  std::string build_id = {};
  std::vector<Segment> segments = {};  // ascending
  std::optional<Elf64_Phdr> thread_local_block = {};
  std::vector<ElfSymbol> symbols = {};
  std::vector<uint32_t> functions = {};  // of `symbols`, their indexes
  std::vector<NameHash> by_name = {};    // ascending

  Result<void> AddSegments(Bytes file, std::span<const Elf64_Phdr> headers);
  void AddSymbols(std::vector<ElfSymbol> found);

  const Segment* Find(uint64_t address) const {
    const auto after = std::ranges::upper_bound(segments, address, {}, &Segment::start);
    if (after == segments.begin() || !std::prev(after)->Contains(address)) return nullptr;
    return &*std::prev(after);
  }
};

Result<void> ElfImage::Parts::AddSegments(Bytes file, std::span<const Elf64_Phdr> headers) {
  for (const Elf64_Phdr& header : headers) {
    const Bytes bytes = Slice(file, header.p_offset, header.p_filesz);
    if (bytes.size() < header.p_filesz) return EndsEarly();
    if (header.p_type == PT_TLS) thread_local_block = header;
    if (header.p_type != PT_LOAD) continue;
    segments.push_back({.start = header.p_vaddr,
                        .bytes = bytes,
                        .writable = (header.p_flags & PF_W) != 0,
                        .executable = (header.p_flags & PF_X) != 0});
  }
  std::ranges::stable_sort(segments, {}, &Segment::start);
  build_id = FindBuildId(headers, [&](const Elf64_Phdr& header) {
    return Slice(file, header.p_offset, header.p_filesz);
  });
  return {};
}

void ElfImage::Parts::AddSymbols(std::vector<ElfSymbol> found) {
  symbols = SortedAndUnique(std::move(found));
  symbols.shrink_to_fit();
  by_name.reserve(symbols.size());
  for (uint32_t i = 0; i < symbols.size(); ++i) {
    if (symbols[i].is_function) functions.push_back(i);
    by_name.push_back({.hash = NameHash::Of(symbols[i].name), .symbol = i});
  }
  std::ranges::sort(by_name);
}

Result<std::shared_ptr<const ElfImage>> ElfImage::Open(const std::string& path) {
  Progress progress;
  NH_TRY(Input input, Input::Open(path, progress));
  auto image = Parse(std::move(input));
  if (!image) image.error().file = path;
  return image;
}

Result<std::shared_ptr<const ElfImage>> ElfImage::Parse(Input input) {
  const Bytes file = std::as_bytes(std::span(input.bytes()));
  if (!input.bytes().starts_with(ELFMAG)) {
    return std::unexpected(Error{.code = ErrorCode::kBadData,
                                 .message = "is not an ELF executable",
                                 .hint = "name the node program itself, not a script that starts "
                                         "it"});
  }
  NH_TRY(const Elf64_Ehdr header, ReadElfHeader(file));
  NH_CHECK(CheckIsImage(header));
  NH_TRY(const std::vector<Elf64_Phdr> headers, ReadProgramHeaders(file, header));
  auto parts = std::make_unique<Parts>(
      Parts{.input = std::move(input), .architecture = ArchitectureOf(header)});
  NH_CHECK(parts->AddSegments(file, headers));
  const uint64_t section_bytes = uint64_t{header.e_shnum} * header.e_shentsize;
  if (Slice(file, header.e_shoff, section_bytes).size() < section_bytes) return EndsEarly();
  NH_TRY(std::vector<ElfSymbol> symbols, ReadSymbols(file));
  parts->AddSymbols(std::move(symbols));
  return std::shared_ptr<const ElfImage>(new ElfImage(std::move(parts)));
}

ElfImage::ElfImage(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
ElfImage::~ElfImage() = default;

const std::string& ElfImage::path() const { return parts_->input.name(); }
Architecture ElfImage::architecture() const { return parts_->architecture; }
const std::string& ElfImage::build_id() const { return parts_->build_id; }
std::span<const ElfSymbol> ElfImage::symbols() const { return parts_->symbols; }

uint64_t ElfImage::lowest_address() const {
  return parts_->segments.empty() ? 0 : parts_->segments.front().start / kPageBytes * kPageBytes;
}

std::optional<ElfSymbol> ElfImage::FindSymbol(std::string_view name) const {
  const ElfSymbol* found = nullptr;
  for (const NameHash& each :
       std::ranges::equal_range(parts_->by_name, NameHash::Of(name), {}, &NameHash::hash)) {
    const ElfSymbol& symbol = parts_->symbols[each.symbol];
    if (symbol.name != name) continue;
    if (found == nullptr || (symbol.is_exported && !found->is_exported)) found = &symbol;
  }
  return found == nullptr ? std::nullopt : std::optional(*found);
}

std::optional<ElfSymbol> ElfImage::FindFunction(uint64_t address) const {
  const Segment* const segment = parts_->Find(address);
  if (segment == nullptr || !segment->executable) return std::nullopt;
  const auto& functions = parts_->functions;
  const auto at = [&](uint32_t symbol) -> const ElfSymbol& { return parts_->symbols[symbol]; };
  const auto address_of = [&](uint32_t symbol) { return at(symbol).address; };
  const auto after = std::ranges::upper_bound(functions, address, {}, address_of);
  if (after == functions.begin()) return std::nullopt;
  // One function may have several names, with and without a size.
  const uint64_t start = address_of(*std::prev(after));
  for (auto it = after; it != functions.begin() && address_of(*std::prev(it)) == start; --it) {
    const ElfSymbol& function = at(*std::prev(it));
    if (function.size == 0 || address - start < function.size) return function;
  }
  return std::nullopt;
}

std::span<const std::byte> ElfImage::View(uint64_t address, uint64_t size) const {
  const Segment* const segment = parts_->Find(address);
  if (segment == nullptr) return {};
  return Slice(segment->bytes, address - segment->start, size);
}

std::span<const std::byte> ElfImage::ViewReadOnly(uint64_t address, uint64_t size) const {
  const Segment* const segment = parts_->Find(address);
  if (segment == nullptr || segment->writable) return {};
  return Slice(segment->bytes, address - segment->start, size);
}

void ElfImage::Evict() const { parts_->input.Evict(0, parts_->input.bytes().size()); }

// The block lies below the thread pointer on x64 and above it, after two words, on arm64; in both
// cases as far away as its alignment asks (U. Drepper, ELF Handling For Thread-Local Storage).
std::optional<int64_t> ElfImage::ThreadPointerOffset(const ElfSymbol& symbol) const {
  const auto& block = parts_->thread_local_block;
  if (!block || !symbol.is_thread_local) return std::nullopt;
  constexpr uint64_t kReserved = 16;
  const uint64_t mask = block->p_align > 1 ? block->p_align - 1 : 0;
  const uint64_t block_offset =
      parts_->architecture == Architecture::kArm64
          ? kReserved + ((block->p_vaddr - kReserved) & mask)
          : -(block->p_memsz + (-(block->p_vaddr + block->p_memsz) & mask));
  return static_cast<int64_t>(block_offset + symbol.address);
}

}  // namespace nodeheap
