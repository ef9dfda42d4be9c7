#include "session/core_graph.h"

#include <fmt/format.h>
#include <malloc.h>

#include <limits>

#include "explorer/explorer.h"

namespace nodeheap {
namespace {

Result<void> CheckIsolate(const Process& process, std::optional<uint32_t> isolate) {
  const size_t isolates = process.runtime().isolates().size();
  if (!isolate || *isolate < isolates) return {};
  return std::unexpected(
      Error{.code = ErrorCode::kInvalidArgument,
            .message = fmt::format("there is no isolate {}", *isolate),
            .hint = fmt::format("this process has {}: 0 is the main one", isolates)});
}

}  // namespace

Result<HeapGraph> BuildGraph(Process& process, std::optional<uint32_t> isolate, Progress& progress,
                             unsigned threads, HeapPart part) {
  NH_CHECK(CheckIsolate(process, isolate));
  NH_TRY(const v8::Heap* const heap, process.WalkedHeap(progress));
  auto graph = explorer::ExploreHeap(*heap,
                                     {.isolate = isolate,
                                      .unreachable = part == HeapPart::kUnreachable,
                                      .references = part != HeapPart::kReachableObjects,
                                      .threads = threads,
                                      .native = process.native_image()},
                                     progress);
  // What was read is known now, and the analyses need its place.
  process.ForgetHeap();
  if (process.image() != nullptr) process.image()->Evict();
  process.memory().Evict(0, std::numeric_limits<uint64_t>::max());
#ifdef __GLIBC__
  // What the threads have freed stays with them else.
  malloc_trim(0);
#endif
  return graph;
}

Result<std::optional<explorer::ReferencesToOne>> FindReferencesTo(Process& process,
                                                                  std::optional<uint32_t> isolate,
                                                                  uint64_t address,
                                                                  Progress& progress,
                                                                  unsigned threads) {
  NH_CHECK(CheckIsolate(process, isolate));
  NH_TRY(const v8::Heap* const heap, process.WalkedHeap(progress));
  return explorer::ExploreReferencesTo(*heap, address, {.isolate = isolate, .threads = threads},
                                       progress);
}

}  // namespace nodeheap
