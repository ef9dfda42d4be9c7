// What a core's notes tell of the process. Layouts: <linux/elfcore.h>, fs/binfmt_elf.c of Linux.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "memory/elf_headers.h"
#include "nodeheap/memory.h"

namespace nodeheap {

struct CoreNotes {
  std::vector<ThreadState> threads;
  std::vector<MappedFile> files;
  SignalInfo signal;
  uint64_t signature_bits = 0;  // of return addresses on arm64; 0 if absent
  uint32_t process_id = 0;
  std::string command;
  std::string arguments;

  // From the auxiliary vector; 0 if absent.
  uint64_t program_headers = 0;  // AT_PHDR: address of those of the main executable
  uint64_t executable_name = 0;  // AT_EXECFN: address of the path it was started as
};

CoreNotes ReadCoreNotes(Bytes file, std::span<const Elf64_Phdr> headers, Architecture architecture);

}  // namespace nodeheap
