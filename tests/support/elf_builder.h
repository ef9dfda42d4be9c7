// ELF files made by hand: cores, executables, and all that could be wrong with them.
#pragma once

#include <elf.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "memory/core_file.h"
#include "nodeheap/result.h"

namespace nodeheap::test {

struct ElfSegment {
  uint32_t type = PT_LOAD;
  uint32_t flags = PF_R | PF_W;
  uint64_t address = 0;
  std::string contents = {};
  uint64_t memory_bytes = 0;  // p_memsz, if more than the contents
  uint64_t gap_bytes = 0;     // left free in the file before the contents
  uint64_t alignment = 0;
  bool follows_file = false;   // in memory, it stands `address` + its place in the file
  bool is_whole_file = false;  // from the ELF header to the end of all contents; no own contents
};

struct ElfTableEntry {
  std::string name;
  uint64_t address = 0;
  uint64_t size = 0;
  unsigned char type = STT_FUNC;
  uint16_t section = 1;  // SHN_UNDEF: of another file
};

class ElfBuilder {
 public:
  explicit ElfBuilder(uint16_t type);

  ElfBuilder& Add(ElfSegment segment);
  ElfBuilder& AddNotes(const std::string& notes);
  ElfBuilder& AddSymbols(uint32_t section_type, std::vector<ElfTableEntry> entries);

  // Laid out as Linux does: the headers, then what each segment holds, in order of the calls, then
  // the sections.
  std::string Build() const;

  Elf64_Ehdr header = {};  // to be damaged; what has to fit the contents is computed

 private:
  struct Table {
    uint32_t type;
    std::vector<ElfTableEntry> entries;
  };
  void AppendSections(std::string& file, Elf64_Ehdr& final_header) const;

  std::vector<ElfSegment> segments_;
  std::vector<Table> tables_;
};

// The bytes of words, each in 8.
std::string Words(const std::vector<uint64_t>& words);

// Notes as they follow each other in a PT_NOTE segment.
std::string Note(std::string_view owner, uint32_t type, std::string_view contents);
// `registers` in the order of the kernel.
std::string ThreadNote(uint32_t id, uint16_t signal, const std::vector<uint64_t>& registers);
// `word` is where siginfo_t has si_addr or si_pid.
std::string SignalNote(int32_t number, int32_t code, uint64_t word);
std::string ProcessNote(uint32_t id, std::string_view command, std::string_view arguments);
std::string AuxiliaryNote(const std::vector<std::pair<uint64_t, uint64_t>>& entries);
std::string BuildIdNote(std::string_view id);

struct NotedFile {
  uint64_t start;
  uint64_t end;
  uint64_t page;  // of the file, in pages of 4096 bytes
  std::string path;
};
std::string FilesNote(const std::vector<NotedFile>& files);

// Opens what must open: throws the description of the error otherwise.
std::unique_ptr<CoreFile> OpenCore(std::string_view bytes);
// The error that opening gives, or one that says there was none.
Error CoreError(std::string_view bytes);
// What `memory` has at `address`, as text.
std::string TextAt(const MemorySource& memory, uint64_t address, uint64_t size);

}  // namespace nodeheap::test
