#include "cli/output.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <optional>

#include "cli/signals.h"

namespace nodeheap::cli {
namespace {

using Producer = std::function<Result<void>(const ByteSink&)>;

std::unexpected<Error> Failed(const std::string& path, std::string_view what, int number) {
  return std::unexpected(Error{.code = ErrorCode::kIo,
                               .message = fmt::format("{}: {}", what, std::strerror(number)),
                               .file = path});
}

std::unexpected<Error> Exists(const std::string& path) {
  return std::unexpected(Error{.code = ErrorCode::kInvalidArgument,
                               .message = "the file exists already",
                               .hint = "add --force to replace it",
                               .file = path});
}

// The open descriptor that `path` names. Opened anew, a redirected file would be written from its
// start, and a socket not at all.
std::optional<int> Descriptor(std::string_view path) {
  constexpr std::string_view kNumbered = "/dev/fd/";
  if (path.empty() || path == "-" || path == "/dev/stdout") return STDOUT_FILENO;
  if (path == "/dev/stderr") return STDERR_FILENO;
  if (!path.starts_with(kNumbered)) return std::nullopt;
  path.remove_prefix(kNumbered.size());
  int number = 0;
  const auto [end, failed] = std::from_chars(path.data(), path.data() + path.size(), number);
  if (failed != std::errc{} || end != path.data() + path.size()) return std::nullopt;
  return number;
}

// What `path` stands for.
struct Target {
  std::string path;  // no symbolic link
  std::optional<int> descriptor = {};
  bool exists = false;
  struct stat info = {};  // if it exists
};

std::string DirectoryOf(const std::string& path) {
  const size_t slash = path.rfind('/');
  return slash == std::string::npos ? "./" : path.substr(0, slash + 1);
}

Result<Target> CheckDescriptor(const std::string& path, int descriptor) {
  const int flags = fcntl(descriptor, F_GETFL);
  const bool writable = flags >= 0 && (flags & O_ACCMODE) != O_RDONLY;
  const std::string name = descriptor == STDOUT_FILENO ? "standard output" : path;
  if (!writable) return Failed(name, "cannot write", EBADF);
  return Target{.path = name, .descriptor = descriptor};
}

Result<Target> CheckExisting(const std::string& path, bool force) {
  Target target{.path = path, .exists = true};
  if (stat(path.c_str(), &target.info) != 0) {
    if (errno == ENOENT) return Failed(path, "a symbolic link to what is not there", errno);
    return Failed(path, "cannot write", errno);
  }
  if (S_ISDIR(target.info.st_mode)) return Failed(path, "cannot write", EISDIR);
  const bool regular = S_ISREG(target.info.st_mode);
  if (regular && !force) return Exists(path);
  if (access(path.c_str(), W_OK) != 0) return Failed(path, "cannot write", errno);
  if (!regular) return target;
  const std::unique_ptr<char, decltype(&std::free)> real(realpath(path.c_str(), nullptr),
                                                         &std::free);
  if (real == nullptr) return Failed(path, "cannot replace", errno);
  target.path = real.get();
  return target;
}

Result<Target> FindTarget(const std::string& path, bool force) {
  if (const auto descriptor = Descriptor(path)) return CheckDescriptor(path, *descriptor);
  Target target{.path = path};
  struct stat info{};
  if (lstat(path.c_str(), &info) == 0) {
    NH_TRY(target, CheckExisting(path, force));
    if (!S_ISREG(target.info.st_mode)) return target;
  } else if (errno != ENOENT) {
    return Failed(path, "cannot create", errno);
  }
  // Also what is replaced is made anew beside it.
  if (access(DirectoryOf(target.path).c_str(), W_OK | X_OK) != 0)
    return Failed(path, "cannot create", errno);
  return target;
}

Result<void> WriteAll(int fd, const std::string& name, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = write(fd, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0 && errno == EPIPE) return {};
    if (written < 0) return Failed(name, "cannot write", errno);
    bytes.remove_prefix(static_cast<size_t>(written));
  }
  return {};
}

ByteSink SinkTo(int fd, const std::string& name) {
  return [fd, name](std::string_view bytes) { return WriteAll(fd, name, bytes); };
}

// Devices and pipes are written to; there is nothing to replace.
Result<void> WriteSpecial(const std::string& path, const Producer& write) {
  const int fd = open(path.c_str(), O_WRONLY | O_CLOEXEC);
  if (fd < 0) return Failed(path, "cannot open", errno);
  auto result = write(SinkTo(fd, path));
  if (close(fd) != 0 && result) return Failed(path, "cannot write", errno);
  return result;
}

// The owner and mode of the file that is replaced, as far as the system lets us; else those of a
// new file.
void SetMode(int fd, const Target& target) {
  const mode_t mask = umask(0);
  umask(mask);
  const mode_t mode = target.exists ? target.info.st_mode & 07777U : 0666U & ~mask;
  [[maybe_unused]] const bool owned =
      target.exists && fchown(fd, target.info.st_uid, target.info.st_gid) == 0;
  [[maybe_unused]] const bool kept = fchmod(fd, mode) == 0;
}

// Gives the finished file its name.
Result<void> Publish(const std::string& temporary, const std::string& path, bool force) {
  if (force) {
    if (rename(temporary.c_str(), path.c_str()) != 0) return Failed(path, "cannot replace", errno);
    return {};
  }
  // Unlike rename, link never replaces a file that somebody else made meanwhile.
  if (link(temporary.c_str(), path.c_str()) == 0) {
    unlink(temporary.c_str());
    return {};
  }
  if (errno == EEXIST) return Exists(path);
  // Not every file system has links.
  if (access(path.c_str(), F_OK) == 0) return Exists(path);
  if (rename(temporary.c_str(), path.c_str()) != 0) return Failed(path, "cannot create", errno);
  return {};
}

Result<void> WriteFile(const Target& target, bool force, const Producer& write) {
  constexpr std::string_view kSuffix = ".part";
  std::string temporary = fmt::format("{}nodeheap-XXXXXX{}", DirectoryOf(target.path), kSuffix);
  const int fd = mkostemps(temporary.data(), static_cast<int>(kSuffix.size()), O_CLOEXEC);
  if (fd < 0) return Failed(target.path, "cannot create", errno);
  SetTemporaryFile(temporary);
  SetMode(fd, target);
  auto result = write(SinkTo(fd, target.path));
  if (close(fd) != 0 && result) result = Failed(target.path, "cannot write", errno);
  if (result) result = Publish(temporary, target.path, force);
  if (!result) unlink(temporary.c_str());
  SetTemporaryFile({});
  return result;
}

}  // namespace

bool IsStandardOutput(const std::string& path) { return Descriptor(path) == STDOUT_FILENO; }

Result<void> CheckOutput(const std::string& path, bool force) {
  NH_TRY([[maybe_unused]] const Target target, FindTarget(path, force));
  return {};
}

Result<void> WriteOutput(const std::string& path, bool force, const Producer& write) {
  NH_TRY(const Target target, FindTarget(path, force));
  if (target.descriptor) return write(SinkTo(*target.descriptor, target.path));
  const bool special = target.exists && !S_ISREG(target.info.st_mode);
  return special ? WriteSpecial(path, write) : WriteFile(target, force, write);
}

}  // namespace nodeheap::cli
