// The order of the computations, on two threads where there are two; a line waits for those above
// it that it needs:
//
//   essential edges, on both threads
//   one thread                        the other
//   depth-first search                retainers, shallow sizes
//   dominators, sizes                 distances, classes
//   sums by class, retained sizes, on both threads
#include <algorithm>
#include <future>

#include "analysis/classes.h"
#include "analysis/detachedness.h"
#include "analysis/distances.h"
#include "analysis/dominator_sums.h"
#include "analysis/dominators.h"
#include "analysis/essential_edges.h"
#include "analysis/interfaces.h"
#include "analysis/retainers.h"
#include "analysis/shallow_sizes.h"
#include "analysis/string_facts.h"
#include "base/bitmap.h"
#include "base/parallel.h"
#include "nodeheap/analysis.h"

namespace nodeheap {
namespace {

class Pipeline {
 public:
  Pipeline(const HeapGraph& graph, Need need, Progress& progress, unsigned threads)
      : graph_(graph),
        need_(WithImplied(need)),
        progress_(progress),
        threads_(threads),
        facts_(graph.strings(), threads) {}

  Result<Analysis> Run() {
    FindEssentialEdges();
    // A deferred task runs when it is first waited for.
    const auto policy = threads_ > 1 ? std::launch::async : std::launch::deferred;
    const auto start = [policy](auto work) { return std::async(policy, work).share(); };
    const auto retainers = start([this] { TurnEdgesRound(); });
    const auto sizes = start([this, retainers] {
      retainers.wait();
      FindShallow();
    });
    const auto classes = start([this, sizes] {
      sizes.wait();
      FindClassesOfNodes();
    });
    SearchTree();
    retainers.get();
    FindTree();
    sizes.get();
    SumSizes();
    classes.get();
    SumRetainedSizes();
    if (progress_.cancelled())
      return std::unexpected(Error{.code = ErrorCode::kCancelled, .message = "cancelled"});
    return std::move(analysis_);
  }

 private:
  // Does one step if the caller needs it. Cancelling is looked at between the steps; each takes at
  // most a second or two.
  template <typename Work>
  void Step(Need need, const char* name, const Work& work) {
    if (!Includes(need_, need) || progress_.cancelled()) return;
    progress_.Report(name, 0, 0);
    work();
  }

  void FindEssentialEdges() {
    Step(Need::kRetainers, "edges",
         [this] { essential_ = EssentialEdges(graph_, facts_, threads_); });
  }

  void TurnEdgesRound() {
    Step(Need::kRetainers, "retainers",
         [this] { analysis_.retainers = BuildRetainers(graph_, essential_); });
  }

  void FindShallow() {
    Step(Need::kShallowSizes, "shallow sizes",
         [this] { analysis_.shallow_sizes = FindShallowSizes(graph_, facts_); });
  }

  void FindClassesOfNodes() {
    analysis_.detachedness = PropagateDetachedness(graph_, facts_);
    Step(Need::kDistances, "distances",
         [this] { analysis_.distances = FindDistances(graph_, facts_); });
    Step(Need::kInstances, "classes", [this] {
      const Shapes shapes(graph_, facts_);
      analysis_.interfaces = InferInterfaces(graph_, facts_, shapes);
      analysis_.classes = FindClasses(graph_, shapes, analysis_.interfaces,
                                      MatchInterfaces(graph_, shapes, analysis_.interfaces),
                                      analysis_.detachedness);
      SumClasses(analysis_.shallow_sizes, analysis_.distances, analysis_.classes);
    });
  }

  void SearchTree() {
    Step(Need::kDominators, "depth-first search",
         [this] { preorder_ = SearchFromRoot(graph_, facts_, essential_); });
  }

  void FindTree() {
    Step(Need::kDominators, "dominators", [this] {
      SearchTheRest(graph_, facts_, essential_, analysis_.retainers, preorder_);
      essential_ = {};
      Column<uint32_t> dominators = FindDominators(analysis_.retainers, preorder_);
      analysis_.dominators = DominatorsByNode(dominators, preorder_, threads_);
      order_ = OrderTree(std::move(preorder_.node), std::move(dominators));
    });
  }

  void SumSizes() {
    Step(Need::kDominators, "sizes",
         [this] { sizes_ = TreeSizes(order_, analysis_.shallow_sizes); });
  }

  void SumRetainedSizes() {
    Step(Need::kClasses, "class sizes",
         [this] { SumRetainedByClass(order_, sizes_, analysis_.classes, threads_); });
    Step(Need::kDominators, "retained sizes",
         [this] { analysis_.retained_sizes = sizes_.RetainedByNode(order_, threads_); });
  }

  const HeapGraph& graph_;
  const Need need_;
  Progress& progress_;
  const unsigned threads_;
  const StringFacts facts_;
  EssentialEdges essential_;
  Analysis analysis_;
  Preorder preorder_;
  TreeOrder order_;
  TreeSizes sizes_;
};

}  // namespace

Result<Analysis> Analyze(const HeapGraph& graph, Need need, Progress& progress, unsigned threads) {
  return Pipeline(graph, need, progress, ThreadCount(threads)).Run();
}

DominatorTree::DominatorTree(const HeapGraph& graph, const Analysis& analysis, uint64_t least)
    : first_(size_t{graph.node_count()} + 2) {
  const uint32_t root = Index(graph.root());
  const uint32_t count = graph.node_count();
  Bitmap is_parent(count);
  is_parent.SetWords(0, is_parent.word_count(),
                     [&](size_t node) { return analysis.retained_sizes[node] >= least; });
  const auto is_child = [&](uint32_t node) {
    return node != root && is_parent.Has(analysis.dominators[node]);
  };
  for (uint32_t node = 0; node < count; ++node)
    if (is_child(node)) ++first_[analysis.dominators[node] + 2];
  for (uint32_t node = 0; node < count; ++node) first_[node + 2] += first_[node + 1];
  nodes_ = Column<uint32_t>(first_[size_t{count} + 1]);
  for (uint32_t node = 0; node < count; ++node)
    if (is_child(node)) nodes_[first_[analysis.dominators[node] + 1]++] = node;
  first_.Shrink(size_t{count} + 1);
}

}  // namespace nodeheap
