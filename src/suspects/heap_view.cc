#include "suspects/heap_view.h"

#include <algorithm>

namespace nodeheap::suspects {
namespace {

// An isolate that has done nothing yet has a heap of 4 (Node 16) to 6 MB (Node 26), which no leak
// has a share of.
constexpr uint64_t kStartupHeap = 6'000'000;
constexpr uint64_t kLeastBytes = 100'000;
constexpr double kLeastShare = 0.1;  // of the program's part of the heap

constexpr size_t kMaxDescent = 20;  // steps

// The main thread and workers: each has roots of its own.
uint64_t CountIsolates(const HeapGraph& graph) {
  uint64_t count = 0;
  for (uint32_t e = graph.first_edge(graph.root()); e < graph.end_edge(graph.root()); ++e) {
    const StringId name = graph.name(graph.target(EdgeId{e}));
    if (graph.strings().Escaped(name).starts_with("(GC roots)")) ++count;
  }
  return std::max<uint64_t>(count, 1);
}

uint64_t LeastFor(uint64_t total, uint64_t isolates) {
  const uint64_t startup = kStartupHeap * isolates;
  const uint64_t of_program = total > startup ? total - startup : 0;
  return std::max(kLeastBytes,
                  static_cast<uint64_t>(kLeastShare * static_cast<double>(of_program)));
}

}  // namespace

HeapView::HeapView(const HeapGraph& graph, const Analysis& analysis)
    : graph_(graph),
      analysis_(analysis),
      total_(analysis.retained_sizes[Index(graph.root())] + graph.info().extra_native_bytes),
      least_(LeastFor(total_, CountIsolates(graph))),
      tree_(graph, analysis, least_ / kMaxLinks) {}

std::string HeapView::NameOf(NodeId node) const {
  const bool function = graph_.type(node) == NodeType::kClosure;
  return function ? graph_.strings().Get(graph_.name(node)) : ClassName(node);
}

NodeId HeapView::Usual(std::span<const NodeId> nodes) const {
  std::vector<uint64_t> sizes;
  sizes.reserve(nodes.size());
  for (const NodeId node : nodes) sizes.push_back(Retained(node));
  const auto middle = sizes.begin() + static_cast<ptrdiff_t>(sizes.size() / 2);
  std::ranges::nth_element(sizes, middle);
  return *std::ranges::find(nodes, *middle, [&](NodeId node) { return Retained(node); });
}

// Of those to what `node` alone keeps alive.
std::optional<EdgeId> HeapView::HeaviestEdge(NodeId node) const {
  std::optional<EdgeId> heaviest;
  for (uint32_t e = graph_.first_edge(node); e < graph_.end_edge(node); ++e) {
    const EdgeId edge{e};
    const NodeId target = graph_.target(edge);
    if (target == node || Dominator(target) != node) continue;
    if (!heaviest || Retained(target) > Retained(graph_.target(*heaviest))) heaviest = edge;
  }
  return heaviest;
}

std::vector<EdgeId> HeapView::HeaviestPath(NodeId node) const {
  const uint64_t half = Retained(node) / 2;
  std::vector<EdgeId> path;
  while (path.size() < kMaxDescent) {
    const std::optional<EdgeId> heaviest = HeaviestEdge(node);
    if (!heaviest || Retained(graph_.target(*heaviest)) <= half) break;
    path.push_back(*heaviest);
    node = graph_.target(*heaviest);
  }
  return path;
}

bool HeapView::IsPlumbing(NodeId node) const {
  const NodeType type = graph_.type(node);
  if (type == NodeType::kObject)
    return graph_.strings().Escaped(graph_.name(node)).starts_with("system /");
  return type == NodeType::kArray || type == NodeType::kHidden || type == NodeType::kCode ||
         type == NodeType::kObjectShape;
}

bool HeapView::IsScenery(NodeId node) const {
  if (graph_.type(node) == NodeType::kSynthetic || NamedLike(node, "system / NativeContext"))
    return true;
  return analysis_.distances[Index(node)] == 1;
}

NodeId HeapView::OwnerOf(NodeId node) const {
  for (NodeId at = node; at != graph_.root(); at = Dominator(at))
    if (!IsPlumbing(at) || IsScenery(at)) return at;
  return node;
}

}  // namespace nodeheap::suspects
