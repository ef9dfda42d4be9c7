#include "queries/signals.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

namespace nodeheap {
namespace {

// The numbers of x64 and arm64: signal(7).
struct Signal {
  int number;
  std::string_view name;
  std::string_view meaning;
  bool has_address = false;
};
constexpr Signal kSignals[] = {
    {1, "SIGHUP", "the terminal was closed"},
    {2, "SIGINT", "interrupted from the keyboard"},
    {3, "SIGQUIT", "asked to quit with a core"},
    {4, "SIGILL", "illegal instruction; V8 and Node abort with it", true},
    {5, "SIGTRAP", "breakpoint; V8 aborts with it (fatal errors, an uncaught exception)", true},
    {6, "SIGABRT", "aborted: an assertion, a heap that is full, process.abort()"},
    {7, "SIGBUS", "bad memory access", true},
    {8, "SIGFPE", "arithmetic error", true},
    {9, "SIGKILL", "killed"},
    {11, "SIGSEGV", "invalid memory access", true},
    {13, "SIGPIPE", "wrote to a closed pipe"},
    {15, "SIGTERM", "asked to end"},
    {19, "SIGSTOP", "stopped; a debugger or gcore took the core of a living process"},
    {24, "SIGXCPU", "used more processor time than allowed"},
    {25, "SIGXFSZ", "wrote a file larger than allowed"},
    {31, "SIGSYS", "bad system call"},
};

// si_code of a signal that has an address: above 0, and not SI_KERNEL.
bool HasAddress(const Signal& signal, int code) {
  return signal.has_address && code > 0 && code < 0x80;
}

}  // namespace

std::string DescribeSignal(const SignalInfo& signal, uint32_t process_id) {
  if (signal.number == 0) return "none: the process lived when the core was taken";
  const auto known = std::ranges::find(kSignals, signal.number, &Signal::number);
  if (known == std::end(kSignals)) return fmt::format("signal {}", signal.number);
  std::string text = fmt::format("{}: {}", known->name, known->meaning);
  if (signal.code <= 0 && signal.sender != 0)
    text += signal.sender == process_id ? std::string(", sent by itself")
                                        : fmt::format(", sent by process {}", signal.sender);
  else if (HasAddress(*known, signal.code))
    text += fmt::format(", at 0x{:x}", signal.address);
  return text;
}

}  // namespace nodeheap
