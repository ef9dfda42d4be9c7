#include "queries/match_dumps.h"

#include <algorithm>
#include <span>
#include <unordered_map>
#include <vector>

#include "session/process.h"

namespace nodeheap {
namespace {

// The program's objects of the smallest ids, by id. Those were there first: most are Node.js' own,
// and stay as long as the process.
std::unordered_map<uint64_t, NodeId> OldestObjects(const HeapGraph& graph) {
  constexpr size_t kEnough = 10'000;
  std::vector<NodeId> objects;
  for (uint32_t i = 0; i < graph.node_count(); ++i) {
    const NodeType type = graph.type(NodeId{i});
    if (type == NodeType::kObject || type == NodeType::kClosure) objects.push_back(NodeId{i});
  }
  const auto id = [&](NodeId node) { return static_cast<uint64_t>(graph.id(node)); };
  const auto count = static_cast<ptrdiff_t>(std::min(kEnough, objects.size()));
  std::ranges::nth_element(objects, objects.begin() + count, {}, id);
  std::unordered_map<uint64_t, NodeId> by_id;
  for (const NodeId node : std::span(objects).first(static_cast<size_t>(count)))
    by_id.emplace(id(node), node);
  return by_id;
}

bool LookAlike(const HeapGraph& a, NodeId in_a, const HeapGraph& b, NodeId in_b) {
  return a.type_name(in_a) == b.type_name(in_b) &&
         a.strings().Escaped(a.name(in_a)) == b.strings().Escaped(b.name(in_b));
}

// True if ids of `before` do not mean the same in `after`: each process numbers its objects anew.
// Of the ids that both have, two processes of one program were seen to have up to 83 % in common,
// as they start alike; two dumps of one process more than 99 %.
bool SeemUnrelated(const HeapGraph& before, const HeapGraph& after) {
  // Names may be among what is missing.
  if (!before.health().complete() || !after.health().complete()) return false;
  const auto objects = OldestObjects(before);
  uint64_t last = 0;
  for (const auto& [id, node] : objects) last = std::max(last, id);
  constexpr double kLeastAlike = 0.95;
  size_t common = 0;
  size_t same = 0;
  for (uint32_t i = 0; i < after.node_count(); ++i) {
    const auto id = static_cast<uint64_t>(after.id(NodeId{i}));
    if (id > last) continue;
    const auto twin = objects.find(id);
    if (twin == objects.end()) continue;
    ++common;
    if (LookAlike(before, twin->second, after, NodeId{i})) ++same;
  }
  return same < objects.size() / 2 ||
         static_cast<double>(same) < kLeastAlike * static_cast<double>(common);
}

// Cores of one process, of which each was taken at another time.
bool AreOfOneProcess(const Process& before, const Process& after) {
  const auto& build_id = before.metadata().metadata.build_id;
  return !build_id.empty() && build_id == after.metadata().metadata.build_id &&
         before.memory().process_id() == after.memory().process_id() &&
         before.runtime().isolates()[0].address == after.runtime().isolates()[0].address;
}

}  // namespace

MatchBy HowToMatch(const Session& before, const Session& after) {
  if (before.process() != nullptr && after.process() != nullptr)
    return AreOfOneProcess(*before.process(), *after.process()) ? MatchBy::kAddress
                                                                : MatchBy::kSize;
  return SeemUnrelated(before.graph(), after.graph()) ? MatchBy::kSize : MatchBy::kId;
}

}  // namespace nodeheap
