#include "cli/signals.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <csignal>
#include <cstring>

#include "cli/command_line.h"

namespace nodeheap::cli {
namespace {

// A handler may touch nothing but these: plain memory, written before it can run.
// It has no other arguments. NOLINTBEGIN(cppcoreguidelines-avoid-non-const-global-variables)
std::atomic<bool> g_progress_shown = false;
std::array<char, 4096> g_lost_input{};
std::array<char, 4096> g_temporary_file{};
// NOLINTEND(cppcoreguidelines-avoid-non-const-global-variables)

void Store(const std::string& text, std::array<char, 4096>& buffer) {
  buffer.fill(0);
  std::memcpy(buffer.data(), text.data(), std::min(text.size(), buffer.size() - 1));
}

void SayRaw(const char* text) {
  [[maybe_unused]] const auto written = write(STDERR_FILENO, text, std::strlen(text));
}

[[noreturn]] void End(const char* line, int code) {
  if (g_temporary_file[0] != 0) unlink(g_temporary_file.data());
  if (g_progress_shown) SayRaw("\r\033[K");
  SayRaw(line);
  _exit(code);
}

void OnInterrupt(int /*signal*/) { End("nodeheap: interrupted\n", kExitInterrupted); }
void OnLostInput(int /*signal*/) { End(g_lost_input.data(), kExitUnreadable); }

void Handle(int signal, void (*handler)(int)) {
  struct sigaction action{};
  action.sa_handler = handler;
  sigemptyset(&action.sa_mask);
  sigaction(signal, &action, nullptr);
}

}  // namespace

void InstallSignalHandlers() {
  Handle(SIGINT, &OnInterrupt);
  Handle(SIGTERM, &OnInterrupt);
  Handle(SIGHUP, &OnInterrupt);
  Handle(SIGBUS, &OnLostInput);
  // Writing to a closed pipe then fails with EPIPE, which Output treats as the reader's choice.
  Handle(SIGPIPE, SIG_IGN);
}

void SetLostInputMessage(const std::string& line) { Store(line, g_lost_input); }

void SetTemporaryFile(const std::string& path) { Store(path, g_temporary_file); }

void SetProgressShown(bool shown) { g_progress_shown = shown; }

}  // namespace nodeheap::cli
