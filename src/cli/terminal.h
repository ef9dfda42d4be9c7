// What the program's surroundings allow: colour, width, progress, interruption.
#pragma once

#include <atomic>
#include <chrono>
#include <mutex>
#include <string>
#include <string_view>

#include "nodeheap/progress.h"

namespace nodeheap::cli {

bool WantsColor(const std::string& when, bool to_stdout);
// Columns of the terminal; of a file or a pipe, COLUMNS or 100.
unsigned TextWidth();

// Shows progress on stderr, if that is a terminal, once the work has taken a second.
class TerminalProgress : public Progress {
 public:
  explicit TerminalProgress(bool quiet);
  ~TerminalProgress() override { Clear(); }

  void Report(std::string_view stage, uint64_t done, uint64_t total) override;
  // Removes the line before something else is written.
  void Clear();

 private:
  using Clock = std::chrono::steady_clock;

  const bool shown_;
  std::mutex mutex_;  // guards what follows
  Clock::time_point next_;
  bool drawn_ = false;
};

}  // namespace nodeheap::cli
