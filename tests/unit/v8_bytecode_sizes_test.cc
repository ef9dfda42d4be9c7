// The sizes of bytecodes fit the functions of real programs: bytecode by bytecode, each of them
// ends where its array does.
#include <gtest/gtest.h>

#include "support/cores.h"
#include "v8/bytecode_sizes.h"
#include "v8/heap.h"

namespace nodeheap::v8 {
namespace {

// How far `code` is bytecodes.
size_t EndOfBytecodes(std::span<const std::byte> code, std::span<const std::byte> sizes) {
  constexpr size_t kPrefixes = 4;
  const size_t count = sizes.size() / 3;
  size_t at = 0;
  while (at < code.size()) {
    const auto first = static_cast<size_t>(code[at]);
    const bool is_prefix = first < kPrefixes;
    const size_t bytecode = is_prefix ? static_cast<size_t>(code[at + 1]) : first;
    const size_t width = is_prefix ? 1 + first % 2 : 0;
    if (bytecode >= count) break;
    at += static_cast<size_t>(sizes[width * count + bytecode]) + (is_prefix ? 1U : 0U);
  }
  return at;
}

TEST(BytecodeSizes, FitAllFunctionsOfEachNode) {
  for (const int major : {16, 18, 20, 22, 24, 26}) {
    Progress progress;
    const auto core = CoreFile::Open(
        test::CorePath("leaking_class-abort-node" + std::to_string(major)), progress);
    ASSERT_TRUE(core);
    const Runtime runtime = Runtime::Open(**core, test::LayoutOf(**core)).value();
    const Heap heap = Heap::Walk(runtime, progress).value();
    const auto sizes = KnownBytecodeSizes(runtime.layout().version);
    ASSERT_FALSE(sizes.empty()) << major;
    size_t functions = 0;
    for (uint32_t i = 0; i < heap.object_count(); ++i) {
      const Tagged array = Tag(heap.address(ObjectIndex{i}));
      if (!runtime.Is(array, Kind::kBytecodeArray)) continue;
      const auto length = runtime.CountField(array, kWord, 1).value();
      const auto code =
          runtime.memory().View(Untag(array) + runtime.layout().bytecode_data, length);
      ASSERT_EQ(EndOfBytecodes(code, sizes), code.size()) << major;
      ++functions;
    }
    EXPECT_GT(functions, 100U) << major;
  }
}

TEST(BytecodeSizes, AreKnownOfOddMajors) {
  for (const Version version :
       {Version{9, 5, 172}, Version{9, 6, 180}, Version{10, 7, 193}, Version{10, 8, 168},
        Version{11, 8, 172}, Version{12, 9, 202}, Version{14, 1, 146}})
    EXPECT_GT(KnownBytecodeSizes(version).size(), size_t{3} * 190) << ToString(version);
}

TEST(BytecodeSizes, AreUnknownOfOtherVersions) {
  EXPECT_TRUE(KnownBytecodeSizes({12, 5, 0}).empty());
  EXPECT_TRUE(KnownBytecodeSizes({}).empty());
}

}  // namespace
}  // namespace nodeheap::v8
