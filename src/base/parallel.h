// The few shapes of parallelism nodeheap needs.
#pragma once

#include <algorithm>
#include <cstdint>
#include <exception>
#include <future>
#include <thread>
#include <utility>
#include <vector>

namespace nodeheap {

// 0 stands for one thread per processor.
inline unsigned ThreadCount(unsigned requested) {
  if (requested != 0) return requested;
  return std::max(1U, std::thread::hardware_concurrency());
}

// Runs work(0) … work(threads - 1) at the same time and waits for all. The first exception thrown
// (in practice std::bad_alloc) is thrown again here.
template <typename Work>
void RunParallel(unsigned threads, const Work& work) {
  std::vector<std::exception_ptr> failures(threads);
  const auto guarded = [&](unsigned index) {
    try {
      work(index);
    } catch (...) {
      failures[index] = std::current_exception();
    }
  };
  {
    std::vector<std::jthread> others;
    for (unsigned index = 1; index < threads; ++index) others.emplace_back(guarded, index);
    guarded(0);
  }
  for (const std::exception_ptr& failure : failures)
    if (failure) std::rethrow_exception(failure);
}

// Splits [0, size) into one range per thread: work(begin, end).
template <typename Work>
void ParallelRanges(unsigned threads, uint64_t size, const Work& work) {
  RunParallel(threads,
              [&](unsigned index) { work(size * index / threads, size * (index + 1) / threads); });
}

// What both pieces of work return; they run at the same time if there are two threads.
template <typename First, typename Second>
auto RunBoth(unsigned threads, const First& first, const Second& second) {
  // A deferred task runs when it is first waited for.
  auto other =
      std::async(threads > 1 ? std::launch::async : std::launch::deferred, std::cref(second));
  auto result = first();
  return std::pair(std::move(result), other.get());
}

}  // namespace nodeheap
