// DevTools' Statistics, and the nodes by type.
#include <algorithm>

#include "queries/nodes.h"
#include "queries/paging.h"
#include "queries/params.h"
#include "queries/queries.h"
#include "queries/statistics.h"

namespace nodeheap {
namespace {

constexpr Example kExamples[] = {{"app.heapsnapshot", "what kinds of memory the heap is made of"}};
constexpr std::string_view kAliases[] = {"statistics"};

constexpr Param kParams[] = {kNoLimitParam};

constexpr SortOption kSorts[] = {
    {"self_size", true, "of the types"}, {"instances", true}, {"type", false}};

struct Type {
  std::string name;
  uint64_t count = 0;
  uint64_t self_size = 0;
};

std::weak_ordering CompareBy(const Type& a, const Type& b, std::string_view key) {
  if (key == "instances") return a.count <=> b.count;
  if (key == "type") return a.name <=> b.name;
  return a.self_size <=> b.self_size;
}

Result<Table> TypesTable(const QueryInput& input) {
  const Session& session = input.session;
  const HeapGraph& graph = session.graph();
  std::vector<Type> types(graph.columns().node_type_names.size());
  const uint64_t total = HeapTotal(session);
  NH_CHECK(ForEachBelow(graph.node_count(), input.progress, [&](uint32_t i) {
    Type& type = types[graph.columns().node_types[i]];
    ++type.count;
    type.self_size += session.analysis().shallow_sizes[i];
  }));
  for (size_t i = 0; i < types.size(); ++i) types[i].name = graph.columns().node_type_names[i];
  std::vector<uint32_t> order;
  for (uint32_t i = 0; i < types.size(); ++i)
    if (types[i].count != 0) order.push_back(i);
  Table table{.name = "types",
              .title = "By type of node",
              .fields = {{"instances", "Nodes", Unit::kCount},
                         {"self_size", "Self size", Unit::kBytes},
                         {"share", "Share", Unit::kShare},
                         {"type", "Type"}}};
  const Paging& paging = input.arguments.paging();
  const auto compare = [&](uint32_t a, uint32_t b) {
    return CompareBy(types[a], types[b], paging.sort);
  };
  const auto row = [&](uint32_t i) {
    const Type& type = types[i];
    return Row{type.count, type.self_size, ShareOf(type.self_size, total), type.name};
  };
  NH_CHECK(AddPage(table, std::move(order), paging, input.progress, compare, row));
  return table;
}

Result<Report> Run(const QueryInput& input) {
  NH_CHECK(input.session.Prepare(Need::kDominators, input.progress));
  NH_TRY(Table types, TypesTable(input));
  Report report;
  report.tables.push_back(StatisticsTable(input.session));
  report.tables.back().title = "Statistics";
  CutRows(report.tables.back(), input.arguments.paging());
  report.tables.push_back(std::move(types));
  return report;
}

}  // namespace

Table StatisticsTable(const Session& session) {
  const Statistics all = ComputeStatistics(session.graph(), session.analysis());
  const uint64_t known = all.code + all.strings + all.js_arrays + all.system;
  Table table{.name = "statistics",
              .title = "Where the memory is",
              .fields = {{"self_size", "Size", Unit::kBytes},
                         {"share", "Share", Unit::kShare},
                         {"name", "Kind", Unit::kText, Placement::kMachineOnly},
                         {"label", "Kind", Unit::kText, Placement::kTextOnly}}};
  const auto add = [&](std::string name, std::string label, uint64_t bytes, uint32_t depth) {
    table.rows.push_back({bytes, ShareOf(bytes, all.total), std::move(name), std::move(label)});
    table.depths.push_back(depth);
  };
  add("total", "total", all.total, 0);
  add("v8heap", "V8 heap", all.v8heap_total, 1);
  add("strings", "strings", all.strings, 2);
  add("js_arrays", "JS arrays", all.js_arrays, 2);
  add("code", "code", all.code, 2);
  add("system", "system objects", all.system, 2);
  add("other", "other objects, with closures",
      all.v8heap_total > known ? all.v8heap_total - known : 0, 2);
  add("native", "outside of the V8 heap", all.native_total, 1);
  add("typed_arrays", "typed arrays and Buffers", all.typed_arrays, 2);
  add("other_native", "other native memory",
      all.native_total > all.typed_arrays ? all.native_total - all.typed_arrays : 0, 2);
  table.total = table.rows.size();
  return table;
}

constinit const QueryInfo kStats = {
    .name = "stats",
    .summary = "show what kinds of memory the heap is made of",
    .description = "Shows DevTools' Statistics, then the number and size of the nodes by type.",
    .aliases = kAliases,
    .params = kParams,
    .examples = kExamples,
    .sorts = kSorts,
    .run = &Run,
};

}  // namespace nodeheap
