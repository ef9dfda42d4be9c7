// Timers and immediates that wait.
#include "node/timers.h"

#include <fmt/format.h>

#include "queries/callbacks.h"
#include "queries/core_only.h"
#include "queries/nodes.h"
#include "queries/paging.h"
#include "queries/params.h"
#include "queries/queries.h"

namespace nodeheap {
namespace {

constexpr Param kParams[] = {kNoLimitParam};
constexpr Example kExamples[] = {{"core", "all timers, and what they will call"}};
constexpr SortOption kSorts[] = {{"order", false, "by duration", true}};

Table TimersTable() {
  return {.name = "timers",
          .fields = {{"isolate", "Isolate"},
                     {"kind", "Kind"},
                     {"duration_ms", "Milliseconds", Unit::kCount},
                     {"referenced", "Keeps alive"},
                     {"start_ms", "Started", Unit::kCount, Placement::kMachineOnly},
                     {"address", "Address"},
                     {"callback_address", "Callback", Unit::kText, Placement::kMachineOnly},
                     {.key = "callback", .title = "Calls", .whole = true}}};
}

Row TimerRow(const v8::Runtime& runtime, const node::Environment& environment,
             const node::Timer& timer) {
  const auto milliseconds = [&timer](double value) {
    return timer.immediate ? Cell{} : Cell{static_cast<uint64_t>(value)};
  };
  return {environment.isolate->label,
          std::string(timer.immediate ? "immediate"
                      : timer.repeats ? "interval"
                                      : "timeout"),
          milliseconds(timer.duration_ms),
          std::string(timer.referenced ? "yes" : "no"),
          milliseconds(timer.start_ms),
          AddressText(v8::Untag(timer.object)),
          timer.callback != 0 ? Cell{AddressText(v8::Untag(timer.callback))} : Cell{},
          CallbackText(runtime, timer.callback)};
}

Result<Report> Run(const QueryInput& input) {
  NH_TRY(Process* const process, RequireProcess(input, "timers"));
  const v8::Runtime& runtime = process->runtime();
  Report report;
  Table table = TimersTable();
  for (const node::Environment& environment : node::FindEnvironments(runtime)) {
    const auto timers = node::FindTimers(runtime, environment);
    if (!timers)
      report.notes.push_back(
          fmt::format("The timers of {} were not found: the program has its own setTimeout.",
                      environment.isolate->label));
    else
      for (const node::Timer& timer : *timers)
        table.rows.push_back(TimerRow(runtime, environment, timer));
  }
  CutRows(table, input.arguments.paging());
  report.tables.push_back(std::move(table));
  return report;
}

}  // namespace

constinit const QueryInfo kTimers = {
    .name = "timers",
    .summary = "list timers, intervals and immediates that wait (cores)",
    .description =
        "Lists what setTimeout, setInterval and setImmediate were asked for and what has not "
        "happened yet, in all threads, with the function that will be called.",
    .params = kParams,
    .examples = kExamples,
    .sorts = kSorts,
    .needs_graph = false,
    .run = &Run,
};

}  // namespace nodeheap
