// The bytes of an input file as one range: mapped when it is a plain file, read (and decompressed)
// into memory when it is compressed or a pipe.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "nodeheap/progress.h"
#include "nodeheap/result.h"

namespace nodeheap {

class Input {
 public:
  // "-" is standard input. gzip, xz and zstd are recognised by their first bytes. Compressed data
  // that ends early is no error here: see truncation().
  static Result<Input> Open(const std::string& path, Progress& progress);

  const std::string& name() const { return name_; }
  std::string_view bytes() const;

  // False if bytes()[begin, end) are in a hole of a sparse file: zeros that cost time and memory to
  // read all the same.
  bool MayHaveData(size_t begin, size_t end) const;

  // Why bytes() are not all there were, if compressed data ended early.
  const std::optional<Error>& truncation() const { return truncation_; }

  // Gives the memory behind bytes()[begin, end) back to the system. REQUIRES: those bytes are not
  // read again (a plain file would be read anew, anything else reads as zeros).
  void Release(size_t begin, size_t end) const;

  // Drops bytes()[begin, end) from memory if the system can read them again from a plain file.
  void Evict(size_t begin, size_t end) const;

  // Keeps bytes() alive.
  std::shared_ptr<const void> owner() const { return region_; }

  struct Region;  // an mmap'ed range

 private:
  Input(std::string name, std::shared_ptr<const Region> region, std::optional<Error> truncation)
      : name_(std::move(name)), region_(std::move(region)), truncation_(std::move(truncation)) {}

  std::string name_;
  std::shared_ptr<const Region> region_;
  std::optional<Error> truncation_;
};

}  // namespace nodeheap
