// Good files, damaged on purpose: whatever the damage, loading either fails with a complete error
// or gives a graph on which everything can be computed. Run under the sanitizers too.
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <random>
#include <string>
#include <vector>

#include "support/analyzed_heap.h"
#include "support/corpus.h"
#include "support/exercise.h"
#include "support/files.h"

namespace nodeheap::test {
namespace {

// How often a mutant loaded, so that a test cannot pass by refusing everything.
struct Outcome {
  int loaded = 0;
  int refused = 0;
};

void TryBoth(const std::string& text, Outcome& outcome) {
  bool loads_whole = false;
  for (const bool partial : {false, true}) {
    const auto graph = LoadText(text, {.partial = partial, .threads = 1});
    if (graph) {
      ASSERT_EQ(Exercise(*graph), "");
      ASSERT_TRUE(partial || graph->health().complete());
      loads_whole |= !partial;
      ++outcome.loaded;
    } else {
      ASSERT_NE(graph.error().message, "");
      ASSERT_NE(graph.error().file, "");
      ASSERT_NE(graph.error().hint, "") << graph.error().message;
      ASSERT_FALSE(loads_whole) << "refused only with --partial: " << graph.error().message;
      ++outcome.refused;
    }
  }
}

using Mutation = std::function<std::string(std::string text, size_t at)>;

// Applies `mutation` at every `stride`th byte of every seed.
Outcome MutateSeeds(size_t stride, const Mutation& mutation) {
  Outcome outcome;
  for (const Seed& seed : Seeds()) {
    for (size_t at = 0; at < seed.text.size(); at += stride) {
      SCOPED_TRACE(seed.name + " at " + std::to_string(at));
      TryBoth(mutation(seed.text, at), outcome);
      if (testing::Test::HasFatalFailure()) return outcome;
    }
  }
  EXPECT_GT(outcome.refused, 0);
  return outcome;
}

TEST(Mutation, FlippedBits) {
  for (const int bit : {0, 1, 3, 7}) {
    const Outcome outcome = MutateSeeds(7, [bit](std::string text, size_t at) {
      text[at] = static_cast<char>(text[at] ^ (1 << bit));
      return text;
    });
    EXPECT_GT(outcome.loaded, 100) << bit;
  }
}

TEST(Mutation, OtherBytes) {
  for (const char byte : {'9', ',', '"', ']', '\\', '\0', '\xFF'}) {
    MutateSeeds(11, [byte](std::string text, size_t at) {
      text[at] = byte;
      return text;
    });
  }
}

TEST(Mutation, InsertedText) {
  for (const std::string text : {"0", "99999999999", ",0,", "\"", "[[", "}", "\\u"}) {
    MutateSeeds(13, [&text](std::string whole, size_t at) { return whole.insert(at, text); });
  }
}

TEST(Mutation, MissingText) {
  for (const size_t length : {size_t{1}, size_t{2}, size_t{50}})
    MutateSeeds(7, [length](std::string text, size_t at) { return text.erase(at, length); });
}

TEST(Mutation, RepeatedText) {
  MutateSeeds(11, [](std::string text, size_t at) { return text.insert(at, text.substr(at, 40)); });
}

TEST(Mutation, ZeroedPages) {
  MutateSeeds(13, [](std::string text, size_t at) {
    const size_t length = std::min<size_t>(64, text.size() - at);
    return text.replace(at, length, length, '\0');
  });
}

// Valid numbers in the wrong places get further than damaged text does.
std::string WithNumberReplaced(const std::string& text, size_t number, std::string_view by) {
  const size_t begin = text.find("\"nodes\":");
  size_t at = begin;
  for (size_t i = 0; i <= number; ++i) {
    at = text.find_first_of("0123456789", at);
    if (i < number) at = text.find_first_not_of("0123456789", at);
  }
  std::string mutant = text;
  return mutant.replace(at, text.find_first_not_of("0123456789", at) - at, by);
}

TEST(Mutation, OtherNumbers) {
  Outcome outcome;
  for (const Seed& seed : Seeds()) {
    if (!seed.name.starts_with("classes_node24") && !seed.name.starts_with("strings") &&
        !seed.name.starts_with("system") && !seed.name.starts_with("weak_map"))
      continue;
    const size_t numbers = static_cast<size_t>(std::ranges::count(
        seed.text.substr(seed.text.find("\"nodes\":"),
                         seed.text.find("\"trace_function_infos\"") - seed.text.find("\"nodes\":")),
        ','));
    for (size_t number = 0; number + 2 < numbers; ++number) {
      for (const std::string_view by : {"0", "1", "3", "6", "10", "9007199254740991"}) {
        SCOPED_TRACE(seed.name + " number " + std::to_string(number) + " by " + std::string(by));
        TryBoth(WithNumberReplaced(seed.text, number, by), outcome);
        if (HasFatalFailure()) return;
      }
    }
  }
  EXPECT_GT(outcome.loaded, 500);
  EXPECT_GT(outcome.refused, 500);
}

// A real file, damaged in its header, its middle and its end, and cut in many places.
TEST(Mutation, RealSnapshot) {
  const std::string whole = ReadZstdFile(FixturePath("everything-node12.heapsnapshot.zst"));
  Outcome outcome;
  std::mt19937 random(1);
  for (int round = 0; round < 12; ++round) {
    std::string text = whole;
    for (int i = 0; i < 3; ++i) text[random() % text.size()] = "0,9]\"x "[random() % 7];
    SCOPED_TRACE(round);
    const auto graph = LoadText(text, {.threads = 2});
    if (graph) {
      ASSERT_EQ(WrongNumbers(*graph, AnalyzeAll(*graph)), "");
      ++outcome.loaded;
    } else {
      ASSERT_NE(graph.error().hint, "") << graph.error().message;
      ++outcome.refused;
    }
  }
  EXPECT_GT(outcome.refused, 0);
  for (int tenth = 1; tenth < 10; ++tenth) {
    const std::string text = whole.substr(0, whole.size() / 10 * static_cast<size_t>(tenth));
    EXPECT_EQ(LoadError(text).code, ErrorCode::kTruncated);
    const auto graph = LoadText(text, kPartial);
    ASSERT_TRUE(graph) << Describe(graph.error());
    EXPECT_FALSE(graph->health().complete());
    EXPECT_EQ(WrongNumbers(*graph, AnalyzeAll(*graph)), "");
  }
}

}  // namespace
}  // namespace nodeheap::test
