// glibc's malloc, read from memory that is laid out as glibc 2.36 lays it out, sound and broken.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "ledger/glibc_malloc.h"
#include "support/fake_memory.h"

namespace nodeheap::ledger {
namespace {

using test::FakeMemory;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

constexpr uint64_t kData = 0x100000;  // libc's variables
constexpr uint64_t kDataSize = 0x4000;
constexpr uint64_t kMain = kData + 0xC60;  // main_arena
constexpr uint64_t kHeap = 0x800000;
constexpr uint64_t kHeapSize = 0x21000;
constexpr uint64_t kLarge = 0x40000000;   // chunks with a mapping of their own
constexpr uint64_t kOther = 0x140000000;  // the heap of a second arena: 64 MiB aligned
constexpr uint64_t kUsed = 1;             // of a header: the chunk before is in use

// Offsets in struct malloc_state.
constexpr uint64_t kFastBins = 0x10;
constexpr uint64_t kTop = 0x60;
constexpr uint64_t kBins = 0x70;
constexpr uint64_t kNext = 0x870;
constexpr uint64_t kSystem = 0x888;

class GlibcMalloc : public testing::Test {
 protected:
  GlibcMalloc() {
    memory_.Map(kData, kDataSize);
    memory_.Map(kHeap, kHeapSize);
    memory_.Map(kLarge, 0x10000);
    memory_.Map(kOther, 0x21000);
    WriteArena(kMain, kMain, kHeapSize);
  }

  void WriteArena(uint64_t arena, uint64_t next, uint64_t system) {
    for (uint64_t i = 0; i < 254; ++i)
      memory_.Set(arena + kBins + i * 8, arena + kBins + i / 2 * 16 - 16);
    memory_.Set(arena + kNext, next);
    memory_.Set(arena + kSystem, system);
    memory_.Set(arena + kSystem + 8, system);
  }
  // Chunks of these sizes from `at` on, each header with its flag; returns where they end.
  uint64_t WriteChunks(uint64_t at, std::initializer_list<uint64_t> headers) {
    for (const uint64_t header : headers) {
      memory_.Set(at + 8, header);
      at += header & ~uint64_t{7};
    }
    return at;
  }
  // A top that reaches to `end`.
  void WriteTop(uint64_t arena, uint64_t at, uint64_t end, uint64_t flags = kUsed) {
    memory_.Set(arena + kTop, at);
    memory_.Set(at + 8, (end - at) | flags);
  }
  // Three chunks, of which the second is free.
  void WriteMain() {
    WriteTop(kMain, WriteChunks(kHeap, {0x100 | kUsed, 0x200 | kUsed, 0x300}), kHeap + kHeapSize);
  }
  void WriteOther() {
    const uint64_t arena = kOther + 0x30;
    memory_.Set(kMain + kNext, arena);
    memory_.Set(kOther, arena);
    memory_.Set(kOther + 16, uint64_t{0x21000});
    WriteArena(arena, kMain, 0x21000);
    const uint64_t first = kOther + 0x8D0;
    WriteTop(arena, WriteChunks(first, {0x400 | 4 | kUsed}), kOther + 0x21000, 4 | kUsed);
  }
  Malloc Read() {
    constexpr Range kDataRange[] = {{kData, kData + kDataSize}};
    constexpr Range kAnonymous[] = {
        {kHeap, kHeap + kHeapSize}, {kLarge, kLarge + 0x10000}, {kOther, kOther + 0x21000}};
    return ReadGlibcMalloc(memory_, kDataRange, kAnonymous);
  }

  FakeMemory memory_;
};

uint64_t SumOfRuns(const Malloc& malloc) {
  uint64_t sum = 0;
  for (const MallocRun& run : malloc.runs) sum += run.memory.end - run.memory.start;
  return sum;
}

TEST_F(GlibcMalloc, TellsUsedChunksFromFreeOnes) {
  WriteMain();
  const Malloc malloc = Read();
  ASSERT_THAT(malloc.arenas, SizeIs(1));
  const MallocArena& arena = malloc.arenas.front();
  EXPECT_EQ(arena.problem, "");
  EXPECT_EQ(arena.address, kMain);
  EXPECT_EQ(arena.used, 0x400U);
  EXPECT_EQ(arena.free, kHeapSize - 0x400);
  EXPECT_EQ(arena.chunks, 2U);
  EXPECT_EQ(SumOfRuns(malloc), kHeapSize);
}

TEST_F(GlibcMalloc, ReadsFurtherArenas) {
  WriteMain();
  WriteOther();
  const Malloc malloc = Read();
  ASSERT_THAT(malloc.arenas, SizeIs(2));
  EXPECT_EQ(malloc.arenas[0].problem, "");
  EXPECT_EQ(malloc.arenas[1].problem, "");
  EXPECT_EQ(malloc.arenas[1].used, 0x8D0U + 0x400);
  EXPECT_EQ(SumOfRuns(malloc), kHeapSize + 0x21000);
}

TEST_F(GlibcMalloc, FindsChunksWithAMappingOfTheirOwn) {
  WriteMain();
  memory_.Set(kLarge + 0x1008, uint64_t{0x2000} | 2);
  memory_.Set(kLarge + 0x3008, uint64_t{0x1000} | 2);
  memory_.Set(kLarge + 0x5008, uint64_t{0x100000} | 2);  // larger than the memory
  // struct malloc_par of glibc 2.36
  const uint64_t sbrk_base = kData + 0x200;
  memory_.Set(sbrk_base, kHeap);
  memory_.Set(sbrk_base - 16, uint64_t{0x3000});
  memory_.Set(sbrk_base - 36, uint32_t{2});
  const Malloc malloc = Read();
  EXPECT_THAT(malloc.mapped_chunks, SizeIs(2));
  EXPECT_EQ(malloc.mapped_problem, "");

  memory_.Set(sbrk_base - 36, uint32_t{3});
  EXPECT_THAT(Read().mapped_problem, HasSubstr("could not be checked"));
}

TEST_F(GlibcMalloc, CountsCachedChunksAsFree) {
  // A thread's cache with two chunks of 32 bytes, linked as glibc 2.32 and later do, and a fast bin
  // with one.
  const uint64_t first = kHeap + 0x290;
  WriteTop(
      kMain,
      WriteChunks(kHeap, {0x290 | kUsed, 0x20 | kUsed, 0x20 | kUsed, 0x30 | kUsed, 0x40 | kUsed}),
      kHeap + kHeapSize);
  memory_.Set(kHeap + 0x10, uint16_t{2});
  memory_.Set(kHeap + 0x10 + 128, first + 0x10);
  memory_.Set(first + 0x10, (first + 0x30) ^ (first + 0x10) >> 12);
  memory_.Set(first + 0x30, (first + 0x30) >> 12);
  const uint64_t fast = first + 0x40;
  memory_.Set(kMain + kFastBins + 8, fast);
  memory_.Set(fast + 0x10, (fast + 0x10) >> 12);
  const Malloc malloc = Read();
  EXPECT_EQ(malloc.arenas.front().problem, "");
  EXPECT_THAT(malloc.cached, SizeIs(3));
  EXPECT_EQ(malloc.arenas.front().used, 0x290U + 0x40);
  EXPECT_EQ(malloc.arenas.front().chunks, 2U);
}

TEST_F(GlibcMalloc, CyclesAmongCachedChunksEnd) {
  const uint64_t fast = kHeap + 0x100;
  WriteTop(kMain, WriteChunks(kHeap, {0x100 | kUsed, 0x20 | kUsed}), kHeap + kHeapSize);
  memory_.Set(kMain + kFastBins, fast);
  memory_.Set(fast + 0x10, fast ^ (fast + 0x10) >> 12);
  const Malloc malloc = Read();
  EXPECT_THAT(malloc.arenas.front().problem, HasSubstr("fast bin of 32 bytes is damaged"));
  EXPECT_THAT(malloc.cached, IsEmpty());
}

TEST_F(GlibcMalloc, StopsAtChunksThatCannotBe) {
  for (const uint64_t size :
       {uint64_t{0}, uint64_t{0x18}, uint64_t{0x10}, uint64_t{0xFFFFFFFFFFFFFFF0}, kHeapSize}) {
    WriteMain();
    memory_.Set(kHeap + 0x108, size | kUsed);
    const Malloc malloc = Read();
    ASSERT_THAT(malloc.arenas, SizeIs(1));
    EXPECT_NE(malloc.arenas.front().problem, "") << size;
    EXPECT_LE(SumOfRuns(malloc), kHeapSize);
  }
}

TEST_F(GlibcMalloc, ListsOfArenasAndHeapsMayBeCycles) {
  WriteMain();
  WriteOther();
  memory_.Set(kOther + 0x30 + kNext, kOther + 0x30);
  memory_.Set(kOther + 8, kOther);  // the heap before is the heap itself
  const Malloc malloc = Read();
  ASSERT_THAT(malloc.arenas, SizeIs(2));
  EXPECT_THAT(malloc.arenas[1].problem, HasSubstr("list of its heaps is damaged"));

  memory_.Set(kMain + kNext, uint64_t{0x1234560});  // no memory
  EXPECT_THAT(Read().arenas, SizeIs(1));
  EXPECT_THAT(Read().arenas.front().problem, HasSubstr("list of arenas is damaged"));
}

TEST_F(GlibcMalloc, FollowsAMainHeapInSeveralParts) {
  // The first part could not grow: it ends with two headers of no chunks.
  const uint64_t last = WriteChunks(kHeap, {0x200 | kUsed, 0xDE0 | kUsed, 0x10 | kUsed});
  memory_.Set(last + 8, uint64_t{0x10} | kUsed);
  const uint64_t part = kHeap + 0x4000;
  WriteTop(kMain, WriteChunks(part, {0x500 | kUsed}), part + 0x8000);
  memory_.Set(kMain + kSystem, uint64_t{0x9000});
  const Malloc malloc = Read();
  EXPECT_EQ(malloc.arenas.front().problem, "");
  EXPECT_THAT(malloc.arenas.front().heaps, SizeIs(2));
  EXPECT_EQ(malloc.arenas.front().chunks, 3U);
}

TEST_F(GlibcMalloc, SaysSoWhereThereIsNone) {
  memory_.Set(kMain + kSystem, uint64_t{1});
  const Malloc malloc = Read();
  EXPECT_THAT(malloc.arenas, IsEmpty());
  EXPECT_THAT(malloc.problem, HasSubstr("not found"));
}

}  // namespace
}  // namespace nodeheap::ledger
