// Which Node and which V8 some memory belongs to, from the texts that Node keeps of it
// (process.versions, process.release): where there is no binary to ask.
#pragma once

#include <string>
#include <string_view>

#include "memory/elf_image.h"
#include "nodeheap/memory.h"
#include "nodeheap/progress.h"
#include "nodeheap/result.h"

namespace nodeheap::v8 {

struct BuildVersions {
  std::string node;  // "22.23.3"; empty if unknown
  std::string v8;    // "12.4.254.21-node.56"; empty if unknown
};

// What `text` tells; what was found before stays.
void FindVersions(std::string_view text, BuildVersions& found);

// From the writable memory of a process. The only error is kCancelled.
Result<BuildVersions> FindVersions(const MemorySource& memory, Progress& progress);

// From the contents of a binary, which need not tell its V8.
BuildVersions FindVersions(const ElfImage& image);

}  // namespace nodeheap::v8
