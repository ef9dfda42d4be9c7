#include "cli/terminal.h"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <charconv>
#include <cstdio>
#include <cstdlib>

#include "cli/signals.h"

namespace nodeheap::cli {
namespace {

constexpr auto kQuietStart = std::chrono::seconds(1);
constexpr auto kInterval = std::chrono::milliseconds(100);
constexpr unsigned kDefaultWidth = 100;
constexpr unsigned kMinWidth = 40;

std::string_view Variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string_view() : std::string_view(value);
}

bool IsDumb() { return Variable("TERM") == "dumb"; }

}  // namespace

bool WantsColor(const std::string& when, bool to_stdout) {
  if (when != "auto") return when == "always";
  return to_stdout && isatty(STDOUT_FILENO) == 1 && Variable("NO_COLOR").empty() && !IsDumb();
}

unsigned TextWidth() {
  winsize size{};
  if (isatty(STDOUT_FILENO) == 1 && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 &&
      size.ws_col != 0)
    return std::max<unsigned>(size.ws_col, kMinWidth);
  unsigned columns = 0;
  const std::string_view text = Variable("COLUMNS");
  std::from_chars(text.data(), text.data() + text.size(), columns);
  return columns == 0 ? kDefaultWidth : std::max(columns, kMinWidth);
}

TerminalProgress::TerminalProgress(bool quiet)
    : shown_(!quiet && isatty(STDERR_FILENO) == 1 && !IsDumb()),
      next_(Clock::now() + kQuietStart) {}

void TerminalProgress::Report(std::string_view stage, uint64_t done, uint64_t total) {
  if (!shown_) return;
  const std::unique_lock lock(mutex_, std::try_to_lock);
  if (!lock.owns_lock() || Clock::now() < next_) return;
  next_ = Clock::now() + kInterval;
  drawn_ = true;
  SetProgressShown(true);
  const std::string share = total == 0
                                ? ""
                                : fmt::format(" {:.0f} %", 100.0 * static_cast<double>(done) /
                                                               static_cast<double>(total));
  std::fputs(fmt::format("\r\033[K{}{} …", stage, share).c_str(), stderr);
  std::fflush(stderr);
}

void TerminalProgress::Clear() {
  const std::lock_guard lock(mutex_);
  if (!drawn_) return;
  drawn_ = false;
  SetProgressShown(false);
  std::fputs("\r\033[K", stderr);
  std::fflush(stderr);
}

}  // namespace nodeheap::cli
