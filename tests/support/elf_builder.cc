#include "support/elf_builder.h"

#include <algorithm>
#include <cstring>
#include <stdexcept>

#include "support/memory_file.h"

namespace nodeheap::test {
namespace {

template <typename T>
std::string_view BytesOf(const T& value) {
  return {reinterpret_cast<const char*>(&value), sizeof(value)};
}

template <typename T>
void Put(std::string& bytes, size_t at, const T& value) {
  std::memcpy(bytes.data() + at, &value, sizeof(value));
}

std::string Padded(std::string_view bytes, size_t alignment) {
  std::string padded(bytes);
  padded.resize((padded.size() + alignment - 1) / alignment * alignment);
  return padded;
}

}  // namespace

ElfBuilder::ElfBuilder(uint16_t type) {
  std::memcpy(header.e_ident, ELFMAG, SELFMAG);
  header.e_ident[EI_CLASS] = ELFCLASS64;
  header.e_ident[EI_DATA] = ELFDATA2LSB;
  header.e_ident[EI_VERSION] = EV_CURRENT;
  header.e_type = type;
  header.e_machine = EM_X86_64;
  header.e_version = EV_CURRENT;
  header.e_ehsize = sizeof(Elf64_Ehdr);
  header.e_phentsize = sizeof(Elf64_Phdr);
  header.e_shentsize = sizeof(Elf64_Shdr);
}

ElfBuilder& ElfBuilder::Add(ElfSegment segment) {
  segments_.push_back(std::move(segment));
  return *this;
}

ElfBuilder& ElfBuilder::AddNotes(const std::string& notes) {
  return Add({.type = PT_NOTE, .flags = 0, .contents = notes});
}

ElfBuilder& ElfBuilder::AddSymbols(uint32_t section_type, std::vector<ElfTableEntry> entries) {
  tables_.push_back({.type = section_type, .entries = std::move(entries)});
  return *this;
}

std::string ElfBuilder::Build() const {
  std::string file(sizeof(Elf64_Ehdr) + segments_.size() * sizeof(Elf64_Phdr), '\0');
  std::vector<Elf64_Phdr> headers;
  for (const ElfSegment& segment : segments_) {
    file.resize(file.size() + segment.gap_bytes);
    const uint64_t offset = segment.is_whole_file ? 0 : file.size();
    headers.push_back({.p_type = segment.type,
                       .p_flags = segment.flags,
                       .p_offset = offset,
                       .p_vaddr = segment.address + (segment.follows_file ? offset : 0),
                       .p_paddr = 0,
                       .p_filesz = segment.contents.size(),
                       .p_memsz = std::max<uint64_t>(segment.memory_bytes, segment.contents.size()),
                       .p_align = segment.alignment});
    file += segment.contents;
  }
  for (size_t i = 0; i < headers.size(); ++i) {
    if (segments_[i].is_whole_file) headers[i].p_filesz = headers[i].p_memsz = file.size();
    Put(file, sizeof(Elf64_Ehdr) + i * sizeof(Elf64_Phdr), headers[i]);
  }

  Elf64_Ehdr final_header = header;
  final_header.e_phoff = sizeof(Elf64_Ehdr);
  final_header.e_phnum = static_cast<uint16_t>(std::min<size_t>(headers.size(), PN_XNUM));
  if (!tables_.empty() || headers.size() >= PN_XNUM) AppendSections(file, final_header);
  Put(file, 0, final_header);
  return file;
}

// Section 0, a section for symbols to be in, then two for each table: the symbols, their names.
void ElfBuilder::AppendSections(std::string& file, Elf64_Ehdr& final_header) const {
  std::vector<Elf64_Shdr> sections(2 + 2 * tables_.size());
  sections[0].sh_info = static_cast<uint32_t>(segments_.size());
  sections[1].sh_type = SHT_PROGBITS;
  for (size_t i = 0; i < tables_.size(); ++i) {
    std::string symbols(sizeof(Elf64_Sym), '\0');
    std::string names(1, '\0');
    for (const ElfTableEntry& entry : tables_[i].entries) {
      symbols += BytesOf(
          Elf64_Sym{.st_name = static_cast<uint32_t>(names.size()),
                    .st_info = static_cast<unsigned char>(ELF64_ST_INFO(STB_GLOBAL, entry.type)),
                    .st_other = 0,
                    .st_shndx = entry.section,
                    .st_value = entry.address,
                    .st_size = entry.size});
      names += entry.name + '\0';
    }
    file = Padded(file, 8);
    Elf64_Shdr& table = sections[2 + 2 * i];
    table.sh_type = tables_[i].type;
    table.sh_offset = file.size();
    table.sh_size = symbols.size();
    table.sh_entsize = sizeof(Elf64_Sym);
    table.sh_link = static_cast<uint32_t>(3 + 2 * i);
    file += symbols;
    Elf64_Shdr& strings = sections[3 + 2 * i];
    strings.sh_type = SHT_STRTAB;
    strings.sh_offset = file.size();
    strings.sh_size = names.size();
    file += names;
  }
  file = Padded(file, 8);
  final_header.e_shoff = file.size();
  final_header.e_shnum = static_cast<uint16_t>(sections.size());
  for (const Elf64_Shdr& section : sections) file += BytesOf(section);
}

std::string Words(const std::vector<uint64_t>& words) {
  return {reinterpret_cast<const char*>(words.data()), words.size() * sizeof(uint64_t)};
}

std::string Note(std::string_view owner, uint32_t type, std::string_view contents) {
  const std::string name = std::string(owner) + '\0';
  const Elf64_Nhdr note{.n_namesz = static_cast<uint32_t>(name.size()),
                        .n_descsz = static_cast<uint32_t>(contents.size()),
                        .n_type = type};
  return std::string(BytesOf(note)) + Padded(name, 4) + Padded(contents, 4);
}

std::string ThreadNote(uint32_t id, uint16_t signal, const std::vector<uint64_t>& registers) {
  std::string status(112, '\0');
  Put(status, 12, signal);
  Put(status, 32, id);
  return Note("CORE", NT_PRSTATUS, status + Words(registers) + std::string(8, '\0'));
}

std::string SignalNote(int32_t number, int32_t code, uint64_t word) {
  std::string info(128, '\0');
  Put(info, 0, number);
  Put(info, 8, code);
  Put(info, 16, word);
  return Note("CORE", NT_SIGINFO, info);
}

std::string ProcessNote(uint32_t id, std::string_view command, std::string_view arguments) {
  std::string info(136, '\0');
  Put(info, 24, id);
  command.copy(info.data() + 40, 16);
  arguments.copy(info.data() + 56, 80);
  return Note("CORE", NT_PRPSINFO, info);
}

std::string AuxiliaryNote(const std::vector<std::pair<uint64_t, uint64_t>>& entries) {
  std::vector<uint64_t> words;
  for (const auto& [type, value] : entries) words.insert(words.end(), {type, value});
  words.insert(words.end(), {AT_NULL, 0});
  return Note("CORE", NT_AUXV, Words(words));
}

std::string BuildIdNote(std::string_view id) { return Note("GNU", NT_GNU_BUILD_ID, id); }

std::string FilesNote(const std::vector<NotedFile>& files) {
  std::vector<uint64_t> words = {files.size(), 4096};
  std::string paths;
  for (const NotedFile& file : files) {
    words.insert(words.end(), {file.start, file.end, file.page});
    paths += file.path + '\0';
  }
  return Note("CORE", NT_FILE, Words(words) + paths);
}

std::unique_ptr<CoreFile> OpenCore(std::string_view bytes) {
  const MemoryFile file(bytes);
  Progress progress;
  auto core = CoreFile::Open(file.path(), progress);
  if (!core) throw std::runtime_error(Describe(core.error()));
  return *std::move(core);
}

Error CoreError(std::string_view bytes) {
  const MemoryFile file(bytes);
  Progress progress;
  auto core = CoreFile::Open(file.path(), progress);
  if (core) return Error{.code = ErrorCode::kInvalidArgument, .message = "no error"};
  return std::move(core).error();
}

std::string TextAt(const MemorySource& memory, uint64_t address, uint64_t size) {
  const auto bytes = memory.View(address, size);
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

}  // namespace nodeheap::test
