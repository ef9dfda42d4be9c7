// What a dump is: of which process, how large, and what it can tell.
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "base/text.h"
#include "queries/analyze.h"
#include "queries/nodes.h"

namespace nodeheap {
namespace {

constexpr size_t kMaxFact = 80;  // bytes of text taken from the heap

// The text of the string that `node` refers to as `name`.
std::string StringProperty(const HeapGraph& graph, NodeId node, std::string_view name) {
  for (uint32_t e = graph.first_edge(node); e < graph.end_edge(node); ++e) {
    if (graph.type(EdgeId{e}) != EdgeType::kProperty || graph.edge_name(EdgeId{e}) != name)
      continue;
    const NodeId target = graph.target(EdgeId{e});
    if (graph.type(target) == NodeType::kString)
      return graph.strings().GetPrefix(graph.name(target), kMaxFact);
  }
  return {};
}

NodeId Property(const HeapGraph& graph, NodeId node, std::string_view name) {
  for (uint32_t e = graph.first_edge(node); e < graph.end_edge(node); ++e)
    if (graph.type(EdgeId{e}) == EdgeType::kProperty && graph.edge_name(EdgeId{e}) == name)
      return graph.target(EdgeId{e});
  return node;
}

// " (20 objects marked as detached, 2.0 kB)": a few are so in every process.
std::string DetachedText(const Session& session) {
  const Column<uint8_t>& marks = session.analysis().detachedness;
  uint64_t detached = 0;
  uint64_t bytes = 0;
  for (size_t i = 0; i < marks.size(); ++i) {
    if (marks[i] != 2) continue;
    ++detached;
    bytes += session.analysis().shallow_sizes[i];
  }
  if (detached == 0) return {};
  return fmt::format(" ({} object{} marked as detached, {})", WithThousands(detached),
                     detached == 1 ? "" : "s", HumanSize(bytes));
}

std::string Features(const Session& session) {
  const HeapGraph& graph = session.graph();
  const auto& fields = graph.info().node_fields;
  const auto has = [&](std::string_view name) {
    return std::ranges::find(fields, name) != fields.end();
  };
  std::string text = fmt::format("{} fields a node", fields.size());
  const auto add = [&](bool present, std::string_view what) {
    text += fmt::format(", {}{}", present ? "" : "no ", what);
  };
  add(!graph.columns().locations.empty(), "source locations");
  add(has("detachedness"), "detachedness");
  text += DetachedText(session);
  add(graph.info().has_allocation_traces, "allocation traces");
  if (graph.info().has_allocation_samples) text += ", allocation timeline";
  return text;
}

std::string HealthText(const Health& health) {
  if (health.complete()) return "complete";
  const auto losses =
      std::ranges::count(health.entries(), Severity::kDataLoss, &HealthEntry::severity);
  return fmt::format("INCOMPLETE: {} kind{} of loss, described below; all numbers are of a part",
                     losses, losses == 1 ? "" : "s");
}

std::string Described(const ProcessFacts& process) {
  if (process.node_version.empty()) return "not named in the dump";
  std::string text = "Node.js " + process.node_version;
  if (!process.v8_version.empty()) text += ", V8 " + process.v8_version;
  if (!process.platform.empty()) text += ", " + process.platform;
  if (!process.title.empty()) text += fmt::format(", \"{}\"", process.title);
  return text;
}

std::string MemoryText(const Session& session) {
  const Statistics all = ComputeStatistics(session.graph(), session.analysis());
  const auto share = [&](uint64_t bytes) {
    const double part =
        all.total == 0 ? 0 : static_cast<double>(bytes) / static_cast<double>(all.total);
    return fmt::format("{:.0f} %", 100 * part);
  };
  const uint64_t known = all.code + all.strings + all.js_arrays + all.system;
  const uint64_t other = all.v8heap_total > known ? all.v8heap_total - known : 0;
  return fmt::format(
      "strings {}, arrays {}, other objects {}, code {}, system {}; outside of V8 {} ({}), of it "
      "typed arrays and Buffers {}",
      share(all.strings), share(all.js_arrays), share(other), share(all.code), share(all.system),
      share(all.native_total), HumanSize(all.native_total), share(all.typed_arrays));
}

// Contexts of vm.createContext and the like count beside the main one.
std::string ContextsText(const HeapGraph& graph) {
  uint64_t contexts = 0;
  for (uint32_t i = 0; i < graph.node_count(); ++i) {
    const NodeId node{i};
    const bool hidden = graph.type(node) == NodeType::kHidden;
    if (hidden && graph.strings().Escaped(graph.name(node)) == "system / NativeContext") ++contexts;
  }
  if (contexts == 1) return "1 native context";
  return fmt::format("{} native contexts{}", WithThousands(contexts),
                     contexts == 0 ? "" : " (vm contexts, or contexts that something still holds)");
}

uint64_t SizeOf(const std::string& path) {
  std::error_code ignored;
  const uint64_t size = path == "-" ? 0 : std::filesystem::file_size(path, ignored);
  return ignored ? 0 : size;
}

}  // namespace

ProcessFacts FindProcessFacts(const HeapGraph& graph) {
  ProcessFacts facts;
  for (uint32_t i = 0; i < graph.node_count(); ++i) {
    const NodeId node{i};
    if (graph.type(node) != NodeType::kObject) continue;
    if (graph.strings().Escaped(graph.name(node)) != "process") continue;
    facts.node_version = StringProperty(graph, node, "version");
    if (facts.node_version.empty()) continue;
    facts.platform = StringProperty(graph, node, "platform");
    if (const std::string arch = StringProperty(graph, node, "arch"); !arch.empty())
      facts.platform += " " + arch;
    facts.title = StringProperty(graph, node, "title");
    facts.v8_version = StringProperty(graph, Property(graph, node, "versions"), "v8");
    return facts;
  }
  return facts;
}

Table DumpTable(const Session& session) {
  const HeapGraph& graph = session.graph();
  const ProcessFacts process = FindProcessFacts(graph);
  const uint64_t file_size = SizeOf(session.source().path);
  const uint64_t heap_size = HeapTotal(session);
  Table table{.name = "dump", .layout = Layout::kDetails, .total = 1};
  Row row;
  const auto add = [&](Field field, Cell cell) {
    table.fields.push_back(std::move(field));
    row.push_back(std::move(cell));
  };
  constexpr Placement kMachine = Placement::kMachineOnly;
  constexpr Placement kPeople = Placement::kTextOnly;
  add({"label", "Dump", Unit::kText, kPeople},
      session.source().path +
          (file_size == 0 ? std::string() : fmt::format(" ({})", HumanSize(file_size))));
  const bool complete = graph.health().complete();
  const Field health = {"health", "Health", Unit::kText, kPeople};
  // A loss is what to read first.
  if (!complete) add(health, HealthText(graph.health()));
  add({"process", "Process", Unit::kText, kPeople}, Described(process));
  add({"heap", "Heap", Unit::kText, kPeople},
      fmt::format("{} in {} nodes, {} edges", HumanSize(heap_size),
                  WithThousands(graph.node_count()), WithThousands(graph.edge_count())));
  add({"memory", "Memory", Unit::kText, kPeople}, MemoryText(session));
  add({"contexts", "Contexts"}, ContextsText(graph));
  add({"features", "Facts"}, Features(session));
  if (complete) add(health, HealthText(graph.health()));
  add({"file_size", "File size", Unit::kBytes, kMachine}, file_size);
  add({"heap_size", "Heap size", Unit::kBytes, kMachine}, heap_size);
  add({"nodes", "Nodes", Unit::kCount, kMachine}, uint64_t{graph.node_count()});
  add({"edges", "Edges", Unit::kCount, kMachine}, uint64_t{graph.edge_count()});
  add({"node_version", "Node.js", Unit::kText, kMachine}, process.node_version);
  add({"v8_version", "V8", Unit::kText, kMachine}, process.v8_version);
  add({"platform", "Platform", Unit::kText, kMachine}, process.platform);
  add({"title", "Title", Unit::kText, kMachine}, process.title);
  table.rows.push_back(std::move(row));
  return table;
}

}  // namespace nodeheap
