// ELF core files: of the kernel, of gcore, of qemu. Their memory stays in the file: it is mapped,
// so that the empty parts of a sparse file of gigabytes cost nothing. Once open, a core does not
// change but by Attach(), so any number of threads may read it.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "nodeheap/memory.h"
#include "nodeheap/progress.h"
#include "nodeheap/result.h"

namespace nodeheap {

class ElfImage;
class Input;

class CoreFile final : public MemorySource {
 public:
  // `path` may be compressed (gzip, xz, zstd; told by its first bytes) or "-" for standard input.
  // A core that ends early is no error: health() tells how much is missing. Errors say what the
  // file is instead: not an ELF file, an executable, 32-bit, another architecture …
  static Result<std::unique_ptr<CoreFile>> Open(const std::string& path, Progress& progress);
  // The same for a file that is open already, such as one whose beginning LooksLikeElf().
  static Result<std::unique_ptr<CoreFile>> Open(Input input);
  ~CoreFile() override;

  Architecture architecture() const override;
  std::span<const MemoryRegion> regions() const override;
  std::span<const MemoryRegion> mapped() const override;
  std::span<const std::byte> View(uint64_t address, uint64_t size) const override;
  bool MayHaveData(uint64_t address, uint64_t size) const override;
  void Evict(uint64_t address, uint64_t size) const override;
  std::span<const ThreadState> threads() const override;
  std::span<const MappedFile> files() const override;
  uint64_t signature_bits() const override;
  const SignalInfo& signal() const override;
  uint32_t process_id() const override;
  const Health& health() const override;

  // As NT_PRPSINFO has them: the name of the main thread, "MainThread" in Node.js 24, and the
  // command line, which Linux cuts at 80 bytes. process.title changes both.
  const std::string& command() const;
  const std::string& arguments() const;
  uint64_t file_size() const;      // bytes, decompressed
  uint64_t missing_bytes() const;  // of memory that the headers promise and the file lacks

  // Executables and libraries that were mapped, found by their first pages: the main executable
  // first (AT_PHDR tells which it is). `load_bias` is what to add to the addresses in the file.
  struct Module {
    std::string path = {};  // empty if the core tells of no files
    uint64_t start = 0;
    uint64_t end = 0;  // with the variables that come from no file
    uint64_t load_bias = 0;
    std::string build_id = {};  // lower-case hex; empty if its page is absent or has none
  };
  std::span<const Module> modules() const;

  // Makes the read-only contents of `image`, loaded at `load_bias`, readable where the core lacks
  // them. Not thread-safe: to be called before the core is shared.
  void Attach(std::shared_ptr<const ElfImage> image, uint64_t load_bias);

 private:
  struct Parts;
  static Result<std::unique_ptr<CoreFile>> Parse(Input input);
  explicit CoreFile(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

// True if `first_bytes` (at least 4) begin an ELF file of any type: to tell a core from a heap
// snapshot. Compressed input is to be judged after decompression.
bool LooksLikeElf(std::string_view first_bytes);

}  // namespace nodeheap
