#include "differential/fidelity/graph_pair.h"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>

namespace nodeheap::fidelity {

GraphPair Join(const HeapGraph& snapshot, const HeapGraph& core) {
  GraphPair pair{.snapshot = snapshot, .core = core, .partner = {}, .last_id = 0};
  std::unordered_map<uint64_t, uint32_t> by_id;
  for (uint32_t i = 0; i < core.node_count(); ++i)
    if (core.type(NodeId{i}) != NodeType::kSynthetic)
      by_id.emplace(static_cast<uint64_t>(core.id(NodeId{i})), i);
  pair.partner.assign(snapshot.node_count(), GraphPair::kNone);
  for (uint32_t i = 0; i < snapshot.node_count(); ++i) {
    const NodeId node{i};
    if (snapshot.type(node) == NodeType::kSynthetic) continue;
    const auto id = static_cast<uint64_t>(snapshot.id(node));
    if (id % 2 == 1) pair.last_id = std::max(pair.last_id, static_cast<uint32_t>(id));
    if (const auto found = by_id.find(id); found != by_id.end()) pair.partner[i] = found->second;
  }
  return pair;
}

bool IsEmbedderNode(const HeapGraph& graph, NodeId node) {
  return graph.type(node) == NodeType::kNative &&
         graph.strings().GetPrefix(graph.name(node), 8).starts_with("Node / ");
}

void Tally::Add(std::string difference, ObjectId example) {
  Count& count = counts_[std::move(difference)];
  if (count.count++ == 0) count.example = example;
}

std::string Tally::Text(size_t most) const {
  std::vector<std::pair<std::string, Count>> sorted(counts_.begin(), counts_.end());
  std::ranges::stable_sort(sorted, std::greater(),
                           [](const auto& entry) { return entry.second.count; });
  std::string text;
  for (size_t i = 0; i < std::min(most, sorted.size()); ++i)
    text += fmt::format("  {:6} {}  @{}\n", sorted[i].second.count, sorted[i].first,
                        static_cast<uint64_t>(sorted[i].second.example));
  if (sorted.size() > most) text += fmt::format("         … {} more kinds\n", sorted.size() - most);
  return text;
}

}  // namespace nodeheap::fidelity
