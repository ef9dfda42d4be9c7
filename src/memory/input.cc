#include "memory/input.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <vector>

#include "memory/decompress.h"
#include "memory/memory_limit.h"
#include "memory/region.h"

namespace nodeheap {
namespace {

size_t PageBytes() { return static_cast<size_t>(sysconf(_SC_PAGESIZE)); }

std::unexpected<Error> SystemError(const std::string& what) {
  return std::unexpected(
      Error{.code = ErrorCode::kIo, .message = what + ": " + std::strerror(errno)});
}

Error Cancelled() { return {.code = ErrorCode::kCancelled, .message = "cancelled"}; }

class File {
 public:
  // Opening a named pipe waits for a writer; a signal ends the wait.
  File(const std::string& path, const Progress& progress) {
    do {
      descriptor_ = path == "-" ? dup(STDIN_FILENO) : open(path.c_str(), O_RDONLY | O_CLOEXEC);
    } while (descriptor_ < 0 && errno == EINTR && !progress.cancelled());
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  ~File() {
    if (descriptor_ >= 0) close(descriptor_);
  }
  int descriptor() const { return descriptor_; }

 private:
  int descriptor_ = -1;
};

// Reads a descriptor from where it stands.
class FileStream : public ByteStream {
 public:
  FileStream(int descriptor, std::string_view already_read, const Progress& progress)
      : descriptor_(descriptor), already_read_(already_read), progress_(progress) {}

  Result<size_t> Read(std::span<char> out) override {
    if (!already_read_.empty()) {
      const size_t bytes = already_read_.copy(out.data(), out.size());
      already_read_.erase(0, bytes);
      return bytes;
    }
    ssize_t bytes = 0;
    do {
      bytes = read(descriptor_, out.data(), out.size());
    } while (bytes < 0 && errno == EINTR && !progress_.cancelled());
    if (bytes < 0 && errno == EINTR) return std::unexpected(Cancelled());
    if (bytes < 0) return SystemError("cannot read");
    return static_cast<size_t>(bytes);
  }

 private:
  int descriptor_;
  std::string already_read_;
  const Progress& progress_;
};

std::vector<std::pair<size_t, size_t>> FindHoles(int descriptor, size_t size) {
  constexpr size_t kMaxHoles = 1 << 16;  // each is a system call
  std::vector<std::pair<size_t, size_t>> holes;
  for (off_t at = 0; holes.size() < kMaxHoles;) {
    const off_t hole = lseek(descriptor, at, SEEK_HOLE);
    if (hole < 0 || static_cast<size_t>(hole) >= size) break;
    const off_t data = lseek(descriptor, hole, SEEK_DATA);
    if (data < 0 && errno != ENXIO) break;
    holes.emplace_back(hole, data < 0 ? size : static_cast<size_t>(data));
    if (data < 0) break;
    at = data;
  }
  return holes;
}

Result<Input::Region> MapFile(int descriptor, size_t size) {
  Input::Region region;
  void* data = mmap(nullptr, size, PROT_READ, MAP_PRIVATE, descriptor, 0);
  if (data == MAP_FAILED) return SystemError("cannot map");
  region.data = static_cast<char*>(data);
  region.size = region.capacity = size;
  region.is_file = true;
  region.holes = FindHoles(descriptor, size);
  return region;
}

// Returns the pages of zeros that begin in [begin, end) to the system: cores are full of them, and
// they read as zeros all the same.
void DropZeroPages(const Input::Region& region, size_t begin, size_t end) {
  const size_t page_bytes = PageBytes();
  const auto is_zero = [&](size_t at) {
    const char* const page = region.data + at;
    return *page == 0 && std::memcmp(page, page + 1, page_bytes - 1) == 0;
  };
  for (size_t at = begin; at < end; at += page_bytes) {
    size_t run_end = at;
    while (run_end < end && is_zero(run_end)) run_end += page_bytes;
    if (run_end == at) continue;
    madvise(region.data + at, run_end - at, MADV_DONTNEED);
    at = run_end;
  }
}

// `truncation` receives why the data ended early, if it did.
Result<Input::Region> ReadAll(ByteStream& stream, std::optional<Error>& truncation,
                              Progress& progress) {
  constexpr size_t kStep = size_t{4} << 20;
  const size_t limit = MemoryLimit();
  Input::Region region;
  size_t zeros_dropped = 0;
  while (true) {
    if (progress.cancelled()) return std::unexpected(Cancelled());
    region.Reserve(kStep);
    const auto bytes = stream.Read({region.data + region.size, kStep});
    if (!bytes && bytes.error().code != ErrorCode::kTruncated)
      return std::unexpected(bytes.error());
    if (!bytes) truncation = bytes.error();
    if (!bytes || *bytes == 0) return region;
    region.size += *bytes;
    const size_t whole_pages = region.size / PageBytes() * PageBytes();
    if (whole_pages - zeros_dropped >= kStep) {
      DropZeroPages(region, zeros_dropped, whole_pages);
      zeros_dropped = whole_pages;
    }
    progress.Report("reading", region.size, 0);
    // A few kilobytes can expand to anything.
    if (region.size > limit)
      return std::unexpected(
          Error{.code = ErrorCode::kUnsupported,
                .message = "the contents are larger than the memory of this machine or container",
                .hint = "decompress it to a file, which is read in place"});
  }
}

Result<Input::Region> Load(int descriptor, std::optional<Error>& truncation, Progress& progress) {
  struct stat status{};
  if (fstat(descriptor, &status) != 0) return SystemError("cannot stat");
  if (S_ISDIR(status.st_mode))
    return std::unexpected(Error{.code = ErrorCode::kIo, .message = "is a directory"});

  char magic[kMagicBytes];
  size_t magic_bytes = 0;
  FileStream plain(descriptor, {}, progress);
  while (magic_bytes < kMagicBytes) {
    NH_TRY(const size_t bytes, plain.Read({magic + magic_bytes, kMagicBytes - magic_bytes}));
    if (bytes == 0) break;
    magic_bytes += bytes;
  }
  const std::string_view first(magic, magic_bytes);
  const Compression compression = Recognise(first);
  if (compression == Compression::kNone && S_ISREG(status.st_mode) && status.st_size > 0)
    return MapFile(descriptor, static_cast<size_t>(status.st_size));
  const auto stream =
      Decompress(std::make_unique<FileStream>(descriptor, first, progress), compression);
  return ReadAll(*stream, truncation, progress);
}

}  // namespace

Result<Input> Input::Open(const std::string& path, Progress& progress) {
  const std::string name = path == "-" ? "standard input" : path;
  const auto with_name = [&name](Error error) {
    error.file = name;
    return std::unexpected(std::move(error));
  };
  const File file(path, progress);
  if (file.descriptor() < 0 && progress.cancelled()) return with_name(Cancelled());
  if (file.descriptor() < 0) return with_name(SystemError("cannot open").error());
  std::optional<Error> truncation;
  auto region = Load(file.descriptor(), truncation, progress);
  if (!region) return with_name(std::move(region).error());
  if (region->size == 0 && truncation) {
    truncation->hint = "nothing of it is there; copy the file again";
    return with_name(*std::move(truncation));
  }
  if (region->size == 0)
    return with_name({.code = ErrorCode::kBadData,
                      .message = "is empty",
                      .hint =
                          "was the disk full, or the process killed while it wrote a snapshot? for "
                          "a core, raise the limit (ulimit -c)"});
  if (truncation) truncation->file = name;
  return Input(name, std::make_shared<const Region>(*std::move(region)), std::move(truncation));
}

std::string_view Input::bytes() const { return {region_->data, region_->size}; }

bool Input::MayHaveData(size_t begin, size_t end) const {
  const auto hole =
      std::ranges::upper_bound(region_->holes, begin, {}, &std::pair<size_t, size_t>::second);
  return hole == region_->holes.end() || hole->first > begin || hole->second < end;
}

void Input::Release(size_t begin, size_t end) const {
  const size_t page = PageBytes();
  begin = (begin + page - 1) / page * page;
  end = end / page * page;
  if (begin < end) madvise(region_->data + begin, end - begin, MADV_DONTNEED);
}

void Input::Evict(size_t begin, size_t end) const {
  if (region_->is_file) Release(begin, end);
}

}  // namespace nodeheap
