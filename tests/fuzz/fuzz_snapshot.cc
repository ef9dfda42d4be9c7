// Any bytes as a `.heapsnapshot`: loads them whole and with --partial, and computes everything of
// what loads. Compressed input is refused here; fuzzing zlib and zstd is not our business.
//
//   fuzz_snapshot -max_len=4096 -dict=tests/fuzz/snapshot.dict NEW_CORPUS tests/fuzz/corpus
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include "memory/decompress.h"
#include "nodeheap/snapshot.h"
#include "support/exercise.h"
#include "support/memory_file.h"

namespace {

using namespace std::string_view_literals;

// Analyses are linear, but a hang should be told from much work.
constexpr size_t kMaxBytes = size_t{64} << 10;

[[noreturn]] void Fail(std::string_view what, const std::string& detail) {
  std::fprintf(stderr, "%.*s: %s\n", static_cast<int>(what.size()), what.data(), detail.c_str());
  std::abort();
}

void CheckError(const nodeheap::Error& error) {
  if (error.message.empty() || error.file.empty())
    Fail("an error says too little"sv, Describe(error));
  for (const char c : Describe(error))
    if (static_cast<unsigned char>(c) < 0x20) Fail("a control character"sv, error.message);
}

// Returns whether it loads.
bool Try(const std::string& path, bool partial) {
  nodeheap::Progress progress;
  const auto graph = nodeheap::LoadSnapshot(path, {.partial = partial, .threads = 1}, progress);
  if (!graph) {
    CheckError(graph.error());
    return false;
  }
  if (!partial && !graph->health().complete()) Fail("incomplete"sv, "without partial");
  const std::string wrong = nodeheap::test::Exercise(*graph);
  if (!wrong.empty()) Fail("inconsistent"sv, wrong);
  return true;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  if (size > kMaxBytes || nodeheap::Recognise(bytes) != nodeheap::Compression::kNone) return 0;
  const nodeheap::test::MemoryFile file(bytes);
  const bool whole = Try(file.path(), false);
  if (!Try(file.path(), true) && whole) Fail("refused"sv, "only with partial");
  return 0;
}
