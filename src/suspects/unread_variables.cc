// Captured variables that no function can read any more. Functions of one scope share a context:
// it lives as long as one of them does, with the variables of all of them.
#include <algorithm>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "suspects/evidence.h"
#include "suspects/identifiers.h"
#include "suspects/nesting.h"
#include "suspects/readers.h"

namespace nodeheap::suspects {
namespace {

constexpr size_t kMaxName = 200;         // bytes
constexpr size_t kMaxRetainers = 1000;   // of a value
constexpr size_t kMaxDominators = 1000;  // between a value and what refers back to it

// A variable of a scope, of which there may be many contexts.
struct Variable {
  NodeId scope;  // its ScopeInfo
  StringId name;
  friend auto operator<=>(const Variable&, const Variable&) = default;
};

struct VariableHash {
  size_t operator()(const Variable& variable) const {
    return std::hash<uint64_t>()(uint64_t{Index(variable.scope)} << 32U | Index(variable.name));
  }
};

// Calls visit(variable, edge) where nothing above the context keeps the value alive, too.
template <typename Visit>
void ForEachVariable(const HeapView& heap, const Visit& visit) {
  const HeapGraph& graph = heap.graph();
  heap.ForEachNamed("system / Context", [&](NodeId context) {
    std::optional<NodeId> scope;
    for (uint32_t e = graph.first_edge(context); e < graph.end_edge(context); ++e) {
      const EdgeId edge{e};
      if (graph.type(edge) != EdgeType::kContext || heap.Dominator(graph.target(edge)) != context)
        continue;
      if (!scope) scope = heap.InternalTarget(context, "scope_info");
      if (!scope) return;
      visit(Variable{*scope, StringId{graph.name_or_index(edge)}}, edge);
    }
  });
}

// Those whose values retain enough together, with the edges to these.
std::map<Variable, std::vector<EdgeId>> LargeVariables(const HeapView& heap) {
  std::unordered_map<Variable, uint64_t, VariableHash> sizes;
  ForEachVariable(heap, [&](const Variable& variable, EdgeId edge) {
    sizes[variable] += heap.Retained(heap.graph().target(edge));
  });
  std::erase_if(sizes, [&](const auto& entry) { return entry.second < heap.least(); });
  std::map<Variable, std::vector<EdgeId>> large;
  if (sizes.empty()) return large;
  ForEachVariable(heap, [&](const Variable& variable, EdgeId edge) {
    if (sizes.contains(variable)) large[variable].push_back(edge);
  });
  return large;
}

// Empty of one that is too long to be kept: cut, it would be another's.
std::string NameOf(const StringTable& strings, StringId name) {
  return strings.Escaped(name).size() <= kMaxName ? strings.Get(name) : std::string();
}

// V8 has more in a context than what source text names: `this`, private methods, its own ".result".
bool IsOfProgram(std::string_view name) {
  return IsIdentifier(name) && name != "this" && name != "arguments";
}

// `node` is below `above`.
bool IsBelow(const HeapView& heap, NodeId node, NodeId above) {
  for (size_t steps = 0; steps < kMaxDominators && node != heap.graph().root(); ++steps) {
    if (node == above) return true;
    node = heap.Dominator(node);
  }
  return false;
}

// Nothing else refers to the value, not even from below the context.
bool IsOnlyWay(const HeapView& heap, EdgeId edge) {
  const NodeId value = heap.graph().target(edge);
  const NodeId context = heap.graph().source(edge);
  const auto sources = heap.analysis().retainers.Sources(value);
  if (sources.size() > kMaxRetainers) return false;
  size_t from_context = 0;
  for (const uint32_t entry : sources) {
    const NodeId source = Retainers::Source(entry);
    if ((entry & Retainers::kNotEssential) != 0) continue;
    if (source == context)
      ++from_context;
    else if (!IsBelow(heap, source, value))
      return false;
  }
  return from_context == 1;
}

void AddOutermost(const HeapView& heap, UnreadVariable& variable) {
  std::vector<NodeId> values;
  for (const EdgeId edge : variable.edges) values.push_back(heap.graph().target(edge));
  Nesting nesting(heap, values);
  for (const NodeId value : values) {
    if (nesting.IsBelow(value)) continue;
    variable.outermost.push_back(value);
    variable.retained_size += heap.Retained(value);
  }
}

}  // namespace

std::vector<UnreadVariable> FindUnreadVariables(const HeapView& heap, const SuspectFacts& facts) {
  std::vector<UnreadVariable> found;
  if (!facts.source_of) return found;
  const auto large = LargeVariables(heap);
  std::vector<std::string> names;
  for (const auto& [variable, edges] : large)
    names.push_back(NameOf(heap.graph().strings(), variable.name));
  Readers readers(heap, facts, names);
  size_t next = 0;
  for (const auto& [variable, edges] : large) {
    const std::string& name = names[next++];
    if (!IsOfProgram(name)) continue;
    UnreadVariable unread{.name = name};
    for (const EdgeId edge : edges)
      if (IsOnlyWay(heap, edge) && !readers.CanRead(heap.graph().source(edge), name))
        unread.edges.push_back(edge);
    if (unread.edges.empty()) continue;
    AddOutermost(heap, unread);
    if (unread.retained_size >= heap.least()) found.push_back(std::move(unread));
  }
  return found;
}

bool IsReason(const HeapView& heap, const UnreadVariable& variable, const Suspect& suspect) {
  const auto is_variable = [&](EdgeId edge) {
    return std::ranges::binary_search(variable.edges, edge);
  };
  return std::ranges::any_of(suspect.path, is_variable) ||
         std::ranges::any_of(heap.HeaviestPath(suspect.sample), is_variable);
}

Suspect SuspectOf(const HeapView& heap, const UnreadVariable& variable) {
  const NodeId sample = heap.Usual(variable.outermost);
  return {.kind = SuspectKind::kUnread,
          .holder = sample,
          .sample = sample,
          .class_name = heap.NameOf(sample),
          .count = variable.outermost.size(),
          .retained_size = variable.retained_size,
          .members = variable.outermost};
}

}  // namespace nodeheap::suspects
