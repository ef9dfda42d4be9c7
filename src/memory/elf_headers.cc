#include "memory/elf_headers.h"

#include <fmt/format.h>

#include <utility>

namespace nodeheap {
namespace {

constexpr uint64_t kMaxBuildIdBytes = 64;     // GNU's have 20, others up to 32
constexpr uint64_t kMaxNoteBytes = 64 << 10;  // of one file, as its segments may overlap

std::unexpected<Error> Unsupported(std::string message) {
  return std::unexpected(Error{.code = ErrorCode::kUnsupported,
                               .message = std::move(message),
                               .hint = "nodeheap reads those of 64-bit Linux on x64 and arm64"});
}

std::unexpected<Error> EndsInHeaders(uint64_t file_bytes) {
  return std::unexpected(
      Error{.code = ErrorCode::kTruncated,
            .message = fmt::format("ends within its ELF headers, after {} bytes", file_bytes),
            .hint = "copy the file again"});
}

// e_phnum has 16 bits. If they do not suffice, section 0 has the number, in a table that Linux
// writes to the end of a core. Without it we know that Linux puts the notes behind the headers.
uint64_t CountProgramHeaders(Bytes file, const Elf64_Ehdr& header) {
  if (header.e_phnum != PN_XNUM) return header.e_phnum;
  if (const auto section = ReadAt<Elf64_Shdr>(file, header.e_shoff); section && header.e_shoff != 0)
    return section->sh_info;
  const auto first = ReadAt<Elf64_Phdr>(file, header.e_phoff);
  if (!first || first->p_type != PT_NOTE || first->p_offset < header.e_phoff) return PN_XNUM;
  return (first->p_offset - header.e_phoff) / sizeof(Elf64_Phdr);
}

constexpr uint64_t AlignUp(uint64_t offset, uint64_t alignment) {
  return (offset + alignment - 1) / alignment * alignment;
}

std::string Hex(Bytes id) {
  std::string hex;
  for (const std::byte byte : Slice(id, 0, kMaxBuildIdBytes))
    hex += fmt::format("{:02x}", std::to_integer<unsigned>(byte));
  return hex;
}

}  // namespace

Result<Elf64_Ehdr> ReadElfHeader(Bytes file) {
  const auto ident = ReadAt<std::array<unsigned char, EI_NIDENT>>(file, 0);
  if (!ident) return EndsInHeaders(file.size());
  if ((*ident)[EI_CLASS] == ELFCLASS32) return Unsupported("is a 32-bit ELF file");
  if ((*ident)[EI_DATA] == ELFDATA2MSB) return Unsupported("is a big-endian ELF file");
  if ((*ident)[EI_CLASS] != ELFCLASS64 || (*ident)[EI_DATA] != ELFDATA2LSB) {
    return std::unexpected(Error{.code = ErrorCode::kBadData,
                                 .message = "has a damaged ELF header",
                                 .hint = "copy the file again"});
  }
  const auto header = ReadAt<Elf64_Ehdr>(file, 0);
  if (!header) return EndsInHeaders(file.size());
  if (header->e_machine != EM_X86_64 && header->e_machine != EM_AARCH64)
    return Unsupported(fmt::format("is an ELF file of another machine ({})", header->e_machine));
  return *header;
}

Architecture ArchitectureOf(const Elf64_Ehdr& header) {
  return header.e_machine == EM_AARCH64 ? Architecture::kArm64 : Architecture::kX64;
}

Result<std::vector<Elf64_Phdr>> ReadProgramHeaders(Bytes file, const Elf64_Ehdr& header) {
  const uint64_t count = CountProgramHeaders(file, header);
  if (count > 0 && header.e_phentsize != sizeof(Elf64_Phdr)) {
    return std::unexpected(
        Error{.code = ErrorCode::kBadData,
              .message = fmt::format("has program headers of {} bytes", header.e_phentsize),
              .hint = "copy the file again"});
  }
  const Bytes table = Slice(file, header.e_phoff, count * sizeof(Elf64_Phdr));
  if (table.size() != count * sizeof(Elf64_Phdr)) return EndsInHeaders(file.size());
  std::vector<Elf64_Phdr> headers(count);
  if (count > 0) std::memcpy(headers.data(), table.data(), table.size());
  return headers;
}

// Alignments of 0 and 1 are seen too, and mean 4.
NoteReader::NoteReader(Bytes segment, uint64_t alignment)
    : segment_(segment), alignment_(alignment == 8 ? 8 : 4) {}

std::optional<ElfNote> NoteReader::Next() {
  const auto header = ReadAt<Elf64_Nhdr>(segment_, at_);
  if (!header) return std::nullopt;
  const uint64_t owner_at = at_ + sizeof(Elf64_Nhdr);
  const uint64_t contents_at = AlignUp(owner_at + header->n_namesz, alignment_);
  const Bytes owner = Slice(segment_, owner_at, header->n_namesz);
  const Bytes contents = Slice(segment_, contents_at, header->n_descsz);
  if (owner.size() != header->n_namesz || contents.size() != header->n_descsz) return std::nullopt;
  at_ = AlignUp(contents_at + header->n_descsz, alignment_);
  const std::string_view name(reinterpret_cast<const char*>(owner.data()), owner.size());
  return ElfNote{
      .owner = name.substr(0, name.find('\0')), .type = header->n_type, .contents = contents};
}

std::string FindBuildId(std::span<const Elf64_Phdr> headers,
                        const std::function<Bytes(const Elf64_Phdr&)>& contents) {
  uint64_t bytes_left = kMaxNoteBytes;
  for (const Elf64_Phdr& header : headers) {
    if (header.p_type != PT_NOTE) continue;
    const Bytes segment = Slice(contents(header), 0, bytes_left);
    bytes_left -= segment.size();
    NoteReader notes(segment, header.p_align);
    while (const auto note = notes.Next())
      if (note->owner == ELF_NOTE_GNU && note->type == NT_GNU_BUILD_ID) return Hex(note->contents);
  }
  return {};
}

}  // namespace nodeheap
