// What asynchronous code waits for.
#include <fmt/format.h>

#include "node/async_hooks.h"
#include "node/async_state.h"
#include "queries/async_frames.h"
#include "queries/callbacks.h"
#include "queries/core_only.h"
#include "queries/nodes.h"
#include "queries/paging.h"
#include "queries/queries.h"
#include "queries/spaces.h"
#include "v8/stack_values.h"

namespace nodeheap {
namespace {

constexpr Example kExamples[] = {{"core", "where do async functions hang, and who awaits them?"}};
constexpr std::string_view kAliases[] = {"promises"};
constexpr SortOption kSorts[] = {{"instances", true}};

Cell Optional(const std::optional<uint32_t>& number) {
  return number ? Cell{uint64_t{*number}} : Cell{};
}

// "asyncOuter at /app/a.js:75:18 ← main at /app/a.js:3:3"
std::string CallersText(const v8::Runtime& runtime, const std::vector<v8::AsyncFrame>& frames) {
  std::string text;
  for (size_t i = 1; i < frames.size(); ++i)
    text += (i == 1 ? "" : " ← ") + Text(DescribeAsync(runtime, frames[i]));
  return text;
}

std::string StoresText(const v8::Runtime& runtime, const std::vector<v8::Tagged>& stores) {
  std::string text;
  for (const v8::Tagged store : stores)
    text += (text.empty() ? "" : ", ") + v8::DescribeValue(runtime, store);
  return text;
}

Row WaitRow(const v8::Runtime& runtime, const node::AsyncWait& wait) {
  const AsyncFunction innermost = DescribeAsync(runtime, wait.frames.front());
  const v8::SourcePlace place = innermost.place.value_or(v8::SourcePlace());
  return {wait.count,
          LabelOf(wait.isolate),
          innermost.name,
          place.script_name,
          Optional(place.line),
          Optional(place.column),
          wait.promise != 0 ? Cell{AddressText(v8::Untag(wait.promise))} : Cell{},
          AddressText(v8::Untag(wait.frames.front().generator)),
          Text(innermost),
          CallersText(runtime, wait.frames),
          StoresText(runtime, wait.stores)};
}

Result<Table> WaitsTable(const v8::Runtime& runtime, const std::vector<node::AsyncWait>& waits,
                         const QueryInput& input) {
  constexpr Placement kMachine = Placement::kMachineOnly;
  Table table{.name = "waits",
              .title = "Async functions that wait",
              .fields = {{"instances", "Instances", Unit::kCount},
                         {"isolate", "Isolate"},
                         {"function", "Function", Unit::kText, kMachine},
                         {"script", "Script", Unit::kText, kMachine},
                         {"line", "Line", Unit::kCount, kMachine},
                         {"column", "Column", Unit::kCount, kMachine},
                         {"promise", "Promise"},
                         {"generator", "Sample", Unit::kText, kMachine},
                         {"label", "Waits in", Unit::kText, Placement::kTextOnly, true},
                         {"awaited_by", "awaited by", Unit::kText, Placement::kOwnLine},
                         {"stores", "AsyncLocalStorage", Unit::kText, Placement::kOwnLine}}};
  const auto compare = [&](uint32_t a, uint32_t b) { return waits[a].count <=> waits[b].count; };
  NH_CHECK(AddPage(table, waits.size(), input.arguments.paging(), input.progress, compare,
                   [&](uint32_t i) { return WaitRow(runtime, waits[i]); }));
  return table;
}

Table PromisesTable(const std::vector<node::PromiseCount>& promises) {
  Table table{.name = "promises",
              .title = "Promises, with what waits for them",
              .fields = {{"instances", "Instances", Unit::kCount},
                         {"isolate", "Isolate"},
                         {"state", "State"},
                         {"waiting", "Waits"},
                         {"sample", "Sample"},
                         {"name", "Class"}}};
  for (const node::PromiseCount& count : promises)
    table.rows.push_back({count.count, LabelOf(count.isolate), std::string(v8::Name(count.state)),
                          std::string(node::Name(count.waiting)),
                          AddressText(v8::Untag(count.sample)), count.class_name});
  table.total = table.rows.size();
  return table;
}

void AddHooks(const v8::Runtime& runtime, Report& report) {
  Table table{.name = "hooks",
              .title = "Async hooks that are enabled",
              .fields = {{"isolate", "Isolate"},
                         {"address", "Hook"},
                         {"event", "On"},
                         {"callback_address", "Callback", Unit::kText, Placement::kMachineOnly},
                         {.key = "callback", .title = "Calls", .whole = true}}};
  for (const node::Environment& environment : node::FindEnvironments(runtime)) {
    const auto hooks = node::FindAsyncHooks(runtime, environment);
    if (!hooks) {
      report.notes.push_back(
          fmt::format("The async hooks of {} were not found: the program has its own setTimeout.",
                      environment.isolate->label));
      continue;
    }
    for (const node::AsyncHook& hook : *hooks)
      for (const node::AsyncHookCallback& callback : hook.callbacks)
        table.rows.push_back({environment.isolate->label, AddressText(v8::Untag(hook.object)),
                              std::string(callback.event),
                              AddressText(v8::Untag(callback.function)),
                              CallbackText(runtime, callback.function)});
  }
  table.total = table.rows.size();
  if (!table.rows.empty()) report.tables.push_back(std::move(table));
}

Result<Report> Run(const QueryInput& input) {
  NH_TRY(Process* const process, RequireProcess(input, "async"));
  NH_TRY(const v8::Heap* const heap, process->WalkedHeap(input.progress));
  NH_TRY(const node::AsyncState state, node::FindAsyncState(*heap, input.progress));
  Report report;
  NH_TRY(Table waits, WaitsTable(process->runtime(), state.waits, input));
  report.tables.push_back(std::move(waits));
  report.tables.push_back(PromisesTable(state.promises));
  AddHooks(process->runtime(), report);
  report.next.push_back(CommandFor(input.session, "bt", "--async"));
  report.next.push_back(CommandFor(input.session, "timers", ""));
  report.next.push_back(CommandFor(input.session, "getactivehandles", ""));
  return report;
}

}  // namespace

constinit const QueryInfo kAsync = {
    .name = "async",
    .summary =
        "show the async functions that wait, who awaits them, promises by state, async hooks "
        "(cores)",
    .description =
        "Lists where async functions are suspended in an await, those at the same places "
        "together, each with the functions that await it in turn, as V8's own stack traces "
        "follow them, also through Promise.all, allSettled and any, and what AsyncLocalStorage has "
        "for one of them. Then promises by state and "
        "class, with what waits for them: an await, a callback, or nobody. Both may include "
        "garbage that was not collected yet. Then what createHook() of async_hooks has enabled.",
    .aliases = kAliases,
    .examples = kExamples,
    .sorts = kSorts,
    .needs_graph = false,
    .run = &Run,
};

}  // namespace nodeheap
