#include "support/files.h"

#include <lzma.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#include <cstdlib>
#include <fstream>
#include <memory>
#include <sstream>
#include <stdexcept>

#include "memory/input.h"
#include "support/memory_file.h"

namespace nodeheap::test {

TempFile::TempFile(std::string_view bytes) {
  const char* const directory = std::getenv("TMPDIR");
  path_ = std::string(directory == nullptr ? "/tmp" : directory) + "/nodeheap-test-XXXXXX";
  const int descriptor = mkstemp(path_.data());
  if (descriptor < 0) throw std::runtime_error("cannot make a temporary file");
  close(descriptor);
  std::ofstream(path_, std::ios::binary) << bytes;
}

TempFile::~TempFile() { unlink(path_.c_str()); }

std::string Gzip(std::string_view bytes) {
  z_stream stream{};
  if (deflateInit2(&stream, Z_BEST_SPEED, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) != Z_OK)
    throw std::runtime_error("deflateInit2 failed");
  std::string input(bytes);
  std::string out(deflateBound(&stream, input.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(input.data());
  stream.avail_in = static_cast<uInt>(input.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  const int status = deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  if (status != Z_STREAM_END) throw std::runtime_error("deflate failed");
  return out;
}

std::string Xz(std::string_view bytes) {
  std::string out(lzma_stream_buffer_bound(bytes.size()), '\0');
  size_t size = 0;
  const lzma_ret status = lzma_easy_buffer_encode(
      0, LZMA_CHECK_CRC64, nullptr, reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size(),
      reinterpret_cast<uint8_t*>(out.data()), &size, out.size());
  if (status != LZMA_OK) throw std::runtime_error("lzma_easy_buffer_encode failed");
  out.resize(size);
  return out;
}

std::string Zstd(std::string_view bytes) {
  const std::unique_ptr<ZSTD_CCtx, size_t (*)(ZSTD_CCtx*)> context(ZSTD_createCCtx(),
                                                                   &ZSTD_freeCCtx);
  ZSTD_CCtx_setParameter(context.get(), ZSTD_c_checksumFlag, 1);  // as the zstd program does
  std::string out(ZSTD_compressBound(bytes.size()), '\0');
  const size_t size =
      ZSTD_compress2(context.get(), out.data(), out.size(), bytes.data(), bytes.size());
  if (ZSTD_isError(size) != 0) throw std::runtime_error("ZSTD_compress2 failed");
  out.resize(size);
  return out;
}

std::string ReadFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw std::runtime_error("cannot read " + path);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

std::string ReadZstdFile(const std::string& path) {
  Progress progress;
  const auto input = Input::Open(path, progress);
  if (!input) throw std::runtime_error(Describe(input.error()));
  return std::string(input->bytes());
}

Result<HeapGraph> LoadText(std::string_view text, const LoadOptions& options) {
  const MemoryFile file(text);
  Progress progress;
  return LoadSnapshot(file.path(), options, progress);
}

Error LoadError(std::string_view text, const LoadOptions& options) {
  auto graph = LoadText(text, options);
  if (graph) return Error{.code = ErrorCode::kInvalidArgument, .message = "no error"};
  return std::move(graph).error();
}

HeapGraph Load(const SnapshotBuilder& heap) {
  auto graph = LoadText(heap.Text(), {.threads = 1});
  if (!graph) throw std::runtime_error(Describe(graph.error()));
  return *std::move(graph);
}

std::string FixturePath(const std::string& name) {
  return std::string(NODEHEAP_SOURCE_DIR) + "/fixtures/snapshots/" + name;
}

}  // namespace nodeheap::test
