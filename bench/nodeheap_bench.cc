// Times nodeheap's own stages, without the start of a process and the making of tables:
//   nodeheap_bench parse|full FILE [--threads N]
// "parse" turns the file, a snapshot or a core, into a graph; "full" also computes everything there
// is to compute. Prints one line: parse_ms=… total_ms=… peak_rss_kb=…
#include <fmt/format.h>
#include <sys/resource.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <span>
#include <string_view>

#include "nodeheap/session.h"

namespace {

using Clock = std::chrono::steady_clock;

double MillisecondsSince(Clock::time_point start) {
  return std::chrono::duration<double, std::milli>(Clock::now() - start).count();
}

int Fail(const nodeheap::Error& error) {
  fmt::print(stderr, "nodeheap_bench: {}\n", nodeheap::Describe(error));
  return 3;
}

int Run(const char* path, bool full, unsigned threads) {
  nodeheap::Progress progress;
  const auto start = Clock::now();
  auto session = nodeheap::Session::Open(path, {.threads = threads}, progress);
  if (!session) return Fail(session.error());
  if (const auto loaded = session->LoadGraph(progress); !loaded) return Fail(loaded.error());
  const double parse_ms = MillisecondsSince(start);
  if (full) {
    const auto analyzed = session->Prepare(nodeheap::Need::kAll, progress);
    if (!analyzed) return Fail(analyzed.error());
  }
  const double total_ms = MillisecondsSince(start);
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  fmt::print("parse_ms={:.1f} total_ms={:.1f} peak_rss_kb={} nodes={} edges={}\n", parse_ms,
             total_ms, usage.ru_maxrss, session->graph().node_count(),
             session->graph().edge_count());
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  const std::span<char*> arguments(argv, static_cast<size_t>(argc));
  const std::string_view mode = argc > 1 ? arguments[1] : "";
  const bool has_threads = argc == 5 && std::string_view(arguments[3]) == "--threads";
  if ((mode != "parse" && mode != "full") || (argc != 3 && !has_threads)) {
    fmt::print(stderr, "usage: nodeheap_bench parse|full FILE [--threads N]\n");
    return 2;
  }
  const unsigned long threads = has_threads ? std::strtoul(arguments[4], nullptr, 10) : 0;
  return Run(arguments[2], mode == "full", static_cast<unsigned>(threads));
}
