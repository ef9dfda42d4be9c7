// Asks a core or an executable for all it has. Header only, since the fuzz targets use it.
#pragma once

#include <cstdint>
#include <string>

#include "memory/core_file.h"
#include "memory/elf_image.h"

namespace nodeheap::test {

// Reads both ends, so that sanitizers see bytes that are not there.
inline uint64_t Touch(std::span<const std::byte> bytes) {
  if (bytes.empty()) return 0;
  return std::to_integer<uint64_t>(bytes.front()) + std::to_integer<uint64_t>(bytes.back());
}

// What memory.h promises of any source. Returns what is wrong, or nothing.
inline std::string Exercise(const CoreFile& core) {
  volatile uint64_t touched = 0;  // so that the compiler reads what nobody needs
  uint64_t end = 0;
  for (const MemoryRegion& region : core.regions()) {
    if (region.start < end || region.end <= region.start) return "a region is out of order";
    end = region.end;
    for (uint64_t at = region.start; at < end;) {
      const auto bytes = core.View(at, end - at);
      if (bytes.empty() || bytes.size() > end - at) return "a region cannot be viewed";
      touched = touched + Touch(bytes);
      at += bytes.size();
    }
  }
  for (const ThreadState& thread : core.threads())
    touched = touched + Touch(core.View(thread.sp, 64));
  for (const CoreFile::Module& module : core.modules())
    touched = touched + Touch(core.View(module.start, 64));
  const bool lost = core.missing_bytes() > 0 || core.threads().empty();
  if (lost && core.health().complete()) return "a loss is not counted";
  return {};
}

inline std::string Exercise(const ElfImage& image) {
  volatile uint64_t touched = 0;
  uint64_t address = 0;
  for (const ElfSymbol& symbol : image.symbols()) {
    if (symbol.address < address) return "a symbol is out of order";
    address = symbol.address;
    if (!image.FindSymbol(symbol.name)) return "a symbol is not found";
    if (const auto function = image.FindFunction(address); function && function->address > address)
      return "a function is not where it should be";
    if (image.ThreadPointerOffset(symbol) && !symbol.is_thread_local)
      return "a symbol is taken for thread-local";
    touched = touched + Touch(image.View(address, symbol.size));
    const auto read_only = image.ViewReadOnly(address, symbol.size);
    if (read_only.size() > image.View(address, symbol.size).size()) return "views disagree";
  }
  return {};
}

}  // namespace nodeheap::test
