// The spaces of V8's heaps: how large, how full, how fragmented.
#include "queries/spaces.h"

#include <algorithm>
#include <map>
#include <utility>

#include "queries/core_only.h"
#include "queries/nodes.h"
#include "queries/paging.h"
#include "queries/params.h"
#include "queries/queries.h"

namespace nodeheap {
namespace {

constexpr Example kExamples[] = {{"core", "which space of which isolate takes the memory"}};

constexpr Param kParams[] = {kNoLimitParam};

constexpr SortOption kSorts[] = {{"isolate", false},     {"pages", true}, {"size", true},
                                 {"used", true},         {"free", true},  {"unparsed", true},
                                 {"fragmentation", true}};

// Semispaces are emptied as a whole: what is free in them is no fragment.
bool CanFragment(v8::Space space) {
  return space != v8::Space::kNew && !v8::IsLarge(space) && space != v8::Space::kReadOnly;
}

Cell Fragmentation(const SpaceSums& space) {
  return CanFragment(space.space) ? ShareOf(space.sums.free, space.sums.area) : Cell{};
}

double FragmentationOf(const SpaceSums& space) {
  const Cell share = Fragmentation(space);
  const double* const value = std::get_if<double>(&share);
  return value == nullptr ? -1 : *value;
}

std::weak_ordering CompareBy(const SpaceSums& a, const SpaceSums& b, std::string_view key) {
  if (key == "pages") return a.sums.pages <=> b.sums.pages;
  if (key == "size") return a.sums.size <=> b.sums.size;
  if (key == "used") return a.sums.used <=> b.sums.used;
  if (key == "free") return a.sums.free <=> b.sums.free;
  if (key == "unparsed") return a.sums.unparsed <=> b.sums.unparsed;
  if (key == "fragmentation") return std::weak_order(FragmentationOf(a), FragmentationOf(b));
  return std::weak_ordering::equivalent;
}

Result<Table> SpacesTable(const std::vector<SpaceSums>& spaces, const QueryInput& input) {
  Table table{.name = "spaces", .fields = SumFields()};
  table.fields.push_back({"fragmentation", "Fragments", Unit::kShare});
  table.fields.push_back({"isolate", "Isolate"});
  table.fields.push_back({"space", "Space"});
  std::vector<uint32_t> order;
  for (uint32_t i = 0; i < spaces.size(); ++i) order.push_back(i);
  const Paging& paging = input.arguments.paging();
  const auto compare = [&](uint32_t a, uint32_t b) {
    // By position, as they are in their order.
    if (paging.sort == "isolate") return std::weak_ordering(a <=> b);
    return CompareBy(spaces[a], spaces[b], paging.sort);
  };
  const auto row = [&](uint32_t i) {
    const SpaceSums& space = spaces[i];
    Row cells = SumCells(space.sums);
    cells.push_back(Fragmentation(space));
    cells.emplace_back(LabelOf(space.isolate));
    cells.emplace_back(std::string(v8::Name(space.space)));
    return cells;
  };
  NH_CHECK(AddPage(table, std::move(order), paging, input.progress, compare, row));
  return table;
}

Result<Report> Run(const QueryInput& input) {
  NH_TRY(Process* const process, RequireProcess(input, "spaces"));
  NH_TRY(const v8::Heap* const heap, process->WalkedHeap(input.progress));
  NH_TRY(Table spaces, SpacesTable(SumSpaces(*heap), input));
  Report report;
  report.tables.push_back(std::move(spaces));
  report.tables.push_back(IsolatesTable(*heap));
  return report;
}

}  // namespace

void PageSums::Add(const v8::Page& page, const v8::PageUsage& usage) {
  const uint64_t page_area = page.area_end - page.area_start;
  ++pages;
  size += page.size;
  area += page_area;
  used += usage.used;
  free += usage.stale ? page_area : usage.free + usage.moved;
  unparsed += usage.unparsed;
}

std::vector<SpaceSums> SumSpaces(const v8::Heap& heap) {
  std::map<std::pair<const v8::Isolate*, v8::Space>, PageSums> sums;
  for (const v8::Page& page : heap.pages().all())
    sums[{heap.runtime().isolate_of(page), page.space}].Add(
        page, heap.usage()[heap.pages().IndexOf(page)]);
  std::vector<SpaceSums> spaces;
  // nullptr sorts first, and isolates lie in one array, in their order.
  for (const auto& [key, sum] : sums)
    spaces.push_back({.isolate = key.first, .space = key.second, .sums = sum});
  return spaces;
}

PageSums SumPages(const v8::Heap& heap) {
  PageSums sums;
  for (const v8::Page& page : heap.pages().all())
    sums.Add(page, heap.usage()[heap.pages().IndexOf(page)]);
  return sums;
}

std::string LabelOf(const v8::Isolate* isolate) {
  return isolate == nullptr ? "shared" : isolate->label;
}

std::vector<Field> SumFields() {
  return {{"pages", "Pages", Unit::kCount},
          {"size", "Size", Unit::kBytes},
          {"used", "Used", Unit::kBytes},
          {"free", "Free", Unit::kBytes},
          {"unparsed", "Unparsed", Unit::kBytes}};
}

Row SumCells(const PageSums& sums) {
  return {sums.pages, sums.size, sums.used, sums.free, sums.unparsed};
}

Table IsolatesTable(const v8::Heap& heap) {
  std::map<const v8::Isolate*, PageSums> sums;
  for (const SpaceSums& space : SumSpaces(heap)) {
    PageSums& isolate = sums[space.isolate];
    isolate.pages += space.sums.pages;
    isolate.size += space.sums.size;
    isolate.used += space.sums.used;
    isolate.free += space.sums.free;
    isolate.unparsed += space.sums.unparsed;
  }
  Table table{.name = "isolates", .title = "Isolates", .fields = SumFields()};
  table.fields.push_back({"thread", "Thread", Unit::kCount});
  table.fields.push_back({"address", "Address"});
  table.fields.push_back({"isolate", "Isolate"});
  for (const auto& [isolate, sum] : sums) {
    Row row = SumCells(sum);
    const bool has_thread = isolate != nullptr && isolate->thread_id != 0;
    row.push_back(has_thread ? Cell{int64_t{isolate->thread_id}} : Cell{});
    const bool has_address = isolate != nullptr && isolate->address != 0;
    row.push_back(has_address ? Cell{AddressText(isolate->address)} : Cell{});
    row.emplace_back(LabelOf(isolate));
    table.rows.push_back(std::move(row));
  }
  table.total = table.rows.size();
  return table;
}

constinit const QueryInfo kSpaces = {
    .name = "spaces",
    .summary = "show the spaces of V8's heap: size, use, fragmentation (cores)",
    .description =
        "Lists the spaces of every isolate, the main one and those of workers: their pages, what "
        "objects take of them, what is free, and what could not be read as objects. Fragments: the "
        "share of a space that is free; of spaces that V8 empties as a whole there is none. Pages "
        "that all isolates share hold V8's read-only objects.",
    .params = kParams,
    .examples = kExamples,
    .sorts = kSorts,
    .needs_graph = false,
    .run = &Run,
};

}  // namespace nodeheap
