#include "cli/output.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

#include "cli/signals.h"

namespace nodeheap::cli {
namespace {

bool IsStdout(const std::string& path) { return path.empty() || path == "-"; }

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

Result<void> WriteAll(int fd, const std::string& name, std::string_view bytes) {
  while (!bytes.empty()) {
    if (Interrupted())
      return std::unexpected(Error{.code = ErrorCode::kCancelled, .message = "interrupted"});
    const ssize_t written = write(fd, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0 && errno == EPIPE) return {};
    if (written < 0) return Failed(name, "cannot write", errno);
    bytes.remove_prefix(static_cast<size_t>(written));
  }
  return {};
}

// Devices and pipes are written to; there is nothing to replace.
bool IsSpecial(const std::string& path) {
  struct stat info{};
  return stat(path.c_str(), &info) == 0 && !S_ISREG(info.st_mode);
}

Result<void> WriteSpecial(const std::string& path, std::string_view bytes) {
  const int fd = open(path.c_str(), O_WRONLY | O_CLOEXEC);
  if (fd < 0) return Failed(path, "cannot open", errno);
  auto result = WriteAll(fd, path, bytes);
  if (close(fd) != 0 && result) return Failed(path, "cannot write", errno);
  return result;
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

Result<void> WriteFile(const std::string& path, bool force, std::string_view bytes) {
  const std::string temporary = fmt::format("{}.{}.part", path, getpid());
  SetTemporaryFile(temporary);
  const int fd = open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  if (fd < 0) {
    const int number = errno;
    SetTemporaryFile({});
    return Failed(path, "cannot create", number);
  }
  auto result = WriteAll(fd, path, bytes);
  if (close(fd) != 0 && result) result = Failed(path, "cannot write", errno);
  if (result) result = Publish(temporary, path, force);
  if (!result) unlink(temporary.c_str());
  SetTemporaryFile({});
  return result;
}

}  // namespace

Result<void> CheckOutput(const std::string& path, bool force) {
  if (IsStdout(path) || force || IsSpecial(path)) return {};
  if (access(path.c_str(), F_OK) == 0) return Exists(path);
  return {};
}

Result<void> WriteOutput(const std::string& path, bool force, std::string_view bytes) {
  if (IsStdout(path)) return WriteAll(STDOUT_FILENO, "standard output", bytes);
  return IsSpecial(path) ? WriteSpecial(path, bytes) : WriteFile(path, force, bytes);
}

}  // namespace nodeheap::cli
