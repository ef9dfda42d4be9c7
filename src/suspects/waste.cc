#include "suspects/waste.h"

namespace nodeheap::suspects {
namespace {

constexpr uint32_t kMaxProperties = 64;  // an object with more is a dictionary
constexpr int kMaxClimb = 50;            // steps from a collection's inner parts, bounded for speed

// The property or variable of that source.
std::optional<EdgeId> NamedEdge(const HeapGraph& graph, NodeId source, NodeId target) {
  if (graph.end_edge(source) - graph.first_edge(source) > kMaxProperties) return std::nullopt;
  for (uint32_t e = graph.first_edge(source); e < graph.end_edge(source); ++e) {
    const EdgeType type = graph.type(EdgeId{e});
    if (graph.target(EdgeId{e}) == target &&
        (type == EdgeType::kProperty || type == EdgeType::kContext))
      return EdgeId{e};
  }
  return std::nullopt;
}

// The outermost array, so that all rows of a table count as one; or a Map, a Set, a dictionary.
std::optional<NodeId> CollectionAround(const HeapView& heap, NodeId part) {
  std::optional<NodeId> collection;
  NodeId at = part;
  for (int steps = 0; steps < kMaxClimb && !heap.IsScenery(at); ++steps, at = heap.Dominator(at)) {
    if (heap.IsPlumbing(at)) continue;
    const bool takes =
        collection ? heap.NamedLike(at, "Array") : heap.graph().type(at) == NodeType::kObject;
    if (!takes) break;
    collection = at;
  }
  return collection;
}

}  // namespace

// Contexts are all of one class; a variable is one of the scope that all contexts of a function
// share.
Waste::Key Waste::KeyOf(EdgeId named) const {
  const HeapGraph& graph = heap_.graph();
  const NodeId source = graph.source(named);
  const bool is_variable = graph.type(named) == EdgeType::kContext;
  const auto scope = is_variable ? heap_.InternalTarget(source, "scope_info") : std::nullopt;
  return {heap_.ClassOf(source), StringId{graph.name_or_index(named)}, scope.value_or(NodeId{})};
}

// What V8 alone holds, such as the text of a script, stands for itself.
Waste::Holder Waste::HolderOf(NodeId node) const {
  const HeapGraph& graph = heap_.graph();
  std::optional<NodeId> part;
  for (const uint32_t entry : heap_.analysis().retainers.Sources(node)) {
    const NodeId source = Retainers::Source(entry);
    const NodeType type = graph.type(source);
    if ((entry & Retainers::kNotEssential) != 0) continue;
    if (type == NodeType::kObject || type == NodeType::kClosure)
      if (const auto edge = NamedEdge(graph, source, node))
        return {.key = KeyOf(*edge), .node = source};
    if (type == NodeType::kObject || type == NodeType::kArray) part = part.value_or(source);
  }
  const auto collection = part ? CollectionAround(heap_, *part) : std::nullopt;
  const NodeId holder = collection.value_or(node);
  return {.key = {heap_.ClassOf(holder), std::nullopt, holder}, .node = holder};
}

void Waste::Add(NodeId node, uint64_t bytes) {
  const Holder holder = HolderOf(node);
  const bool is_typical = heap_.Dominator(node) == holder.node;
  Held& held = held_[holder.key];
  if (held.count++ == 0 || (is_typical && !held.sample_is_typical)) {
    held.sample = node;
    held.sample_is_typical = is_typical;
  }
  held.wasted += bytes;
}

std::vector<Suspect> Waste::Suspects(SuspectKind kind, uint64_t least_count) const {
  std::vector<Suspect> suspects;
  for (const auto& [key, held] : held_) {
    if (held.count < least_count || held.wasted < heap_.least_waste()) continue;
    suspects.push_back({.kind = kind,
                        .holder = held.sample,
                        .sample = held.sample,
                        .class_name = heap_.ClassName(held.sample),
                        .count = held.count,
                        .retained_size = held.wasted});
  }
  return suspects;
}

}  // namespace nodeheap::suspects
