#include "memory/decompress.h"

#include <lzma.h>
#include <zlib.h>
#include <zstd.h>

#include <string>
#include <vector>

namespace nodeheap {
namespace {

constexpr size_t kBufferBytes = size_t{256} << 10;

std::unexpected<Error> Corrupt(const std::string& format, const char* why) {
  return std::unexpected(Error{.code = ErrorCode::kBadData,
                               .message = "the " + format + " data is corrupt (" + why + ")",
                               .hint = "copy the file again or decompress it yourself"});
}

std::unexpected<Error> EndsEarly(const std::string& format) {
  return std::unexpected(Error{.code = ErrorCode::kTruncated,
                               .message = "the " + format + " data ends early",
                               .hint = "copy the file again; --partial analyses what is there"});
}

// The part of the compressed stream that is read and not consumed yet.
class Window {
 public:
  explicit Window(std::unique_ptr<ByteStream> source)
      : source_(std::move(source)), buffer_(kBufferBytes) {}

  // Reads on if nothing is left; false at the end.
  Result<bool> Fill() {
    if (at_ < size_) return true;
    NH_TRY(size_, source_->Read(buffer_));
    at_ = 0;
    return size_ > 0;
  }
  std::span<char> rest() { return {buffer_.data() + at_, size_ - at_}; }
  void Consume(size_t bytes) { at_ += bytes; }

 private:
  std::unique_ptr<ByteStream> source_;
  std::vector<char> buffer_;
  size_t at_ = 0;
  size_t size_ = 0;
};

class GzipStream : public ByteStream {
 public:
  explicit GzipStream(std::unique_ptr<ByteStream> source) : window_(std::move(source)) {
    inflateInit2(&stream_, 15 + 16);  // 16: expect a gzip header
  }
  GzipStream(const GzipStream&) = delete;
  GzipStream& operator=(const GzipStream&) = delete;
  ~GzipStream() override { inflateEnd(&stream_); }

  Result<size_t> Read(std::span<char> out) override {
    stream_.next_out = reinterpret_cast<Bytef*>(out.data());
    stream_.avail_out = static_cast<uInt>(std::min(out.size(), kBufferBytes));
    const size_t room = stream_.avail_out;
    while (stream_.avail_out == room) {
      NH_TRY(const bool more, window_.Fill());
      if (!more) {
        if (!between_members_) return EndsEarly("gzip");
        break;
      }
      NH_CHECK(Inflate());
    }
    return room - stream_.avail_out;
  }

 private:
  Result<void> Inflate() {
    if (between_members_) inflateReset(&stream_);
    between_members_ = false;
    const auto input = window_.rest();
    stream_.next_in = reinterpret_cast<Bytef*>(input.data());
    stream_.avail_in = static_cast<uInt>(input.size());
    const int status = inflate(&stream_, Z_NO_FLUSH);
    window_.Consume(input.size() - stream_.avail_in);
    if (status == Z_STREAM_END) {
      between_members_ = true;
    } else if (status != Z_OK && status != Z_BUF_ERROR) {
      return Corrupt("gzip", stream_.msg == nullptr ? "unknown reason" : stream_.msg);
    }
    return {};
  }

  Window window_;
  z_stream stream_{};
  bool between_members_ = false;
};

class ZstdStream : public ByteStream {
 public:
  explicit ZstdStream(std::unique_ptr<ByteStream> source)
      : window_(std::move(source)), context_(ZSTD_createDCtx(), &ZSTD_freeDCtx) {
    ZSTD_DCtx_setParameter(context_.get(), ZSTD_d_windowLogMax, 31);  // files made with --long=31
  }

  Result<size_t> Read(std::span<char> out) override {
    ZSTD_outBuffer output{out.data(), out.size(), 0};
    while (output.pos == 0) {
      NH_TRY(const bool more, window_.Fill());
      if (!more && frame_done_) break;
      const auto rest = window_.rest();
      ZSTD_inBuffer input{rest.data(), rest.size(), 0};
      const size_t status = ZSTD_decompressStream(context_.get(), &output, &input);
      window_.Consume(input.pos);
      if (ZSTD_isError(status) != 0) return Corrupt("zstd", ZSTD_getErrorName(status));
      frame_done_ = status == 0;
      if (!more && output.pos == 0) return EndsEarly("zstd");
    }
    return output.pos;
  }

 private:
  Window window_;
  std::unique_ptr<ZSTD_DCtx, size_t (*)(ZSTD_DCtx*)> context_;
  bool frame_done_ = true;
};

class XzStream : public ByteStream {
 public:
  explicit XzStream(std::unique_ptr<ByteStream> source) : window_(std::move(source)) {
    constexpr uint64_t kMaxMemory = uint64_t{2} << 30;  // xz -9 wants 65 MB
    setup_ = lzma_stream_decoder(&stream_, kMaxMemory, LZMA_CONCATENATED);
  }
  XzStream(const XzStream&) = delete;
  XzStream& operator=(const XzStream&) = delete;
  ~XzStream() override { lzma_end(&stream_); }

  Result<size_t> Read(std::span<char> out) override {
    if (setup_ != LZMA_OK) return Explain(setup_);
    stream_.next_out = reinterpret_cast<uint8_t*>(out.data());
    stream_.avail_out = out.size();
    while (stream_.avail_out == out.size() && !done_) {
      NH_TRY(const bool more, window_.Fill());
      const auto input = window_.rest();
      stream_.next_in = reinterpret_cast<const uint8_t*>(input.data());
      stream_.avail_in = input.size();
      const lzma_ret status = lzma_code(&stream_, more ? LZMA_RUN : LZMA_FINISH);
      window_.Consume(input.size() - stream_.avail_in);
      if (status == LZMA_STREAM_END) {
        done_ = true;
      } else if (status != LZMA_OK) {
        return Explain(status);
      }
    }
    return out.size() - stream_.avail_out;
  }

 private:
  static std::unexpected<Error> Explain(lzma_ret status) {
    switch (status) {
      case LZMA_BUF_ERROR:
        return EndsEarly("xz");
      case LZMA_MEM_ERROR:
      case LZMA_MEMLIMIT_ERROR:
        return std::unexpected(Error{.code = ErrorCode::kUnsupported,
                                     .message = "the xz data takes too much memory to decompress",
                                     .hint = "decompress it yourself"});
      case LZMA_FORMAT_ERROR:
        return Corrupt("xz", "something else follows");
      case LZMA_OPTIONS_ERROR:
        return Corrupt("xz", "unknown options");
      default:
        return Corrupt("xz", "a checksum or a length is wrong");
    }
  }

  Window window_;
  lzma_stream stream_ = LZMA_STREAM_INIT;
  lzma_ret setup_;
  bool done_ = false;
};

}  // namespace

Compression Recognise(std::string_view first_bytes) {
  if (first_bytes.starts_with("\x1F\x8B")) return Compression::kGzip;
  // 0xFD in octal, since a digit follows.
  if (first_bytes.starts_with("\3757zXZ")) return Compression::kXz;
  if (first_bytes.starts_with("\x28\xB5\x2F\xFD")) return Compression::kZstd;
  return Compression::kNone;
}

std::unique_ptr<ByteStream> Decompress(std::unique_ptr<ByteStream> compressed, Compression kind) {
  switch (kind) {
    case Compression::kGzip:
      return std::make_unique<GzipStream>(std::move(compressed));
    case Compression::kXz:
      return std::make_unique<XzStream>(std::move(compressed));
    case Compression::kZstd:
      return std::make_unique<ZstdStream>(std::move(compressed));
    case Compression::kNone:
      break;
  }
  return compressed;
}

}  // namespace nodeheap
