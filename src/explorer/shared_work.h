// Work that breeds work, such as a search, done by several threads: each has a stack of its own,
// and one that has much gives to those that have none.
#pragma once

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <iterator>
#include <mutex>
#include <vector>

namespace nodeheap::explorer {

template <typename Item>
class SharedWork {
 public:
  explicit SharedWork(unsigned threads) : threads_(threads) {}

  // Gives away some of a long stack if a thread waits: what was found early leads far.
  void Offer(std::vector<Item>& stack) {
    if (std::ssize(stack) < 2 * kGift || waiting_.load(std::memory_order_relaxed) == 0) return;
    {
      const std::scoped_lock lock(mutex_);
      if (!given_.empty()) return;
      given_.assign(stack.begin(), stack.begin() + kGift);
    }
    std::copy(stack.end() - kGift, stack.end(), stack.begin());
    stack.erase(stack.end() - kGift, stack.end());
    changed_.notify_one();
  }

  // Fills the empty stack of a thread that has nothing more to do. Returns false when no thread
  // has, or after Stop().
  bool Take(std::vector<Item>& stack) {
    std::unique_lock lock(mutex_);
    if (++waiting_ == threads_ && given_.empty()) stopped_ = true;
    if (stopped_) changed_.notify_all();
    changed_.wait(lock, [this] { return stopped_ || !given_.empty(); });
    if (stopped_) return false;
    --waiting_;
    stack.swap(given_);
    return true;
  }

  void Stop() {
    const std::scoped_lock lock(mutex_);
    stopped_ = true;
    changed_.notify_all();
  }

 private:
  static constexpr ptrdiff_t kGift = 256;

  const unsigned threads_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::atomic<unsigned> waiting_ = 0;
  std::vector<Item> given_;
  bool stopped_ = false;
};

}  // namespace nodeheap::explorer
