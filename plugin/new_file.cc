#include "plugin/new_file.h"

#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>

namespace nodeheap::plugin {
namespace {

std::unexpected<Error> Failed(const std::string& path, int reason) {
  return std::unexpected(Error{
      .code = ErrorCode::kIo,
      .message = std::string("cannot write: ") + std::strerror(reason),
      .hint = reason == EEXIST ? "name a new file" : "",
      .file = path,
  });
}

}  // namespace

Result<void> WriteNewFile(const std::string& path,
                          const std::function<Result<void>(const ByteSink&)>& write) {
  std::FILE* const file = std::fopen(path.c_str(), "wxe");
  if (file == nullptr) return Failed(path, errno);
  Result<void> done = write([&](std::string_view bytes) -> Result<void> {
    if (std::fwrite(bytes.data(), 1, bytes.size(), file) != bytes.size())
      return Failed(path, errno);
    return {};
  });
  if (std::fclose(file) != 0 && done) done = Failed(path, errno);
  if (!done) unlink(path.c_str());
  return done;
}

}  // namespace nodeheap::plugin
