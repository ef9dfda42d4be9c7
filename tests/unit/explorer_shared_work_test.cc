#include <gtest/gtest.h>

#include <atomic>
#include <vector>

#include "base/parallel.h"
#include "explorer/shared_work.h"

namespace nodeheap::explorer {
namespace {

constexpr unsigned kThreads = 4;

// Visits the numbers below `count` as a tree whose inner nodes have `arity` children.
void VisitTree(uint64_t count, uint64_t arity, std::vector<std::atomic<int>>& visits) {
  SharedWork<uint64_t> work(kThreads);
  RunParallel(kThreads, [&](unsigned index) {
    std::vector<uint64_t> stack;
    if (index == 0) stack.push_back(0);
    do {
      while (!stack.empty()) {
        const uint64_t node = stack.back();
        stack.pop_back();
        ++visits[node];
        for (uint64_t i = 1; i <= arity; ++i)
          if (node * arity + i < count) stack.push_back(node * arity + i);
        work.Offer(stack);
      }
    } while (work.Take(stack));
  });
}

TEST(SharedWorkTest, EachItemIsVisitedOnce) {
  // 1000 children make the stacks long enough to be shared; a chain never is.
  for (const uint64_t arity : {1U, 2U, 1000U}) {
    std::vector<std::atomic<int>> visits(300'000);
    VisitTree(visits.size(), arity, visits);
    for (const std::atomic<int>& count : visits) ASSERT_EQ(count, 1) << arity;
  }
}

TEST(SharedWorkTest, WorkIsGivenToAThreadThatWaits) {
  SharedWork<int> work(2);
  std::vector<int> mine(10'000, 7);
  std::vector<int> theirs;
  RunParallel(2, [&](unsigned index) {
    if (index == 0)
      while (mine.size() == 10'000) work.Offer(mine);
    else
      EXPECT_TRUE(work.Take(theirs));
  });
  EXPECT_FALSE(theirs.empty());
  EXPECT_EQ(mine.size() + theirs.size(), 10'000U);
}

TEST(SharedWorkTest, StoppingEndsTheWait) {
  SharedWork<int> work(kThreads);
  RunParallel(kThreads, [&](unsigned index) {
    std::vector<int> stack;
    if (index == 0)
      work.Stop();
    else
      EXPECT_FALSE(work.Take(stack));
  });
}

}  // namespace
}  // namespace nodeheap::explorer
