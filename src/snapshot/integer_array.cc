#include "snapshot/integer_array.h"

#include <algorithm>
#include <mutex>
#include <new>
#include <optional>

#include "base/parallel.h"
#include "snapshot/integer_scanner.h"

namespace nodeheap {
namespace {

// What a thread takes at a time: small enough to be still in the cache when, after counting its
// numbers, the thread comes back to read them.
constexpr size_t kChunkBytes = size_t{1} << 20;

// A part of the array that starts at a number and, unless it is empty, ends behind a comma.
struct Chunk {
  size_t begin = 0;
  size_t end = 0;
  uint64_t first = 0;  // number of its first number
};

class Scanner {
 public:
  Scanner(const Input& input, size_t begin, IntegerSink& sink, const std::string& stage,
          Progress& progress)
      : input_(input),
        text_(input.bytes()),
        sink_(sink),
        stage_(stage),
        progress_(progress),
        next_(begin) {}

  Result<IntegerArray> Run(unsigned threads) {
    RunParallel(threads, [&](unsigned) {
      while (const std::optional<Chunk> chunk = Take()) Read(*chunk);
    });
    if (failure_) return std::unexpected(*std::move(failure_));
    return ReadLast();
  }

 private:
  // The next chunk, if there is one. Where it belongs in the columns is known once the numbers of
  // all before it are counted, so one thread at a time counts; that is a quarter of the work.
  std::optional<Chunk> Take() {
    const std::scoped_lock lock(mutex_);
    if (progress_.cancelled() && !failure_)
      failure_ = Error{.code = ErrorCode::kCancelled, .message = "cancelled"};
    if (failure_ || closed_) return std::nullopt;
    Chunk chunk{.begin = next_, .end = ChunkEnd(), .first = count_};
    // Nothing but one enormous number or white space: that is left to ReadLast().
    if (chunk.end == chunk.begin) return std::nullopt;
    const CommaCount counted = CountCommas(text_.substr(chunk.begin, chunk.end - chunk.begin));
    closed_ = chunk.begin + counted.end < chunk.end;
    // The last number of the array has no comma; ReadLast() takes it.
    if (closed_) chunk.end = EndOfLastComma(chunk.begin, chunk.begin + counted.end);
    count_ += counted.commas;
    next_ = chunk.end;
    if (auto reserved = Reserve(count_); !reserved) {
      failure_ = InFile(reserved.error(), next_);
      return std::nullopt;
    }
    progress_.Report(stage_, next_, text_.size());
    return chunk;
  }

  size_t ChunkEnd() const {
    return EndOfLastComma(next_, std::min(text_.size(), next_ + kChunkBytes));
  }

  // Behind the last comma in [begin, end), or `begin`.
  size_t EndOfLastComma(size_t begin, size_t end) const {
    const size_t comma = text_.substr(begin, end - begin).rfind(',');
    return comma == std::string_view::npos ? begin : begin + comma + 1;
  }

  // Without memory the other threads must still come to their end, so this ends as an error.
  Result<void> Reserve(uint64_t total) {
    try {
      return sink_.Reserve(total);
    } catch (const std::bad_alloc&) {
      return std::unexpected(Error{.code = ErrorCode::kIo,
                                   .message = "not enough memory for \"" + stage_ + "\"",
                                   .hint = "use a machine with more memory"});
    }
  }

  void Read(const Chunk& chunk) {
    uint64_t values[kValuesPerPiece];
    uint64_t first = chunk.first;
    std::optional<Error> error;
    for (size_t at = chunk.begin; at < chunk.end && !error;) {
      const size_t end = PieceEnd(at, chunk.end);
      first += ReadPiece(at, end, first, values, error);
      at = end;
    }
    if (error) Fail(*std::move(error));
    input_.Release(chunk.begin, chunk.end);
  }

  // The end of a piece that ends behind a comma; one enormous number makes a longer piece.
  size_t PieceEnd(size_t begin, size_t chunk_end) const {
    if (chunk_end - begin <= kPieceBytes) return chunk_end;
    const size_t comma = text_.substr(begin, kPieceBytes).rfind(',');
    if (comma != std::string_view::npos) return begin + comma + 1;
    return text_.find(',', begin) + 1;
  }

  uint64_t ReadPiece(size_t begin, size_t end, uint64_t first, uint64_t* values,
                     std::optional<Error>& error) {
    const std::string_view text = text_.substr(begin, end - begin);
    int count = text.size() <= kPieceBytes ? ScanFast(text, values) : -1;
    if (count < 0) {
      const ScanResult scanned = ScanAny(text, values);
      if (scanned.error != nullptr) error = At(scanned.error, begin + scanned.offset);
      count = scanned.count;
    }
    const auto refusal = sink_.Consume(first, std::span(values, static_cast<size_t>(count)));
    if (refusal.error != nullptr && !error)
      error = At(refusal.error, OffsetOfNumber(begin, refusal.taken));
    return static_cast<uint64_t>(count);
  }

  size_t OffsetOfNumber(size_t begin, size_t number) const {
    size_t at = begin;
    for (size_t i = 0; i < number; ++i) at = text_.find(',', at) + 1;
    return text_.find_first_of("0123456789", at);
  }

  // The number before the ']', if there is one.
  Result<IntegerArray> ReadLast() {
    const size_t close = text_.find(']', next_);
    if (close == std::string_view::npos)
      return IntegerArray{.count = count_, .end = text_.size(), .truncated = true};
    const std::string_view text = text_.substr(next_, close - next_);
    if (text.size() > kPieceBytes) return std::unexpected(At("expected an integer", next_));
    uint64_t values[kValuesPerPiece];
    const ScanResult scanned = ScanAny(text, values);
    if (scanned.error != nullptr) return std::unexpected(At(scanned.error, next_ + scanned.offset));
    if (scanned.count == 0 && count_ > 0)
      return std::unexpected(At("a number is missing before ']'", close));
    if (scanned.count > 0) {
      if (auto reserved = Reserve(count_ + 1); !reserved)
        return std::unexpected(InFile(reserved.error(), next_));
      const auto refusal = sink_.Consume(count_, std::span(values, 1));
      if (refusal.error != nullptr)
        return std::unexpected(At(refusal.error, OffsetOfNumber(next_, 0)));
      ++count_;
    }
    return IntegerArray{.count = count_, .end = close + 1};
  }

  Error At(const char* message, size_t offset) const {
    return Error{.code = ErrorCode::kBadData,
                 .message = message,
                 .hint = "the file is damaged or was edited; take a new one",
                 .file = input_.name(),
                 .offset = offset};
  }

  Error InFile(Error error, size_t offset) const {
    error.file = input_.name();
    error.offset = offset;
    return error;
  }

  // What stands first in the file counts: all chunks before it are read to their end.
  void Fail(Error error) {
    const std::scoped_lock lock(mutex_);
    if (!failure_ || error.offset < failure_->offset) failure_ = std::move(error);
  }

  const Input& input_;
  const std::string_view text_;
  IntegerSink& sink_;
  const std::string& stage_;
  Progress& progress_;
  std::mutex mutex_;  // of all below
  size_t next_;       // behind the last comma that was counted
  uint64_t count_ = 0;
  bool closed_ = false;  // the array's ']' was found
  std::optional<Error> failure_;
};

}  // namespace

Result<IntegerArray> ScanIntegerArray(const Input& input, size_t begin, IntegerSink& sink,
                                      unsigned threads, const std::string& stage,
                                      Progress& progress) {
  return Scanner(input, begin, sink, stage, progress).Run(threads);
}

}  // namespace nodeheap
