// The headers and notes that cores and executables share, in files and in the pages of a process.
// libelf has these too, but it refuses files that end early, as many cores do. The layouts are
// those of the System V gABI, chapters 4 and 5.
#pragma once

#include <elf.h>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "memory/bytes.h"
#include "nodeheap/memory.h"
#include "nodeheap/result.h"

namespace nodeheap {

// The header of a file that nodeheap could read: 64-bit, little-endian, of an architecture it
// knows. Errors carry no file name; the caller adds it.
Result<Elf64_Ehdr> ReadElfHeader(Bytes file);

// Of a header that ReadElfHeader() returned.
Architecture ArchitectureOf(const Elf64_Ehdr& header);

// All of them, or kTruncated.
Result<std::vector<Elf64_Phdr>> ReadProgramHeaders(Bytes file, const Elf64_Ehdr& header);

struct ElfNote {
  std::string_view owner;
  uint32_t type = 0;
  Bytes contents;
};

// Walks the notes of a PT_NOTE segment, up to the first that is not whole.
class NoteReader {
 public:
  NoteReader(Bytes segment, uint64_t alignment);
  std::optional<ElfNote> Next();

 private:
  Bytes segment_;
  uint64_t alignment_;
  uint64_t at_ = 0;
};

// The build id in the notes of a file with `headers`, as lower-case hex; empty if there is none.
// `contents` returns what there is of a segment.
std::string FindBuildId(std::span<const Elf64_Phdr> headers,
                        const std::function<Bytes(const Elf64_Phdr&)>& contents);

}  // namespace nodeheap
