// doctor of cores.
#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "queries/core_only.h"
#include "queries/doctor.h"
#include "queries/signals.h"
#include "queries/spaces.h"
#include "session/native_code.h"
#include "v8/versions.h"

namespace nodeheap {
namespace {

// What doctor knows of the heap; nothing if it could not be walked.
struct HeapState {
  const v8::Heap* heap = nullptr;
  HeapCoverage coverage = {};
  std::string text;  // of both for people
};

Result<HeapState> Examine(Process& process, Progress& progress, Health& health) {
  const auto heap = process.WalkedHeap(progress);
  if (!heap) {
    if (heap.error().code == ErrorCode::kCancelled) return std::unexpected(heap.error());
    health.Add({Severity::kDataLoss, "unreadable_heap", heap.error().message});
    return HeapState{.text = "not at all: " + heap.error().message};
  }
  const PageSums sums = SumPages(**heap);
  const HeapCoverage coverage{.bytes = sums.area, .unparsed = sums.unparsed};
  return HeapState{.heap = *heap,
                   .coverage = coverage,
                   .text = fmt::format("{:.4g} % of {} of heap pages", 100 * coverage.share(),
                                       HumanSize(coverage.bytes))};
}

std::string_view NameOf(Architecture architecture) {
  return architecture == Architecture::kArm64 ? "arm64" : "x64";
}

std::string ProcessText(const Process& process) {
  const std::string_view name = process.name();
  return fmt::format("{} ({})", name.empty() ? "unknown" : name, process.memory().process_id());
}

// Of memory, in bytes.
uint64_t Missing(const Process& process) {
  return process.is_core() ? process.core().missing_bytes() : 0;
}

std::string MissingText(const Process& process) {
  if (!process.is_core()) return "nothing: it is a live process";
  if (Missing(process) == 0) return "nothing: the file is as long as its headers say";
  return fmt::format("{} of memory: the file ends early", HumanSize(Missing(process)));
}

// Of the module that has Node's code, as far as it is known.
std::string BuildIdOf(const Process& process) {
  if (process.image() != nullptr) return process.image()->build_id();
  const auto modules = process.modules();
  return modules.empty() ? std::string() : modules.front().build_id;
}

std::string ExecutableText(const Process& process) {
  if (process.image() != nullptr) return process.image()->path();
  const auto modules = process.modules();
  if (modules.empty() || modules.front().path.empty()) return "unknown, and not at hand";
  return modules.front().path + ", not at hand";
}

Result<Table> DumpTable(const Process& process, const HeapState& state, Progress& progress) {
  const MemorySource& memory = process.memory();
  const v8::Metadata& metadata = process.metadata().metadata;
  NH_TRY(const v8::BuildVersions found, v8::FindVersions(memory, progress));
  const Confidence confidence =
      Judge(state.coverage, Missing(process) == 0, process.metadata().exact);
  return Table{
      .name = "dump",
      .layout = Layout::kDetails,
      .fields = {{"confidence", "Confidence"},
                 {"kind", "Kind"},
                 {"file_size", "File", Unit::kBytes},
                 {"missing", "Missing"},
                 {"process", "Process"},
                 {"signal", "Stopped by"},
                 {"node_version", "Node.js"},
                 {"v8_version", "V8"},
                 {"architecture", "Architecture"},
                 {"executable", "Executable"},
                 {"build_id", "Build id"},
                 {"heap_share", "Heap read", Unit::kShare, Placement::kMachineOnly},
                 {"heap", "Heap read", Unit::kText, Placement::kTextOnly},
                 {"objects", "Objects", Unit::kCount}},
      .rows = {{std::string(Name(confidence)),
                std::string(process.is_core() ? "core of a process" : "live process"),
                process.is_core() ? Cell{process.core().file_size()} : Cell{}, MissingText(process),
                ProcessText(process), DescribeSignal(memory.signal(), memory.process_id()),
                found.node.empty() ? metadata.node_version : found.node,
                found.v8.empty() ? v8::ToString(metadata.v8_version) : found.v8,
                std::string(NameOf(memory.architecture())), ExecutableText(process),
                BuildIdOf(process), state.coverage.share(), state.text,
                state.heap == nullptr ? Cell{} : Cell{uint64_t{state.heap->object_count()}}}},
      .total = 1};
}

Table ThreadsTable(const Process& process) {
  Table table{.name = "threads",
              .title = "Threads; what stopped the process came to the first",
              .fields = {{"thread", "Thread", Unit::kCount},
                         {"stack_pointer", "Stack pointer"},
                         {"function", "Is in", Unit::kText, Placement::kMachineOnly},
                         {"role", "For"}}};
  for (const ThreadState& thread : process.memory().threads()) {
    const auto place = FindNativePlace(process, thread.pc);
    table.rows.push_back({int64_t{thread.id},
                          thread.sp != 0 ? Cell{AddressText(thread.sp)} : Cell{},
                          place ? Cell{place->function} : Cell{}, ThreadRole(process, thread)});
  }
  table.total = table.rows.size();
  return table;
}

// Where the knowledge came from: docs/v8-layout.md has the whole of it.
Table OriginsTable(const Process& process) {
  const v8::Metadata& metadata = process.metadata().metadata;
  Table table{.name = "origins",
              .title = "Where the constants came from",
              .fields = {{"what", "What"}, {.key = "origin", .title = "From", .whole = true}}};
  const auto add = [&](std::string what, std::string origin) {
    table.rows.push_back({std::move(what), std::move(origin)});
  };
  add(fmt::format("{} constants of V8's objects", metadata.values.size()),
      process.metadata().explanation);
  add("what V8 does not name", "V8's sources, by version, and checked against the heap");
  add("pages, spaces, isolates", "the core itself");
  add("names of native functions", process.image() == nullptr
                                       ? "nowhere: the executable is not at hand"
                                       : process.image()->path());
  table.total = table.rows.size();
  return table;
}

bool HasBuildIds(const Process& process) {
  return std::ranges::any_of(process.modules(),
                             [](const auto& module) { return !module.build_id.empty(); });
}

std::vector<std::string> Advice(const Process& process, const HeapState& state) {
  std::vector<std::string> advice;
  if (Missing(process) != 0)
    advice.emplace_back(
        "The file ends early: raise the limit (ulimit -c unlimited, or LimitCORE=infinity in a "
        "service), see that the disk has room, and copy cores whole.");
  if (!process.metadata().exact)
    advice.emplace_back(
        "The layout is that of a similar build: name the executable that ran with --exe.");
  else if (process.image() == nullptr)
    advice.emplace_back(
        "Name the executable that ran with --exe: it has the names of native functions and the "
        "text of Node's own scripts.");
  if (!HasBuildIds(process))
    advice.emplace_back(
        "No build id is in the core: let the kernel write the first pages of executables (bit 4 "
        "of /proc/PID/coredump_filter; 0x33 is its default).");
  if (process.memory().threads().empty())
    advice.emplace_back(
        "No thread is in the core: take it with gcore, or let the kernel write it.");
  if (Missing(process) == 0 && state.coverage.share() < 0.999)
    advice.emplace_back(
        "Parts of the heap are no objects that nodeheap knows: the executable may be another than "
        "the one that ran, or the garbage collector was at work; another core may do better.");
  return advice;
}

}  // namespace

Result<Report> DiagnoseCore(Process& process, Progress& progress) {
  Report report;
  NH_TRY(const HeapState state, Examine(process, progress, report.health));
  NH_TRY(Table dump, DumpTable(process, state, progress));
  report.tables.push_back(std::move(dump));
  report.tables.push_back(ThreadsTable(process));
  if (state.heap != nullptr) report.tables.push_back(IsolatesTable(*state.heap));
  report.tables.push_back(OriginsTable(process));
  const auto advice = Advice(process, state);
  if (!advice.empty())
    report.tables.push_back(Sentences("advice", "What would make this dump better", advice));
  return report;
}

}  // namespace nodeheap
