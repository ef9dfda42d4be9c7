#include <fmt/format.h>

#include <algorithm>

#include "node/death.h"
#include "queries/analyze.h"
#include "queries/backtrace.h"

namespace nodeheap {
namespace {

constexpr size_t kFrames = 8;  // that fit on a screen

Table DeathTable(const node::Death& death) {
  Table table{.name = "death",
              .layout = Layout::kDetails,
              .fields = {{"cause", "Cause", Unit::kText, Placement::kMachineOnly},
                         {.key = "sentence", .title = "Died of", .whole = true},
                         {"thread", "Thread", Unit::kCount, Placement::kMachineOnly},
                         {.key = "evidence", .title = "Seen from", .whole = true},
                         {"error_class", "Error", Unit::kText, Placement::kMachineOnly},
                         {"message", "Message", Unit::kText, Placement::kMachineOnly},
                         {"stack", "Stack", Unit::kText, Placement::kMachineOnly}}};
  if (death.cause == node::Cause::kLive) table.fields[1].title = "State";
  table.rows.push_back({std::string(node::Name(death.cause)), death.sentence,
                        uint64_t{death.thread_id},
                        fmt::format("{}", fmt::join(death.evidence, "; ")), death.error_class,
                        death.message, death.stack});
  table.total = 1;
  return table;
}

}  // namespace

std::vector<Table> ProcessTables(const Process& process) {
  const v8::NativeImage native = process.native_image();
  const node::Death death = node::FindDeath(process.runtime(), native);
  std::vector<Table> tables;
  tables.push_back(DeathTable(death));
  const auto threads = process.memory().threads();
  const auto thread = std::ranges::find(threads, death.thread_id, &ThreadState::id);
  if (thread == threads.end()) return tables;
  Table stack = JavaScriptStackTable(process, *thread, kFrames);
  if (stack.rows.empty()) return tables;
  stack.title = "Where JavaScript was";
  tables.push_back(std::move(stack));
  return tables;
}

}  // namespace nodeheap
