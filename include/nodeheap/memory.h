// The memory of a stopped process, and what the system says of it. All that comes out of it is
// hostile: every count read from it must be bounded before it is used.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <string>
#include <type_traits>
#include <vector>

#include "nodeheap/health.h"

namespace nodeheap {

enum class Architecture { kX64, kArm64 };

// Bytes [start, end) whose contents are known.
struct MemoryRegion {
  uint64_t start = 0;
  uint64_t end = 0;
  bool writable = false;
  bool executable = false;
  bool reserved = false;  // without any access, and without bytes in the dump
};

// A part of a file that was mapped (NT_FILE).
struct MappedFile {
  uint64_t start = 0;
  uint64_t end = 0;
  uint64_t offset = 0;  // bytes into the file
  std::string path = {};
};

struct ThreadState {
  uint32_t id = 0;
  uint64_t pc = 0;
  uint64_t sp = 0;
  uint64_t fp = 0;
  uint64_t lr = 0;   // x30 on arm64; 0 on x64, which has return addresses on the stack only
  uint64_t tls = 0;  // fs_base on x64, TPIDR_EL0 on arm64; 0 if unknown
  // All general purpose registers, named as the architecture's manual does: "rax", "x0" …
  std::vector<std::pair<std::string, uint64_t>> registers;
};

// What stopped the process. `number` is 0 if nothing did: in a capture of a live process, by gcore
// or by a debugger that stopped it with SIGSTOP.
struct SignalInfo {
  int number = 0;
  int code = 0;          // si_code; SI_USER (0) and below: sent by a process
  uint64_t address = 0;  // si_addr of SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGTRAP
  uint32_t sender = 0;   // si_pid where code says that a process sent it
};

class MemorySource {
 public:
  virtual ~MemorySource() = default;

  virtual Architecture architecture() const = 0;
  // What the dump itself holds. Ascending and disjoint; adjacent where their permissions differ, or
  // where a view ends all the same.
  virtual std::span<const MemoryRegion> regions() const = 0;
  // All memory that the process had, also what the dump lacks; it may overlap in a damaged one.
  virtual std::span<const MemoryRegion> mapped() const { return regions(); }
  // Up to `size` bytes at `address`, none if the first byte is unknown. They are fewer where the
  // known memory ends before, or where the dump keeps the next bytes elsewhere (at the border of
  // two mappings, which is one of pages). They stay valid as long as the source. Safe for many
  // threads at once.
  virtual std::span<const std::byte> View(uint64_t address, uint64_t size) const = 0;

  // False if the bytes [address, address + size) are known to be zeros that need no reading, such
  // as the holes of a sparse file.
  virtual bool MayHaveData(uint64_t /*address*/, uint64_t /*size*/) const { return true; }

  // Frees what was read of [address, address + size), where it can be read again. Safe for many
  // threads at once, also while others read it.
  virtual void Evict(uint64_t /*address*/, uint64_t /*size*/) const {}

  // The thread that was stopped first, by the signal or the debugger, is the first.
  virtual std::span<const ThreadState> threads() const = 0;
  virtual std::span<const MappedFile> files() const = 0;
  // Where arm64's pointer authentication may have signed a return address (NT_ARM_PAC_MASK). By
  // default the bits that no address of a process uses, of 48 bits and a tag.
  virtual uint64_t signature_bits() const {
    return architecture() == Architecture::kArm64 ? 0x007F'0000'0000'0000 : 0;
  }
  virtual const SignalInfo& signal() const = 0;
  virtual uint32_t process_id() const = 0;
  // What is missing from the memory as a whole, such as a truncated file.
  virtual const Health& health() const = 0;

  template <typename T>
  std::optional<T> Read(uint64_t address) const {
    static_assert(std::is_trivially_copyable_v<T>);
    const std::span<const std::byte> bytes = View(address, sizeof(T));
    if (bytes.size() != sizeof(T)) return std::nullopt;
    T value;
    std::memcpy(&value, bytes.data(), sizeof(T));
    return value;
  }

  // The return address that is in a word of the stack or in a register.
  uint64_t ReturnAddress(uint64_t word) const { return word & ~signature_bits(); }
};

}  // namespace nodeheap
