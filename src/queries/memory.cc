// Where the memory of a process is: every mapped byte, once.
#include "queries/memory.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/text.h"
#include "ledger/ledger.h"
#include "queries/buffer_owners.h"
#include "queries/core_only.h"
#include "queries/nodes.h"
#include "queries/paging.h"
#include "queries/queries.h"
#include "session/native_code.h"

namespace nodeheap {
namespace {

using ledger::Kind;
using ledger::Ledger;
using ledger::Part;

constexpr Example kExamples[] = {{"core", "where is the RSS: V8's heap, Buffers, malloc, stacks?"},
                                 {"core --limit 0 --sort size", "all of it, by size"}};

constexpr Param kParams[] = {
    {.name = "limit",
     .kind = ParamKind::kInteger,
     .placeholder = "N",
     .help = "show at most N rows of each part, 20 or 5 without this option; 0: all"}};

constexpr SortOption kSorts[] = {{"written", true}, {"size", true}, {"pieces", true}};

// Of files a dump does not tell what of them was in memory.
Cell WrittenCell(Kind kind, uint64_t written) {
  return kind == Kind::kFiles ? Cell{} : Cell{written};
}

uint64_t WrittenIn(const Ledger& ledger) {
  uint64_t written = 0;
  for (const Part& part : ledger.parts) written += part.written;
  return written;
}

Table TotalsTable(const Ledger& ledger) {
  Table table{.name = "totals",
              .layout = Layout::kDetails,
              .fields = {{"mapped", "Mapped", Unit::kBytes},
                         {"dumped", "In the dump", Unit::kBytes},
                         {"written", "Written", Unit::kBytes},
                         {"mappings", "Mappings", Unit::kCount}},
              .total = 1,
              .machine_only = true};
  uint64_t dumped = 0;
  for (const Part& part : ledger.parts) dumped += part.dumped;
  table.rows.push_back({ledger.mapped, dumped, WrittenIn(ledger), ledger.mappings});
  return table;
}

std::weak_ordering CompareParts(const Part& a, const Part& b, std::string_view key) {
  if (key == "size") return a.size <=> b.size;
  if (key == "pieces") return a.pieces <=> b.pieces;
  return std::pair(a.written, a.size) <=> std::pair(b.written, b.size);
}

Table KindsTable(const Ledger& ledger) {
  std::map<Kind, Part> kinds;
  const uint64_t written = WrittenIn(ledger);
  for (const Part& part : ledger.parts) {
    Part& sum = kinds[part.kind];
    sum.kind = part.kind;
    sum.size += part.size;
    sum.dumped += part.dumped;
    sum.written += part.written;
  }
  std::vector<Part> sums;
  for (const auto& [kind, sum] : kinds) sums.push_back(sum);
  std::ranges::stable_sort(
      sums, [](const Part& a, const Part& b) { return CompareParts(a, b, "written") > 0; });
  Table table{.name = "memory",
              .title = fmt::format("Memory of the process: {} mapped, at least {} of it in use",
                                   HumanSize(ledger.mapped), HumanSize(written)),
              .fields = {{"share", "Share", Unit::kShare},
                         {"written", "Written", Unit::kBytes},
                         {"size", "Mapped", Unit::kBytes},
                         {"dumped", "In the dump", Unit::kBytes, Placement::kMachineOnly},
                         {"kind", "Kind", Unit::kText, Placement::kMachineOnly},
                         {"title", "What it is", Unit::kText}}};
  for (const Part& sum : sums)
    table.rows.push_back({sum.kind == Kind::kFiles ? Cell{} : ShareOf(sum.written, written),
                          WrittenCell(sum.kind, sum.written), sum.size, sum.dumped,
                          std::string(Name(sum.kind)), std::string(Title(sum.kind))});
  table.total = table.rows.size();
  table.note =
      "Written: in pages that are not all zeros, so they were in memory or swapped out. Of other "
      "pages, and of those of files, a core does not tell.";
  return table;
}

std::string WhatText(const Process& process, const Part& part) {
  const auto threads = process.memory().threads();
  const auto thread = std::ranges::find(threads, part.thread_id, &ThreadState::id);
  if (part.thread_id == 0 || thread == threads.end()) return part.what;
  const std::string role = ThreadRole(process, *thread);
  return role.empty() ? part.what : fmt::format("{}, {}", part.what, role);
}

Result<Table> PartsTable(const Process& process, const Ledger& ledger, const QueryInput& input) {
  Table table{.name = "parts",
              .title = "Parts",
              .fields = {{"written", "Written", Unit::kBytes},
                         {"size", "Mapped", Unit::kBytes},
                         {"dumped", "In the dump", Unit::kBytes, Placement::kMachineOnly},
                         {"pieces", "Pieces", Unit::kCount},
                         {"kind", "Kind", Unit::kText, Placement::kMachineOnly},
                         {"thread", "Thread", Unit::kCount, Placement::kMachineOnly},
                         {"title", "Kind", Unit::kText, Placement::kTextOnly},
                         {.key = "what", .title = "What", .whole = true}}};
  const Paging& paging = input.arguments.paging();
  const auto compare = [&](uint32_t a, uint32_t b) {
    return CompareParts(ledger.parts[a], ledger.parts[b], paging.sort);
  };
  const auto row = [&](uint32_t i) {
    const Part& part = ledger.parts[i];
    return Row{WrittenCell(part.kind, part.written),
               part.size,
               part.dumped,
               part.pieces,
               std::string(Name(part.kind)),
               part.thread_id == 0 ? Cell{} : Cell{uint64_t{part.thread_id}},
               std::string(Title(part.kind)),
               WhatText(process, part)};
  };
  NH_CHECK(AddPage(table, ledger.parts.size(), paging, input.progress, compare, row));
  return table;
}

Table ArenasTable(const ledger::Malloc& malloc) {
  Table table{.name = "arenas",
              .title = "Arenas of malloc",
              .fields = {{"used", "In use", Unit::kBytes},
                         {"free", "Free", Unit::kBytes},
                         {"system_bytes", "From the system", Unit::kBytes},
                         {"chunks", "Chunks in use", Unit::kCount},
                         {"heaps", "Heaps", Unit::kCount},
                         {"address", "Address"},
                         {.key = "checked", .title = "Checked", .whole = true}}};
  for (const ledger::MallocArena& arena : malloc.arenas)
    table.rows.push_back({arena.used, arena.free, arena.system_bytes, arena.chunks,
                          uint64_t{arena.heaps.size()}, AddressText(arena.address),
                          arena.problem.empty() ? "yes" : "no: " + arena.problem});
  table.total = table.rows.size();
  return table;
}

Result<Report> Run(const QueryInput& input) {
  NH_TRY(Process* const process, RequireProcess(input, "memory"));
  NH_TRY(const v8::Heap* const heap, process->WalkedHeap(input.progress));
  const Ledger ledger = ledger::Account(*heap, process->modules());
  Report report;
  report.tables.push_back(KindsTable(ledger));
  report.tables.push_back(TotalsTable(ledger));
  NH_TRY(Table parts, PartsTable(*process, ledger, input));
  report.tables.push_back(std::move(parts));
  NH_TRY(Table owners, BufferOwnersTable(input));
  report.tables.push_back(std::move(owners));
  report.tables.push_back(ArenasTable(ledger.malloc));
  for (const std::string& problem : {ledger.malloc.problem, ledger.malloc.mapped_problem})
    if (!problem.empty()) report.notes.push_back(problem);
  return report;
}

}  // namespace

Result<Table> ProcessMemoryTable(Process& process, Progress& progress) {
  NH_TRY(const v8::Heap* const heap, process.WalkedHeap(progress));
  return KindsTable(ledger::Account(*heap, process.modules()));
}

Result<MemoryTotals> MemoryTotalsOf(const Session& dump, std::string_view asker,
                                    Progress& progress) {
  NH_TRY(Process* const process, RequireProcess(dump, asker));
  NH_TRY(const v8::Heap* const heap, process->WalkedHeap(progress));
  const Ledger ledger = ledger::Account(*heap, process->modules());
  return MemoryTotals{.written = WrittenIn(ledger), .most_resident = ledger.most_resident};
}

constinit const QueryInfo kMemory = {
    .name = "memory",
    .summary = "account for every mapped byte of the process: where is the RSS? (cores)",
    .description =
        "Says what all memory of the process is for: V8's heap by space, used and free; Buffers; "
        "external strings; malloc, in use and free, by arena; the stacks of threads; programs and "
        "libraries; address space that is only reserved; and what is unknown. Every byte stands "
        "in one part, so the parts add up to all that was mapped. Where more than one could claim "
        "a byte: pages of V8's heap come first, then stacks, files, Buffers, external strings, "
        "malloc. The RSS is not in a core; what was written is its lower limit if nothing "
        "was swapped out.",
    .params = kParams,
    .examples = kExamples,
    .sorts = kSorts,
    .needs_graph = false,
    .run = &Run,
};

}  // namespace nodeheap
