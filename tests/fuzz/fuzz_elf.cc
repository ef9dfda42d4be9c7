// Any bytes as a core and as an executable: asks what opens for all it has. Compressed input is
// refused here, as in fuzz_snapshot.
//
//   fuzz_elf -max_len=4096 NEW_CORPUS tests/fuzz/corpus
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include "memory/decompress.h"
#include "support/exercise_elf.h"
#include "support/memory_file.h"

namespace {

constexpr size_t kMaxBytes = size_t{64} << 10;

[[noreturn]] void Fail(const std::string& what) {
  std::fprintf(stderr, "%s\n", what.c_str());
  std::abort();
}

// `opened` is a Result of a pointer to something to exercise.
template <typename T>
void Check(const T& opened) {
  if (!opened) {
    const nodeheap::Error& error = opened.error();
    if (error.message.empty() || error.hint.empty() || error.file.empty())
      Fail("an error says too little: " + Describe(error));
  } else if (const std::string wrong = nodeheap::test::Exercise(**opened); !wrong.empty()) {
    Fail(wrong);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  if (size > kMaxBytes || nodeheap::Recognise(bytes) != nodeheap::Compression::kNone) return 0;
  const nodeheap::test::MemoryFile file(bytes);
  nodeheap::Progress progress;
  Check(nodeheap::CoreFile::Open(file.path(), progress));
  Check(nodeheap::ElfImage::Open(file.path()));
  return 0;
}
