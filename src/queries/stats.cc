// DevTools' Statistics, and the nodes by type.
#include <algorithm>
#include <utility>

#include "queries/nodes.h"
#include "queries/queries.h"
#include "queries/statistics.h"

namespace nodeheap {
namespace {

constexpr Example kExamples[] = {{"app.heapsnapshot", "what kinds of memory the heap is made of"}};
constexpr std::string_view kAliases[] = {"statistics"};

Table TypesTable(const Session& session) {
  struct Type {
    std::string name;
    uint64_t count = 0;
    uint64_t self_size = 0;
  };
  const HeapGraph& graph = session.graph();
  std::vector<Type> types(graph.columns().node_type_names.size());
  const uint64_t total = HeapTotal(session);
  for (uint32_t i = 0; i < graph.node_count(); ++i) {
    Type& type = types[graph.columns().node_types[i]];
    ++type.count;
    type.self_size += session.analysis().shallow_sizes[i];
  }
  for (size_t i = 0; i < types.size(); ++i) types[i].name = graph.columns().node_type_names[i];
  std::erase_if(types, [](const Type& type) { return type.count == 0; });
  std::ranges::sort(types, std::greater<>{},
                    [](const Type& type) { return std::pair(type.self_size, type.name); });
  Table table{.name = "types",
              .title = "By type of node",
              .fields = {{"instances", "Nodes", Unit::kCount},
                         {"self_size", "Self size", Unit::kBytes},
                         {"share", "Share", Unit::kShare},
                         {"type", "Type"}},
              .total = types.size()};
  for (const Type& type : types)
    table.rows.push_back({type.count, type.self_size, ShareOf(type.self_size, total), type.name});
  return table;
}

Result<Report> Run(const QueryInput& input) {
  NH_CHECK(input.session.Prepare(Need::kDominators, input.progress));
  Report report;
  report.tables.push_back(StatisticsTable(input.session));
  report.tables.back().title = "Statistics";
  report.tables.push_back(TypesTable(input.session));
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
    .examples = kExamples,
    .run = &Run,
};

}  // namespace nodeheap
