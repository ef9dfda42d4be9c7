// Duplicate strings: copies of texts, as far as one property of a class or one collection holds
// them.
#include <algorithm>
#include <map>
#include <optional>
#include <tuple>

#include "suspects/evidence.h"

namespace nodeheap::suspects {
namespace {

constexpr uint64_t kLeastCopies = 10;
constexpr uint32_t kMaxProperties = 64;  // an object with more is a dictionary
constexpr int kMaxClimb = 50;            // steps from a collection's inner parts, bounded for speed

// What copies waste in all, roughly: equal strings of a dump share their name. Concatenations have
// none and weigh little. It is cheap, and where it is little, the texts need not be compared.
uint64_t RoughlyWasted(const HeapView& heap) {
  const HeapGraph& graph = heap.graph();
  Column<uint8_t> seen(graph.strings().size());
  uint64_t wasted = 0;
  for (uint32_t i = 0; i < graph.node_count(); ++i) {
    if (graph.type(NodeId{i}) != NodeType::kString) continue;
    uint8_t& is_known = seen[Index(graph.name(NodeId{i}))];
    if (is_known != 0) wasted += heap.analysis().shallow_sizes[i];
    is_known = 1;
  }
  return wasted;
}

// What holds a copy: a property or variable of that name in objects of a class, or a collection.
struct Holder {
  uint32_t class_index = 0;
  std::optional<StringId> name = std::nullopt;  // of the property; nullopt: a collection
  NodeId node{};                                // the collection, else the object
  auto Key() const { return std::tuple(class_index, name, name ? NodeId{} : node); }
};

std::optional<StringId> NameFrom(const HeapGraph& graph, NodeId source, NodeId target) {
  if (graph.end_edge(source) - graph.first_edge(source) > kMaxProperties) return std::nullopt;
  for (uint32_t e = graph.first_edge(source); e < graph.end_edge(source); ++e) {
    const EdgeType type = graph.type(EdgeId{e});
    if (graph.target(EdgeId{e}) == target &&
        (type == EdgeType::kProperty || type == EdgeType::kContext))
      return StringId{graph.name_or_index(EdgeId{e})};
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

// Copies that V8 alone holds, such as the text of a script, have none.
std::optional<Holder> HolderOf(const HeapView& heap, NodeId copy) {
  const HeapGraph& graph = heap.graph();
  std::optional<NodeId> part;
  for (const uint32_t entry : heap.analysis().retainers.Sources(copy)) {
    const NodeId source = Retainers::Source(entry);
    const NodeType type = graph.type(source);
    if ((entry & Retainers::kNotEssential) != 0) continue;
    if (type == NodeType::kObject || type == NodeType::kClosure)
      if (const auto name = NameFrom(graph, source, copy))
        return Holder{.class_index = heap.ClassOf(source), .name = name, .node = source};
    if (type == NodeType::kObject || type == NodeType::kArray) part = part.value_or(source);
  }
  const auto collection = part ? CollectionAround(heap, *part) : std::nullopt;
  if (!collection) return std::nullopt;
  return Holder{.class_index = heap.ClassOf(*collection), .node = *collection};
}

// The copies of one holder.
struct Copies {
  NodeId sample{};
  NodeId holder{};
  bool is_held_alone = false;  // the sample's holder leads to it and nothing else does
  uint64_t count = 0;
  uint64_t wasted = 0;
};

void AddCopy(const HeapView& heap, NodeId copy, const Holder& holder, Copies& copies) {
  const bool is_held_alone = heap.Dominator(copy) == holder.node;
  if (copies.count++ == 0 || (is_held_alone && !copies.is_held_alone)) {
    copies.sample = copy;
    copies.holder = holder.name ? copy : holder.node;
    copies.is_held_alone = is_held_alone;
  }
  copies.wasted += heap.analysis().shallow_sizes[Index(copy)];
}

void AddSuspects(const HeapView& heap, const std::vector<DuplicateString>& duplicates,
                 std::vector<Suspect>& suspects) {
  std::map<decltype(Holder().Key()), Copies> found;
  for (const DuplicateString& text : duplicates)
    for (size_t i = 1; i < text.nodes.size(); ++i)
      if (const auto holder = HolderOf(heap, text.nodes[i]))
        AddCopy(heap, text.nodes[i], *holder, found[holder->Key()]);
  for (const auto& [key, copies] : found) {
    if (copies.count < kLeastCopies || copies.wasted < heap.least_waste()) continue;
    if (IsBelowAny(heap, copies.sample, suspects)) continue;
    suspects.push_back({.kind = SuspectKind::kDuplicateStrings,
                        .holder = copies.holder,
                        .sample = copies.sample,
                        .class_name = heap.ClassName(copies.sample),
                        .count = copies.count,
                        .retained_size = copies.wasted});
  }
}

}  // namespace

Result<void> FindDuplicates(const HeapView& heap, const SuspectFacts& facts,
                            const Progress& progress, std::vector<Suspect>& suspects) {
  if (RoughlyWasted(heap) < heap.least_waste()) return {};
  if (facts.duplicates != nullptr) {
    AddSuspects(heap, *facts.duplicates, suspects);
    return {};
  }
  NH_TRY(const std::vector<DuplicateString> duplicates,
         FindDuplicateStrings(heap.graph(), heap.analysis(), progress));
  AddSuspects(heap, duplicates, suspects);
  return {};
}

}  // namespace nodeheap::suspects
