// The order of the computations, on two threads where there are two; a line waits for those above
// it that it needs:
//
//   one thread                        the other
//   depth-first search                retainers, shallow sizes
//   dominators                        distances, classes
//   retained sizes                    links of the dominator tree
//   sums by class
#include <algorithm>
#include <future>

#include "analysis/classes.h"
#include "analysis/detachedness.h"
#include "analysis/distances.h"
#include "analysis/dominators.h"
#include "analysis/interfaces.h"
#include "analysis/retainers.h"
#include "analysis/shallow_sizes.h"
#include "analysis/string_facts.h"
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
    analysis_.detachedness = PropagateDetachedness(graph_, facts_);
    // A deferred task runs when it is first waited for.
    const auto policy = threads_ > 1 ? std::launch::async : std::launch::deferred;
    const auto start = [policy](auto work) { return std::async(policy, work).share(); };
    const auto retainers = start([this] { TurnEdgesRound(); });
    const auto node_facts = start([this, retainers] {
      retainers.wait();
      FindNodeFacts();
    });
    SearchTree();
    retainers.get();
    FindTree();
    node_facts.get();
    const auto links = start([this] { LinkDominatorTree(); });
    SumSizes();
    links.get();
    SumByClass();
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

  void TurnEdgesRound() {
    Step(Need::kRetainers, "retainers",
         [this] { analysis_.retainers = BuildRetainers(graph_, facts_); });
  }

  // What each node has by itself.
  void FindNodeFacts() {
    Step(Need::kShallowSizes, "shallow sizes",
         [this] { analysis_.shallow_sizes = FindShallowSizes(graph_, facts_, scratch_); });
    Step(Need::kDistances, "distances", [this] {
      if (scratch_.empty()) scratch_ = Column<uint32_t>(graph_.node_count());
      analysis_.distances = FindDistances(graph_, facts_, scratch_);
    });
    Step(Need::kClasses, "classes", [this] {
      const Shapes shapes(graph_, facts_);
      analysis_.interfaces = InferInterfaces(graph_, facts_, shapes);
      analysis_.classes = FindClasses(graph_, shapes, analysis_.interfaces,
                                      MatchInterfaces(graph_, shapes, analysis_.interfaces),
                                      analysis_.detachedness, std::move(scratch_));
      SumClasses(analysis_.shallow_sizes, analysis_.distances, analysis_.classes);
    });
  }

  void SearchTree() {
    Step(Need::kDominators, "depth-first search",
         [this] { preorder_ = SearchFromRoot(graph_, facts_); });
  }

  void FindTree() {
    Step(Need::kDominators, "dominators", [this] {
      SearchTheRest(graph_, facts_, analysis_.retainers, preorder_);
      analysis_.dominators = FindDominators(analysis_.retainers, preorder_);
    });
  }

  void LinkDominatorTree() {
    Step(Need::kClasses, "dominator tree",
         [this] { links_ = LinkTree(preorder_.node, analysis_.dominators); });
  }

  void SumSizes() {
    Step(Need::kDominators, "retained sizes", [this] {
      analysis_.retained_sizes =
          SumRetained(preorder_.node, analysis_.dominators, analysis_.shallow_sizes);
    });
  }

  void SumByClass() {
    Step(Need::kClasses, "class sizes",
         [this] { SumRetainedByClass(graph_.root(), links_, analysis_, analysis_.classes); });
  }

  const HeapGraph& graph_;
  const Need need_;
  Progress& progress_;
  const unsigned threads_;
  const StringFacts facts_;
  Analysis analysis_;
  Column<uint32_t> scratch_;
  Preorder preorder_;
  TreeLinks links_;
};

}  // namespace

Result<Analysis> Analyze(const HeapGraph& graph, Need need, Progress& progress, unsigned threads) {
  return Pipeline(graph, need, progress, ThreadCount(threads)).Run();
}

DominatorTree::DominatorTree(const HeapGraph& graph, const Analysis& analysis)
    : first_(size_t{graph.node_count()} + 2), nodes_(graph.node_count() - 1) {
  const uint32_t root = Index(graph.root());
  for (uint32_t node = 0; node < graph.node_count(); ++node)
    if (node != root) ++first_[analysis.dominators[node] + 2];
  for (uint32_t node = 0; node < graph.node_count(); ++node) first_[node + 2] += first_[node + 1];
  for (uint32_t node = 0; node < graph.node_count(); ++node)
    if (node != root) nodes_[first_[analysis.dominators[node] + 1]++] = node;
  first_.Shrink(size_t{graph.node_count()} + 1);
}

}  // namespace nodeheap
