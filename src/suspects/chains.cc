// Chains: along the heaviest children of the dominator tree, the same few classes come back again
// and again, as in object → function → context → object ….
#include <algorithm>
#include <span>

#include "suspects/evidence.h"

namespace nodeheap::suspects {
namespace {

constexpr size_t kLeastLinks = 8;
constexpr size_t kMaxPeriod = 12;  // objects of V8's and the program's between two links

// What makes two nodes the same link: their kind and name, but of strings and numbers, which are
// named by their values, the kind only.
uint64_t ShapeOf(const HeapGraph& graph, NodeId node) {
  const NodeType type = graph.type(node);
  const bool named = type == NodeType::kObject || type == NodeType::kClosure ||
                     type == NodeType::kHidden || type == NodeType::kNative;
  return uint64_t{static_cast<uint8_t>(type)} << 32U | (named ? Index(graph.name(node)) : 0);
}

// The part of a path on which node i looks like node i + period.
struct Repetition {
  size_t begin = 0;
  size_t end = 0;  // behind the last node
  size_t period = 1;

  size_t links() const { return (end - begin) / period; }
};

Repetition LongestRepetition(std::span<const uint64_t> shapes) {
  Repetition longest;
  for (size_t period = 1; period <= kMaxPeriod; ++period) {
    size_t begin = 0;
    for (size_t i = 0; i + period <= shapes.size(); ++i) {
      const bool repeats = i + period < shapes.size() && shapes[i] == shapes[i + period];
      if (repeats) continue;
      // A multiple of a period is one, too: the shortest is meant.
      const Repetition found{.begin = begin, .end = i + period, .period = period};
      if (found.links() > longest.links()) longest = found;
      begin = i + 1;
    }
  }
  return longest;
}

class ChainSearch {
 public:
  ChainSearch(const HeapView& heap, std::vector<Suspect>& suspects)
      : heap_(heap), suspects_(suspects) {}

  void Run() {
    for (uint32_t i = 0; i < heap_.graph().node_count(); ++i) {
      const NodeId node{i};
      if (heap_.Retained(node) < heap_.least() || !StartsPath(node)) continue;
      FollowHeaviest(node);
      AddChain();
    }
  }

 private:
  // Paths of heaviest children divide the tree: a node starts one if it is not its parent's.
  bool StartsPath(NodeId node) const {
    return node == heap_.graph().root() || HeaviestChild(heap_.Dominator(node)) != node;
  }

  NodeId HeaviestChild(NodeId node) const {
    NodeId heaviest = node;
    uint64_t most = 0;
    for (const uint32_t child : heap_.tree().Children(node)) {
      if (heap_.Retained(NodeId{child}) <= most) continue;
      heaviest = NodeId{child};
      most = heap_.Retained(heaviest);
    }
    return heaviest;
  }

  void FollowHeaviest(NodeId node) {
    path_.clear();
    shapes_.clear();
    for (NodeId next = node; path_.empty() || next != path_.back(); next = HeaviestChild(next)) {
      path_.push_back(next);
      shapes_.push_back(ShapeOf(heap_.graph(), next));
      if (!heap_.IsHeavy(next)) break;
    }
  }

  void AddChain() {
    const Repetition found = LongestRepetition(shapes_);
    if (found.links() < kLeastLinks) return;
    // Of the nodes of a link, the one that people know: an object, else a function.
    for (const NodeType wanted : {NodeType::kObject, NodeType::kClosure})
      for (size_t i = found.begin; i < found.begin + found.period; ++i)
        if (heap_.graph().type(path_[i]) == wanted && !heap_.IsPlumbing(path_[i]))
          return AddChainFrom(i, found);
  }

  void AddChainFrom(size_t first, const Repetition& found) {
    const uint64_t retained = heap_.Retained(path_[first]);
    if (retained < heap_.least() || !IsSpread(first, found)) return;
    suspects_.push_back({.kind = SuspectKind::kChain,
                         .holder = path_[first],
                         .sample = path_[first + found.period],
                         .class_name = heap_.ClassName(path_[first]),
                         .count = (found.end - first - 1) / found.period + 1,
                         .retained_size = retained,
                         .members = {path_[first]}});
  }

  // No link, and not what the last one holds, is most of the chain's weight.
  bool IsSpread(size_t first, const Repetition& found) const {
    const uint64_t whole = heap_.Retained(path_[first]);
    uint64_t above = whole;
    for (size_t i = first + found.period; i < found.end; i += found.period) {
      const uint64_t below = heap_.Retained(path_[i]);
      if (above - below > whole / 2) return false;
      above = below;
    }
    return above <= whole / 2;
  }

  const HeapView& heap_;
  std::vector<Suspect>& suspects_;
  std::vector<NodeId> path_;
  std::vector<uint64_t> shapes_;
};

}  // namespace

void FindChains(const HeapView& heap, std::vector<Suspect>& suspects) {
  ChainSearch(heap, suspects).Run();
}

}  // namespace nodeheap::suspects
