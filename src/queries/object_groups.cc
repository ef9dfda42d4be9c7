#include "queries/object_groups.h"

#include <algorithm>
#include <unordered_map>
#include <utility>

#include "base/stoppable.h"

namespace nodeheap {
namespace {

constexpr size_t kMaxProperties = 40;  // shown of a group

// A 64-bit hash of class and property names. Two groups that collide would be shown as one: among
// the thousands of groups of a heap that is as good as impossible.
class Signature {
 public:
  explicit Signature(uint32_t seed) { Add(seed); }

  void Add(uint32_t value) {
    hash_ = (hash_ ^ value) * 0x9E3779B97F4A7C15ULL;
    hash_ ^= hash_ >> 29U;
  }
  uint64_t hash() const { return hash_; }

 private:
  uint64_t hash_ = 0x243F6A8885A308D3ULL;
};

bool IsOwnProperty(const HeapGraph& graph, EdgeId edge, std::optional<uint32_t> proto) {
  return graph.type(edge) == EdgeType::kProperty && graph.name_or_index(edge) != proto;
}

class Grouper {
 public:
  Grouper(const Session& session, const Progress& progress)
      : graph_(session.graph()),
        analysis_(session.analysis()),
        progress_(progress),
        of_node_(graph_.node_count()) {
    FindProto();
  }

  Result<std::vector<ObjectGroup>> Run() {
    NH_CHECK(ForEachBelow(graph_.node_count(), progress_, [&](uint32_t i) { Add(NodeId{i}); }));
    NH_CHECK(AddRetained());
    return std::move(groups_);
  }

 private:
  void FindProto() {
    for (uint32_t i = 0; i < graph_.strings().size(); ++i)
      if (graph_.strings().Escaped(StringId{i}) == "__proto__") proto_ = i;
  }

  uint64_t Hash(NodeId node) const {
    Signature signature(analysis_.classes.of_node[Index(node)]);
    if (graph_.type(node) != NodeType::kObject) return signature.hash();
    for (uint32_t e = graph_.first_edge(node); e < graph_.end_edge(node); ++e)
      if (IsOwnProperty(graph_, EdgeId{e}, proto_)) signature.Add(graph_.name_or_index(EdgeId{e}));
    return signature.hash();
  }

  std::string Properties(NodeId node) const {
    std::string text;
    if (graph_.type(node) != NodeType::kObject) return text;
    size_t count = 0;
    for (uint32_t e = graph_.first_edge(node); e < graph_.end_edge(node); ++e) {
      if (!IsOwnProperty(graph_, EdgeId{e}, proto_)) continue;
      if (++count > kMaxProperties) return text + ", …";
      text += (text.empty() ? "" : ", ") + graph_.edge_name(EdgeId{e});
    }
    return text;
  }

  void Add(NodeId node) {
    const uint64_t size = analysis_.shallow_sizes[Index(node)];
    of_node_[Index(node)] = kNone;
    if (size == 0) return;
    const auto [found, is_new] =
        index_.try_emplace(Hash(node), static_cast<uint32_t>(groups_.size()));
    if (is_new) {
      const uint32_t class_index = analysis_.classes.of_node[Index(node)];
      const ClassInfo& info = analysis_.classes.infos[class_index];
      groups_.push_back({.class_index = class_index,
                         .name = info.name,
                         .location = info.location,
                         .properties = Properties(node),
                         .sample = node});
    }
    ObjectGroup& group = groups_[found->second];
    of_node_[Index(node)] = found->second;
    ++group.instances;
    group.self_size += size;
    const int32_t distance = analysis_.distances[Index(node)];
    // DevTools' minimum: an unreached instance (-5) wins.
    group.distance = is_new ? distance : std::min(group.distance, distance);
  }

  // Of nested members of a group only the outermost counts, as in DevTools' Summary.
  Result<void> AddRetained() {
    const DominatorTree tree(graph_, analysis_);
    std::vector<uint32_t> open(groups_.size() + 1);   // members on the path from the root
    std::vector<std::pair<uint32_t, uint32_t>> path;  // node, children visited
    const auto enter = [&](uint32_t node) {
      const uint32_t group =
          std::min<uint32_t>(of_node_[node], static_cast<uint32_t>(groups_.size()));
      if (group < groups_.size() && open[group] == 0)
        groups_[group].retained_size += analysis_.retained_sizes[node];
      ++open[group];
      path.emplace_back(node, 0);
    };
    enter(Index(graph_.root()));
    for (uint64_t step = 0; !path.empty(); ++step) {
      if (step % kCheckedEvery == 0) NH_CHECK(CheckCancelled(progress_));
      auto& [node, visited] = path.back();
      const auto children = tree.Children(NodeId{node});
      if (visited < children.size()) {
        enter(children[visited++]);
      } else {
        --open[std::min<uint32_t>(of_node_[node], static_cast<uint32_t>(groups_.size()))];
        path.pop_back();
      }
    }
    return {};
  }

  static constexpr uint32_t kNone = UINT32_MAX;
  static constexpr uint64_t kCheckedEvery = 1U << 16U;  // steps of a walk

  const HeapGraph& graph_;
  const Analysis& analysis_;
  const Progress& progress_;
  Column<uint32_t> of_node_;
  std::optional<uint32_t> proto_;
  std::unordered_map<uint64_t, uint32_t> index_;
  std::vector<ObjectGroup> groups_;
};

}  // namespace

Result<std::vector<ObjectGroup>> GroupObjects(const Session& session, const Progress& progress) {
  return Grouper(session, progress).Run();
}

}  // namespace nodeheap
