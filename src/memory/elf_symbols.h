// The symbol tables of an executable or library, read with libelf.
#pragma once

#include <vector>

#include "memory/bytes.h"
#include "memory/elf_image.h"
#include "nodeheap/result.h"

namespace nodeheap {

// Those that have a name and a place, the dynamic ones first. Names point into `file`.
Result<std::vector<ElfSymbol>> ReadSymbols(Bytes file);

}  // namespace nodeheap
