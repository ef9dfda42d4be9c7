#include "snapshot/integer_array.h"

#include <algorithm>
#include <barrier>
#include <new>
#include <vector>

#include "base/parallel.h"
#include "snapshot/integer_scanner.h"

namespace nodeheap {
namespace {

// What a thread takes at a time: small enough to be still in the cache when, after counting its
// numbers, the thread comes back to read them.
constexpr size_t kChunkBytes = size_t{8192} << 10;

// A part of the array that starts at a number and, unless it is empty or the last, ends behind a
// comma.
struct Chunk {
  size_t begin = 0;
  size_t end = 0;
  uint64_t first = 0;  // number of its first number
  uint64_t commas = 0;
  bool closed = false;  // the array's ']' was found at `end`
};

class Scanner {
 public:
  Scanner(const Input& input, size_t begin, IntegerSink& sink, unsigned threads,
          const std::string& stage, Progress& progress)
      : input_(input),
        text_(input.bytes()),
        sink_(sink),
        stage_(stage),
        progress_(progress),
        chunks_(threads),
        next_(begin),
        last_begin_(begin),
        errors_(threads) {}

  // Each round, the threads count the numbers of one chunk each; one of them then numbers the
  // chunks (so that each knows where in the columns it belongs); then all read their chunks.
  Result<IntegerArray> Run() {
    PlanChunks();
    std::barrier<> barrier(static_cast<std::ptrdiff_t>(chunks_.size()));
    RunParallel(static_cast<unsigned>(chunks_.size()), [&](unsigned index) {
      while (!finished_) {
        Count(chunks_[index]);
        barrier.arrive_and_wait();
        if (index == 0) NumberChunks();
        barrier.arrive_and_wait();
        if (!failure_) Read(chunks_[index], errors_[index]);
        barrier.arrive_and_wait();
        if (index == 0) FinishRound();
        barrier.arrive_and_wait();
      }
    });
    if (failure_) return std::unexpected(*std::move(failure_));
    return ReadLast();
  }

 private:
  // Cuts the next round's chunks behind commas.
  void PlanChunks() {
    for (Chunk& chunk : chunks_) {
      chunk = Chunk{.begin = next_, .end = next_};
      if (next_ == text_.size()) continue;
      const size_t wanted = std::min(text_.size(), next_ + kChunkBytes);
      const size_t comma = text_.substr(0, wanted).rfind(',');
      // Nothing but one enormous number or white space: leave the rest to ReadLast().
      if (comma == std::string_view::npos || comma < next_) continue;
      chunk.end = next_ = comma + 1;
    }
  }

  void Count(Chunk& chunk) const {
    const CommaCount counted = CountCommas(text_.substr(chunk.begin, chunk.end - chunk.begin));
    chunk.commas = counted.commas;
    chunk.closed = chunk.begin + counted.end < chunk.end;
    chunk.end = chunk.begin + counted.end;
  }

  void NumberChunks() {
    for (Chunk& chunk : chunks_) {
      chunk.first = count_;
      if (closed_) {
        chunk.end = chunk.begin;  // behind the array
        continue;
      }
      // The last number of the array has no comma; ReadLast() takes it.
      if (chunk.closed) chunk.end = TrimToComma(chunk);
      count_ += chunk.commas;
      last_begin_ = chunk.end;
      closed_ = chunk.closed;
    }
    if (auto reserved = Reserve(count_); !reserved) Fail(reserved.error(), last_begin_);
  }

  // Without memory the threads must still meet at the barrier, so this ends as an error.
  Result<void> Reserve(uint64_t total) {
    try {
      return sink_.Reserve(total);
    } catch (const std::bad_alloc&) {
      return std::unexpected(Error{.code = ErrorCode::kIo,
                                   .message = "not enough memory for \"" + stage_ + "\"",
                                   .hint = "use a machine with more memory"});
    }
  }

  size_t TrimToComma(const Chunk& chunk) const {
    if (chunk.commas == 0) return chunk.begin;
    return text_.substr(0, chunk.end).rfind(',') + 1;
  }

  void Read(const Chunk& chunk, std::optional<Error>& error) {
    uint64_t values[kValuesPerPiece];
    uint64_t first = chunk.first;
    for (size_t at = chunk.begin; at < chunk.end && !error;) {
      const size_t end = PieceEnd(at, chunk.end);
      first += ReadPiece(at, end, first, values, error);
      at = end;
    }
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

  void FinishRound() {
    for (std::optional<Error>& error : errors_)
      if (error && !failure_) failure_ = std::move(error);
    if (progress_.cancelled())
      failure_ = Error{.code = ErrorCode::kCancelled, .message = "cancelled"};
    const size_t before = chunks_[0].begin;
    progress_.Report(stage_, last_begin_, text_.size());
    PlanChunks();
    const bool stuck = last_begin_ == before && chunks_[0].begin == chunks_[0].end;
    finished_ = failure_ || closed_ || stuck || chunks_[0].begin == chunks_[0].end;
  }

  // The number before the ']', if there is one.
  Result<IntegerArray> ReadLast() {
    const size_t close = text_.find(']', last_begin_);
    if (close == std::string_view::npos)
      return IntegerArray{.count = count_, .end = text_.size(), .truncated = true};
    const std::string_view text = text_.substr(last_begin_, close - last_begin_);
    if (text.size() > kPieceBytes) return std::unexpected(At("expected an integer", last_begin_));
    uint64_t values[kValuesPerPiece];
    const ScanResult scanned = ScanAny(text, values);
    if (scanned.error != nullptr)
      return std::unexpected(At(scanned.error, last_begin_ + scanned.offset));
    if (scanned.count == 0 && count_ > 0)
      return std::unexpected(At("a number is missing before ']'", close));
    if (scanned.count > 0) {
      if (auto reserved = Reserve(count_ + 1); !reserved) {
        Fail(reserved.error(), last_begin_);
        return std::unexpected(*std::move(failure_));
      }
      const auto refusal = sink_.Consume(count_, std::span(values, 1));
      if (refusal.error != nullptr)
        return std::unexpected(At(refusal.error, OffsetOfNumber(last_begin_, 0)));
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

  void Fail(Error error, size_t offset) {
    error.file = input_.name();
    error.offset = offset;
    failure_ = std::move(error);
  }

  const Input& input_;
  const std::string_view text_;
  IntegerSink& sink_;
  const std::string& stage_;
  Progress& progress_;
  std::vector<Chunk> chunks_;  // one a thread
  size_t next_;                // where the next round starts
  size_t last_begin_;          // behind the last comma that was counted
  uint64_t count_ = 0;
  bool closed_ = false;
  bool finished_ = false;
  std::vector<std::optional<Error>> errors_;
  std::optional<Error> failure_;
};

}  // namespace

Result<IntegerArray> ScanIntegerArray(const Input& input, size_t begin, IntegerSink& sink,
                                      unsigned threads, const std::string& stage,
                                      Progress& progress) {
  return Scanner(input, begin, sink, threads, stage, progress).Run();
}

}  // namespace nodeheap
