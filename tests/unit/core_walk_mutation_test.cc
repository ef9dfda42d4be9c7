// A real core, damaged on purpose: whatever the damage, its heap is walked and every byte of it
// accounted for, or refused with a message. Run under the sanitizers too.
#include <elf.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstring>
#include <functional>
#include <random>
#include <string>

#include "support/check_heap.h"
#include "support/cores.h"
#include "support/files.h"

namespace nodeheap::test {
namespace {

// A file of which every change can be taken back.
class DamagedFile {
 public:
  explicit DamagedFile(std::string_view original)
      : original_(original),
        file_(original),
        descriptor_(open(file_.path().c_str(), O_RDWR | O_CLOEXEC)),
        bytes_(static_cast<char*>(
            mmap(nullptr, original.size(), PROT_READ | PROT_WRITE, MAP_SHARED, descriptor_, 0))) {
    if (bytes_ == MAP_FAILED) throw std::runtime_error("cannot map a temporary file");
  }
  DamagedFile(const DamagedFile&) = delete;
  DamagedFile& operator=(const DamagedFile&) = delete;
  ~DamagedFile() {
    munmap(bytes_, original_.size());
    close(descriptor_);
  }

  const std::string& path() const { return file_.path(); }
  std::span<char> Change(size_t at, size_t size) {
    size = std::min(size, original_.size() - at);
    changes_.emplace_back(at, size);
    return {bytes_ + at, size};
  }
  void Cut(size_t size) {
    ASSERT_EQ(ftruncate(descriptor_, static_cast<off_t>(size)), 0);
    changes_.emplace_back(size, original_.size() - size);
  }
  void Restore() {
    ASSERT_EQ(ftruncate(descriptor_, static_cast<off_t>(original_.size())), 0);
    for (const auto& [at, size] : changes_) std::memcpy(bytes_ + at, original_.data() + at, size);
    changes_.clear();
  }

 private:
  std::string_view original_;
  TempFile file_;
  int descriptor_;
  char* bytes_;
  std::vector<std::pair<size_t, size_t>> changes_;
};

// Where in the file the memory is: from the program headers.
size_t OffsetOf(std::string_view file, uint64_t address) {
  Elf64_Ehdr header;
  std::memcpy(&header, file.data(), sizeof(header));
  for (size_t i = 0; i < header.e_phnum; ++i) {
    Elf64_Phdr load;
    std::memcpy(&load, file.data() + header.e_phoff + i * sizeof(load), sizeof(load));
    if (load.p_type == PT_LOAD && address - load.p_vaddr < load.p_filesz)
      return load.p_offset + (address - load.p_vaddr);
  }
  throw std::runtime_error("no such memory");
}

class CoreWalkMutation : public testing::TestWithParam<std::string> {
 protected:
  CoreWalkMutation()
      : original_(ReadZstdFile(CorePath("leaking_class-abort-node" + GetParam()))),
        file_(original_),
        random_(20) {
    Progress progress;
    const auto core = CoreFile::Open(file_.path(), progress).value();
    layout_ = LayoutOf(*core);
    const auto runtime = v8::Runtime::Open(*core, layout_).value();
    for (const v8::Page& page : runtime.pages().all())
      pages_.push_back(OffsetOf(original_, page.address));
  }

  size_t Below(size_t limit) { return random_() % limit; }
  size_t AnyPage() { return pages_[Below(pages_.size())]; }

  // Damages the core `times` times, differently, and walks what is left of it.
  void Try(int times, const std::function<void()>& damage) {
    int walked = 0;
    for (int i = 0; i < times && !HasFatalFailure(); ++i) {
      SCOPED_TRACE(i);
      damage();
      Walk(walked);
      file_.Restore();
    }
    EXPECT_GT(walked, times / 3);
  }

  std::string original_;
  DamagedFile file_;
  std::mt19937_64 random_;

 private:
  void Walk(int& walked) {
    Progress progress;
    const auto core = CoreFile::Open(file_.path(), progress);
    if (!core) return Refused(core.error());
    const auto runtime = v8::Runtime::Open(**core, layout_);
    if (!runtime) return Refused(runtime.error());
    const auto heap = v8::Heap::Walk(*runtime, progress, 2);
    if (!heap) return Refused(heap.error());
    ASSERT_EQ(WhatIsWrong(*heap), "");
    ++walked;
  }
  static void Refused(const Error& error) {
    ASSERT_NE(error.message, "");
    ASSERT_NE(error.hint, "") << error.message;
  }

  v8::Layout layout_;
  std::vector<size_t> pages_;  // offsets in the file
};

TEST_P(CoreWalkMutation, PageHeaders) {
  Try(70, [&] {
    char& byte = file_.Change(AnyPage() + Below(80), 1)[0];
    byte = static_cast<char>(byte ^ (1 << Below(8)));
  });
}

TEST_P(CoreWalkMutation, WordsOfObjects) {
  Try(70, [&] {
    for (int i = 0; i < 50; ++i) {
      const uint64_t word = random_() >> Below(64);
      std::memcpy(file_.Change(AnyPage() + Below(v8::kPageAlignment / 8) * 8, 8).data(), &word, 8);
    }
  });
}

TEST_P(CoreWalkMutation, ZeroedPages) {
  Try(30, [&] {
    for (int i = 0; i < 5; ++i)
      std::ranges::fill(file_.Change(AnyPage() + Below(64) * 4096, 4096), '\0');
  });
}

TEST_P(CoreWalkMutation, PagesOfAnythingElse) {
  Try(15, [&] {
    for (char& byte : file_.Change(AnyPage() + 4096, 64 * 1024))
      byte = static_cast<char>(random_());
  });
}

TEST_P(CoreWalkMutation, PagesSwapped) {
  Try(15, [&] {
    const std::string_view other(original_.data() + AnyPage(), 32 * 1024);
    std::ranges::copy(other, file_.Change(AnyPage(), other.size()).begin());
  });
}

TEST_P(CoreWalkMutation, CutFiles) {
  Try(20, [&] { file_.Cut(original_.size() / 2 + Below(original_.size() / 2)); });
}

INSTANTIATE_TEST_SUITE_P(Node, CoreWalkMutation, testing::Values("16", "22"));

}  // namespace
}  // namespace nodeheap::test
