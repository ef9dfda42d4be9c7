#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <thread>
#include <vector>

#include "memory/decompress.h"
#include "memory/input.h"
#include "support/files.h"

namespace nodeheap::test {
namespace {

using testing::HasSubstr;

// What Open() reads, or the error as people see it.
std::string Read(const std::string& path) {
  Progress progress;
  const auto input = Input::Open(path, progress);
  return input ? std::string(input->bytes()) : "error: " + Describe(input.error());
}

std::string ReadBytes(std::string_view bytes) { return Read(TempFile(bytes).path()); }

Error OpenError(const std::string& path) {
  Progress progress;
  const auto input = Input::Open(path, progress);
  return input ? Error{.code = ErrorCode::kInvalidArgument, .message = "no error"} : input.error();
}

// About 9 MB that do not compress to nothing: more than any buffer on the way.
std::string LargeText() {
  std::string text;
  for (uint32_t i = 0; text.size() < (9U << 20); ++i) text += std::to_string(i * 2654435761U) + ',';
  return text;
}

// Standard input for as long as this lives, fed by a thread through a pipe.
class PipedInput {
 public:
  explicit PipedInput(std::string bytes) : saved_(dup(STDIN_FILENO)) {
    int ends[2];
    if (pipe(ends) != 0) throw std::runtime_error("pipe failed");
    dup2(ends[0], STDIN_FILENO);
    close(ends[0]);
    writer_ = std::thread([end = ends[1], bytes = std::move(bytes)] {
      // In small steps, so that reads come up short.
      for (size_t at = 0; at < bytes.size();) {
        const ssize_t written =
            write(end, bytes.data() + at, std::min<size_t>(bytes.size() - at, 3001));
        if (written <= 0) break;
        at += static_cast<size_t>(written);
      }
      close(end);
    });
  }
  PipedInput(const PipedInput&) = delete;
  PipedInput& operator=(const PipedInput&) = delete;
  ~PipedInput() {
    writer_.join();
    dup2(saved_, STDIN_FILENO);
    close(saved_);
  }

 private:
  int saved_;
  std::thread writer_;
};

TEST(Input, ReadsPlainAndCompressedFiles) {
  const std::string large = LargeText();
  for (const std::string& text : {std::string("x"), std::string("abc"), large}) {
    EXPECT_TRUE(ReadBytes(text) == text);
    EXPECT_TRUE(ReadBytes(Gzip(text)) == text);
    EXPECT_TRUE(ReadBytes(Xz(text)) == text);
    EXPECT_TRUE(ReadBytes(Zstd(text)) == text);
  }
}

TEST(Input, ReadsGzipOfSeveralMembers) {
  EXPECT_EQ(ReadBytes(Gzip("one,") + Gzip("") + Gzip("two")), "one,two");
}

TEST(Input, ReadsXzOfSeveralStreams) {
  EXPECT_EQ(ReadBytes(Xz("one,") + Xz("") + std::string(4, '\0') + Xz("two")), "one,two");
}

TEST(Input, ReadsZstdOfSeveralFrames) {
  EXPECT_EQ(ReadBytes(Zstd("one,") + Zstd("") + Zstd("two")), "one,two");
}

TEST(Input, ReadsAPipe) {
  const std::string large = LargeText();
  for (const std::string& sent : {std::string("ab"), large, Gzip(large), Xz(large), Zstd(large)}) {
    const PipedInput piped(sent);
    const std::string read = Read("-");
    EXPECT_TRUE(read == (sent.size() == 2 ? sent : large)) << read.substr(0, 200);
  }
}

TEST(Input, NamesStandardInput) {
  const PipedInput piped("");
  EXPECT_THAT(Read("-"), HasSubstr("standard input: is empty"));
}

TEST(Input, KeepsBytesAlive) {
  const TempFile file(Gzip("kept"));
  Progress progress;
  std::string_view bytes;
  std::shared_ptr<const void> owner;
  {
    const auto input = Input::Open(file.path(), progress);
    ASSERT_TRUE(input);
    bytes = input->bytes();
    owner = input->owner();
  }
  EXPECT_EQ(bytes, "kept");
}

TEST(Input, ReadsAPlainFileAgainAfterEvicting) {
  const std::string text = LargeText();
  const TempFile file(text);
  Progress progress;
  const auto input = Input::Open(file.path(), progress);
  ASSERT_TRUE(input);
  input->Evict(0, text.size());
  EXPECT_TRUE(input->bytes() == text);
}

TEST(Input, DoesNotEvictWhatExistsOnlyInMemory) {
  const std::string text = LargeText();
  const TempFile file(Zstd(text));
  Progress progress;
  const auto input = Input::Open(file.path(), progress);
  ASSERT_TRUE(input);
  input->Evict(0, text.size());
  EXPECT_TRUE(input->bytes() == text);
}

size_t ResidentBytes(std::string_view bytes) {
  const auto page = static_cast<size_t>(sysconf(_SC_PAGESIZE));
  std::vector<unsigned char> resident(bytes.size() / page);
  auto* const start = const_cast<char*>(bytes.data());
  if (mincore(start, resident.size() * page, resident.data()) != 0)
    throw std::runtime_error("mincore failed");
  return page * static_cast<size_t>(std::ranges::count(resident, 1));
}

TEST(Input, KeepsNoMemoryForPagesOfZeros) {
  const std::string text = "begin" + std::string(48U << 20, '\0') + "end";
  for (const std::string& bytes : {Gzip(text), Xz(text), Zstd(text)}) {
    const TempFile file(bytes);
    Progress progress;
    const auto input = Input::Open(file.path(), progress);
    ASSERT_TRUE(input);
    EXPECT_LT(ResidentBytes(input->bytes()), 12U << 20);
    EXPECT_TRUE(input->bytes() == text);
  }
}

TEST(Input, RefusesWhatCannotBeRead) {
  EXPECT_EQ(OpenError("/nowhere/x.heapsnapshot").code, ErrorCode::kIo);
  EXPECT_THAT(Read("/nowhere/x.heapsnapshot"),
              HasSubstr("/nowhere/x.heapsnapshot: cannot open: No such file"));
  EXPECT_EQ(OpenError("/").code, ErrorCode::kIo);
  EXPECT_THAT(Read("/"), HasSubstr("/: is a directory"));
}

TEST(Input, RefusesEmptyFiles) {
  for (const std::string& bytes : {std::string(), Gzip(""), Xz(""), Zstd("")}) {
    const TempFile file(bytes);
    const Error error = OpenError(file.path());
    EXPECT_EQ(error.code, ErrorCode::kBadData);
    EXPECT_EQ(error.message, "is empty");
    EXPECT_EQ(error.file, file.path());
    EXPECT_NE(error.hint, "");
  }
}

// Either nothing came out, which is an error, or the beginning did, and the input says so.
TEST(Input, TellsWhereverCompressedDataIsCut) {
  const std::string text = "some text, some text, some more text";
  for (const std::string& whole : {Gzip(text), Xz(text), Zstd(text)}) {
    for (size_t length = kMagicBytes; length < whole.size(); ++length) {
      const TempFile file(whole.substr(0, length));
      Progress progress;
      const auto input = Input::Open(file.path(), progress);
      if (input) {
        EXPECT_TRUE(text.starts_with(input->bytes()));
        ASSERT_TRUE(input->truncation()) << length;
      }
      const Error error = input ? *input->truncation() : input.error();
      ASSERT_EQ(error.code, ErrorCode::kTruncated) << length << ": " << error.message;
      EXPECT_EQ(error.file, file.path());
      EXPECT_NE(error.hint, "");
    }
  }
}

TEST(Input, KeepsWhatThereIsOfALargeCompressedFile) {
  const std::string text = LargeText();
  for (std::string bytes : {Gzip(text), Xz(text), Zstd(text)}) {
    bytes.resize(bytes.size() / 2);
    const TempFile file(bytes);
    Progress progress;
    const auto input = Input::Open(file.path(), progress);
    ASSERT_TRUE(input) << input.error().message;
    EXPECT_TRUE(input->truncation());
    EXPECT_GT(input->bytes().size(), text.size() / 4);
    EXPECT_TRUE(text.starts_with(input->bytes()));
  }
}

TEST(Input, RefusesCorruptData) {
  const std::string text = LargeText();
  for (std::string bytes : {Gzip(text), Xz(text), Zstd(text)}) {
    for (size_t at = bytes.size() / 2; at < bytes.size() / 2 + 64; ++at) bytes[at] ^= 0x55;
    const TempFile file(bytes);
    const Error error = OpenError(file.path());
    EXPECT_EQ(error.code, ErrorCode::kBadData) << error.message;
    EXPECT_THAT(error.message, HasSubstr("corrupt"));
    EXPECT_NE(error.hint, "");
  }
  EXPECT_THAT(ReadBytes(Gzip("text") + "garbage"), HasSubstr("corrupt"));
  EXPECT_THAT(ReadBytes(Xz("text") + "long garbage"), HasSubstr("corrupt"));
  EXPECT_THAT(ReadBytes(Zstd("text") + "garbage"), HasSubstr("corrupt"));
}

TEST(Input, CanBeCancelledWhileReading) {
  class Cancelled : public Progress {
    bool cancelled() const override { return true; }
  };
  const TempFile file(Gzip("text"));
  Cancelled progress;
  const auto input = Input::Open(file.path(), progress);
  ASSERT_FALSE(input);
  EXPECT_EQ(input.error().code, ErrorCode::kCancelled);
}

}  // namespace
}  // namespace nodeheap::test
