#include "memory/elf_symbols.h"

#include <fmt/format.h>
#include <gelf.h>

#include <algorithm>
#include <memory>

namespace nodeheap {
namespace {

std::unexpected<Error> Damaged() {
  return std::unexpected(Error{.code = ErrorCode::kBadData,
                               .message = fmt::format("has damaged sections ({})", elf_errmsg(-1)),
                               .hint = "copy the file again"});
}

constexpr uint64_t kMaxNameBytes = 4096;  // the longest in Node.js 26 has 975

// The text at `offset`, which must end within `strings`.
std::string_view NameAt(Bytes strings, uint64_t offset) {
  const Bytes rest = Slice(strings, offset, kMaxNameBytes);
  const std::string_view text(reinterpret_cast<const char*>(rest.data()), rest.size());
  const size_t end = text.find('\0');
  return end == std::string_view::npos ? std::string_view() : text.substr(0, end);
}

bool HasPlace(const GElf_Sym& symbol) {
  switch (GELF_ST_TYPE(symbol.st_info)) {
    case STT_NOTYPE:
    case STT_OBJECT:
    case STT_FUNC:
    case STT_TLS:
    case STT_GNU_IFUNC:
      return symbol.st_shndx != SHN_UNDEF;
    default:
      return false;
  }
}

ElfSymbol Convert(const GElf_Sym& symbol, std::string_view name, GElf_Word table) {
  const auto type = GELF_ST_TYPE(symbol.st_info);
  return {.name = name,
          .address = symbol.st_value,
          .size = symbol.st_size,
          .is_function = type == STT_FUNC || type == STT_GNU_IFUNC,
          .is_exported = table == SHT_DYNSYM,
          .is_thread_local = type == STT_TLS};
}

// Appends the symbols of the section of this type. The gABI allows one of each.
Result<void> ReadTable(Elf* elf, GElf_Word type, Bytes file, std::vector<ElfSymbol>& symbols) {
  Elf_Scn* section = nullptr;
  GElf_Shdr header;
  do {
    section = elf_nextscn(elf, section);
    if (section == nullptr) return {};
    if (gelf_getshdr(section, &header) == nullptr) return Damaged();
  } while (header.sh_type != type);

  GElf_Shdr strings_header;
  if (gelf_getshdr(elf_getscn(elf, header.sh_link), &strings_header) == nullptr) return Damaged();
  const Bytes strings = Slice(file, strings_header.sh_offset, strings_header.sh_size);
  Elf_Data* const data = elf_getdata(section, nullptr);
  if (data == nullptr) return Damaged();
  GElf_Sym symbol;
  for (int i = 0; gelf_getsym(data, i, &symbol) != nullptr; ++i) {
    const std::string_view name = NameAt(strings, symbol.st_name);
    if (HasPlace(symbol) && !name.empty()) symbols.push_back(Convert(symbol, name, type));
  }
  return {};
}

}  // namespace

Result<std::vector<ElfSymbol>> ReadSymbols(Bytes file) {
  elf_version(EV_CURRENT);
  // libelf wants to be able to write, but does not.
  auto* const bytes = const_cast<char*>(reinterpret_cast<const char*>(file.data()));
  const std::unique_ptr<Elf, int (*)(Elf*)> elf(elf_memory(bytes, file.size()), &elf_end);
  if (elf == nullptr) return Damaged();
  std::vector<ElfSymbol> symbols;
  for (const GElf_Word type : {GElf_Word{SHT_DYNSYM}, GElf_Word{SHT_SYMTAB}})
    NH_CHECK(ReadTable(elf.get(), type, file, symbols));
  return symbols;
}

}  // namespace nodeheap
