// Files for tests: temporary ones, compressed ones, loaded ones.
#pragma once

#include <string>
#include <string_view>

#include "nodeheap/snapshot.h"
#include "support/snapshot_builder.h"

namespace nodeheap::test {

// A file on disk that is removed with this object.
class TempFile {
 public:
  explicit TempFile(std::string_view bytes);
  TempFile(const TempFile&) = delete;
  TempFile& operator=(const TempFile&) = delete;
  ~TempFile();
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

std::string Gzip(std::string_view bytes);
std::string Xz(std::string_view bytes);
std::string Zstd(std::string_view bytes);

std::string ReadFile(const std::string& path);
// What a .zst file holds.
std::string ReadZstdFile(const std::string& path);

Result<HeapGraph> LoadText(std::string_view text, const LoadOptions& options = {});
// The error that loading gives, or one that says there was none.
Error LoadError(std::string_view text, const LoadOptions& options = {});

// Loads what must load: throws the description of the error otherwise.
HeapGraph Load(const SnapshotBuilder& heap);

inline constexpr LoadOptions kPartial = {.partial = true};

// Where the committed snapshots are.
std::string FixturePath(const std::string& name);

}  // namespace nodeheap::test
