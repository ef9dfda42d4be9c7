// The chain of frame pointers, on stacks made by hand.
#include <gtest/gtest.h>

#include "support/fake_memory.h"
#include "v8/stack_chain.h"

namespace nodeheap::test {
namespace {

using v8::ChainLink;
using v8::StackMemory;

constexpr uint64_t kCode = 0x10000;
constexpr uint64_t kStack = 0x100000;
constexpr uint64_t kStackSize = 0x4000;

ThreadState StoppedAt(uint64_t pc, uint64_t sp, uint64_t fp) {
  ThreadState thread;
  thread.pc = pc;
  thread.sp = sp;
  thread.fp = fp;
  return thread;
}

struct ExecutableMemory final : MemorySource {
  ExecutableMemory() {
    memory.Map(kCode, 0x1000);
    memory.Map(kStack, kStackSize);
    all.assign(memory.regions().begin(), memory.regions().end());
    all[0].executable = true;
  }
  // A frame at `fp` whose caller's is at `caller`.
  void Frame(uint64_t fp, uint64_t caller, uint64_t return_address) {
    memory.Set(fp, caller);
    memory.Set(fp + 8, return_address);
  }
  std::vector<ChainLink> Find(uint64_t fp, std::vector<uint64_t> exits = {}) {
    const ThreadState thread = StoppedAt(kCode, kStack, fp);
    const StackMemory stack(*this, thread);
    return v8::FindChain(*this, thread, stack, {.exits = std::move(exits)});
  }

  Architecture architecture() const override { return machine; }
  // A dump may lack code.
  std::span<const MemoryRegion> regions() const override { return memory.regions().subspan(1); }
  std::span<const MemoryRegion> mapped() const override { return all; }
  std::span<const std::byte> View(uint64_t address, uint64_t size) const override {
    return memory.View(address, size);
  }
  std::span<const ThreadState> threads() const override { return {}; }
  std::span<const MappedFile> files() const override { return {}; }
  const SignalInfo& signal() const override { return memory.signal(); }
  uint32_t process_id() const override { return 1; }
  const Health& health() const override { return memory.health(); }

  FakeMemory memory;
  std::vector<MemoryRegion> all;
  Architecture machine = Architecture::kX64;
};

std::vector<uint64_t> Pcs(const std::vector<ChainLink>& links) {
  std::vector<uint64_t> pcs;
  for (const ChainLink& link : links) pcs.push_back(link.pc);
  return pcs;
}

TEST(StackChain, FollowsFramePointers) {
  ExecutableMemory memory;
  memory.Frame(kStack + 0x100, kStack + 0x200, kCode + 1);
  memory.Frame(kStack + 0x200, kStack + 0x300, kCode + 2);
  memory.Frame(kStack + 0x300, 0, kCode + 3);
  EXPECT_EQ(Pcs(memory.Find(kStack + 0x100)), (std::vector<uint64_t>{kCode, kCode + 1, kCode + 2}));
}

TEST(StackChain, FollowsSignedReturnAddresses) {
  constexpr uint64_t kSignature = 0x0055'0000'0000'0000;
  ExecutableMemory memory;
  memory.Frame(kStack + 0x100, kStack + 0x200, kSignature | (kCode + 1));
  memory.Frame(kStack + 0x200, 0, kCode + 2);
  EXPECT_EQ(memory.Find(kStack + 0x100).size(), 1U);
  memory.machine = Architecture::kArm64;
  EXPECT_EQ(Pcs(memory.Find(kStack + 0x100)), (std::vector<uint64_t>{kCode, kCode + 1}));
}

TEST(StackChain, EndsAtPointersThatGoDownOrLeaveTheStack) {
  ExecutableMemory memory;
  memory.Frame(kStack + 0x200, kStack + 0x200, kCode + 1);
  EXPECT_EQ(memory.Find(kStack + 0x200).size(), 2U);
  memory.Frame(kStack + 0x200, kStack + kStackSize, kCode + 1);
  EXPECT_EQ(memory.Find(kStack + 0x200).size(), 2U);
  EXPECT_EQ(memory.Find(kStack + kStackSize - 8).size(), 1U);
  EXPECT_EQ(memory.Find(~uint64_t{7}).size(), 1U);
  EXPECT_EQ(memory.Find(kStack + 0x201).size(), 1U);
}

// A system library used the register for something else: the exit frame is known.
TEST(StackChain, ResumesAtAnExitFrame) {
  ExecutableMemory memory;
  memory.Frame(kStack + 0x800, kStack + 0x900, kCode + 8);
  memory.Frame(kStack + 0x900, 0, kCode + 9);
  const auto links = memory.Find(0x1234, {kStack + 0x800});
  ASSERT_EQ(links.size(), 3U);
  EXPECT_EQ(links[1].fp, kStack + 0x800);
  EXPECT_TRUE(links[1].after_gap);
  EXPECT_EQ(links[2].pc, kCode + 8);
}

// The frames in between are taken only if they lead to the exit frame.
TEST(StackChain, FindsFramesBeforeAnExitFrame) {
  ExecutableMemory memory;
  memory.Frame(kStack + 0x100, kStack + 0x180, kCode + 1);  // stale: leads past the exit
  memory.Frame(kStack + 0x180, kStack + 0x900, kCode + 2);
  memory.Frame(kStack + 0x400, kStack + 0x800, kCode + 4);
  memory.Frame(kStack + 0x800, kStack + 0x900, kCode + 8);
  memory.Frame(kStack + 0x900, 0, kCode + 9);
  const auto links = memory.Find(0x1234, {kStack + 0x800});
  ASSERT_EQ(links.size(), 4U);
  EXPECT_EQ(links[1].fp, kStack + 0x400);
}

TEST(StackChain, SurvivesAStackThatIsNotThere) {
  ExecutableMemory memory;
  const ThreadState thread = StoppedAt(5, 0x7000, 0x7008);
  const StackMemory stack(memory, thread);
  EXPECT_EQ(v8::FindChain(memory, thread, stack, {}).size(), 1U);
  EXPECT_EQ(stack.Word(0x7000), std::nullopt);
}

}  // namespace
}  // namespace nodeheap::test
