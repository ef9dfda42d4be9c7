// The fuzzer's corpus: seeds made by the builder, and whatever it once found.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "support/corpus.h"
#include "support/exercise.h"
#include "support/files.h"

namespace nodeheap::test {
namespace {

const std::filesystem::path kCorpus =
    std::filesystem::path(NODEHEAP_SOURCE_DIR) / "tests" / "fuzz" / "corpus";

// NODEHEAP_WRITE_CORPUS=1 writes the seeds anew after the builder changed.
TEST(Corpus, SeedsAreWhatTheBuilderWrites) {
  const bool write = std::getenv("NODEHEAP_WRITE_CORPUS") != nullptr;
  for (const Seed& seed : Seeds()) {
    EXPECT_LT(seed.text.size(), 4096U) << seed.name;
    if (write) std::ofstream(kCorpus / seed.name, std::ios::binary) << seed.text;
    EXPECT_EQ(ReadFile((kCorpus / seed.name).string()), seed.text) << seed.name;
  }
}

TEST(Corpus, EverySeedLoads) {
  for (const Seed& seed : Seeds()) {
    const auto graph = LoadText(seed.text);
    ASSERT_TRUE(graph) << seed.name << ": " << Describe(graph.error());
    EXPECT_EQ(Exercise(*graph), "") << seed.name;
  }
}

TEST(Corpus, NoFileOfItDoesHarm) {
  for (const auto& entry : std::filesystem::directory_iterator(kCorpus)) {
    const std::string text = ReadFile(entry.path().string());
    for (const LoadOptions& options : {LoadOptions{}, kPartial}) {
      const auto graph = LoadText(text, options);
      const std::string wrong = graph ? Exercise(*graph) : "";
      EXPECT_EQ(wrong, "") << entry.path();
    }
  }
}

}  // namespace
}  // namespace nodeheap::test
