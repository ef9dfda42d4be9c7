// The committed cores are walked without a gap.
#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>

#include "support/check_heap.h"
#include "support/cores.h"

namespace nodeheap::test {
namespace {

class CoreWalkFixtures : public testing::TestWithParam<std::filesystem::path> {};

TEST_P(CoreWalkFixtures, EveryByteIsAccountedFor) {
  Progress progress;
  const auto core = CoreFile::Open(GetParam(), progress).value();
  const auto runtime = v8::Runtime::Open(*core, LayoutOf(*core)).value();
  const auto heap = v8::Heap::Walk(runtime, progress).value();
  EXPECT_EQ(WhatIsWrong(heap), "");
  uint64_t unparsed = 0;
  for (const v8::PageUsage& usage : heap.usage()) unparsed += usage.unparsed;
  EXPECT_EQ(unparsed, 0);
  EXPECT_GT(heap.object_count(), 25'000);
}

TEST_P(CoreWalkFixtures, EachIsolateHasAThreadOfItsOwn) {
  Progress progress;
  const auto core = CoreFile::Open(GetParam(), progress).value();
  const auto runtime = v8::Runtime::Open(*core, LayoutOf(*core)).value();
  ASSERT_FALSE(runtime.isolates().empty());
  EXPECT_EQ(runtime.isolates()[0].label, "main");
  EXPECT_EQ(runtime.isolates()[0].thread_id, core->process_id());
  std::set<uint32_t> threads;
  for (const v8::Isolate& isolate : runtime.isolates()) {
    EXPECT_NE(isolate.address, 0) << isolate.label;
    EXPECT_NE(isolate.thread_id, 0) << isolate.label;
    EXPECT_TRUE(threads.insert(isolate.thread_id).second) << isolate.label;
  }
  const bool has_worker = GetParam().filename().string().find("-worker-") != std::string::npos;
  EXPECT_GE(runtime.isolates().size(), has_worker ? 2 : 1);
}

std::string TestName(const testing::TestParamInfo<std::filesystem::path>& core) {
  std::string name = core.param.stem().stem().string();
  std::ranges::replace(name, '-', '_');
  return name;
}
INSTANTIATE_TEST_SUITE_P(Cores, CoreWalkFixtures, testing::ValuesIn(CorePaths()), TestName);

}  // namespace
}  // namespace nodeheap::test
