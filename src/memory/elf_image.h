// An executable or shared library on disk: its build id, symbols and read-only contents.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "nodeheap/memory.h"
#include "nodeheap/result.h"

namespace nodeheap {

struct ElfSymbol {
  std::string_view name;  // valid as long as the image
  uint64_t address = 0;   // as linked: add the load bias
  uint64_t size = 0;
  bool is_function = false;
  bool is_exported = false;      // listed in the dynamic symbol table
  bool is_thread_local = false;  // `address` then counts from the start of the thread's block
};

class Input;

class ElfImage {
 public:
  static Result<std::shared_ptr<const ElfImage>> Open(const std::string& path);
  ~ElfImage();

  const std::string& path() const;
  Architecture architecture() const;
  const std::string& build_id() const;  // lower-case hex; empty if it has none
  uint64_t lowest_address() const;      // p_vaddr of the first PT_LOAD, rounded down to a page

  // The dynamic and, if not stripped, the static symbol table together, ascending by address.
  std::span<const ElfSymbol> symbols() const;
  // An exported symbol rather than one local to some source file.
  std::optional<ElfSymbol> FindSymbol(std::string_view name) const;
  // The function that contains `address` (as linked). A symbol without a size ends at the next one.
  std::optional<ElfSymbol> FindFunction(uint64_t address) const;

  // Up to `size` bytes of the file's contents at `address` (as linked).
  std::span<const std::byte> View(uint64_t address, uint64_t size) const;
  // Only the segments that the process could not write: their bytes are those it saw.
  std::span<const std::byte> ViewReadOnly(uint64_t address, uint64_t size) const;

  // Frees what was read of the file; it is read again when it is needed.
  void Evict() const;

  // Offset of a thread-local symbol from the thread pointer, computed for variant II (x64) or
  // variant I (arm64) of the main executable; nullopt if there is no PT_TLS.
  std::optional<int64_t> ThreadPointerOffset(const ElfSymbol& symbol) const;

 private:
  struct Parts;
  static Result<std::shared_ptr<const ElfImage>> Parse(Input input);
  explicit ElfImage(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace nodeheap
