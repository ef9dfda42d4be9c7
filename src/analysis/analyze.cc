// The order of the computations, on two threads where there are two. The left column hands on to the
// next line; both hold the graph read-only.
//
//   one thread                               the other
//   page-owned nodes                         retainers
//   depth-first search from the root         shallow sizes
//   (needs retainers) the rest of it         distances
//   dominators                               classes
//   (needs all of the above) retained sizes, sums by class
#include <algorithm>
#include <future>

#include "analysis/classes.h"
#include "analysis/detachedness.h"
#include "analysis/distances.h"
#include "analysis/dominators.h"
#include "analysis/interfaces.h"
#include "analysis/page_owned.h"
#include "analysis/retainers.h"
#include "analysis/shallow_sizes.h"
#include "analysis/string_facts.h"
#include "base/parallel.h"
#include "nodeheap/analysis.h"

namespace nodeheap {
namespace {

bool Has(Need set, Need need) {
  return (static_cast<unsigned>(set) & static_cast<unsigned>(need)) != 0;
}

class Pipeline {
 public:
  Pipeline(const HeapGraph& graph, Need need, Progress& progress)
      : graph_(graph), need_(WithImplied(need)), progress_(progress), facts_(graph.strings()) {}

  Result<Analysis> Run(unsigned threads) {
    analysis_.detachedness = PropagateDetachedness(graph_, facts_);
    // A deferred task runs when it is first waited for.
    const auto policy = threads > 1 ? std::launch::async : std::launch::deferred;
    const std::shared_future<void> retainers = std::async(policy, [this] { TurnEdgesRound(); });
    std::future<void> node_facts = std::async(policy, [this, retainers] {
      retainers.wait();
      FindNodeFacts();
    });
    if (Has(need_, Need::kDominators)) SearchTree();
    retainers.get();
    if (Has(need_, Need::kDominators)) FindTree();
    node_facts.get();
    if (Has(need_, Need::kDominators)) SumSizes();
    if (progress_.cancelled())
      return std::unexpected(Error{.code = ErrorCode::kCancelled, .message = "cancelled"});
    return std::move(analysis_);
  }

 private:
  static Need WithImplied(Need need) {
    auto bits = static_cast<unsigned>(need);
    if (Has(need, Need::kClasses)) bits |= static_cast<unsigned>(Need::kDistances);
    if (Has(need, Need::kClasses)) bits |= static_cast<unsigned>(Need::kDominators);
    if (Has(Need{bits}, Need::kDominators)) bits |= static_cast<unsigned>(Need::kRetainers);
    return Need{bits};
  }

  // Cancelling is looked at between the steps; each takes at most a second or two.
  template <typename Work>
  void Step(const char* name, const Work& work) {
    if (progress_.cancelled()) return;
    progress_.Report(name, 0, 0);
    work();
  }

  void TurnEdgesRound() {
    if (Has(need_, Need::kRetainers)) Step("retainers", [this] {
      analysis_.retainers = BuildRetainers(graph_, facts_);
    });
  }

  // What each node has by itself.
  void FindNodeFacts() {
    if (Has(need_, Need::kDominators)) Step("shallow sizes", [this] {
      analysis_.shallow_sizes = FindShallowSizes(graph_, facts_);
    });
    if (Has(need_, Need::kDistances)) Step("distances", [this] {
      analysis_.distances = FindDistances(graph_, facts_);
    });
    if (Has(need_, Need::kClasses)) Step("classes", [this] {
      const Shapes shapes(graph_, facts_);
      analysis_.interfaces = InferInterfaces(graph_, facts_, shapes);
      analysis_.classes = FindClasses(graph_, shapes, analysis_.interfaces,
                                      MatchInterfaces(graph_, shapes, analysis_.interfaces),
                                      analysis_.detachedness);
      SumClasses(analysis_.shallow_sizes, analysis_.distances, analysis_.classes);
    });
  }

  void SearchTree() {
    Step("reachability", [this] { page_owned_ = FindPageOwned(graph_, facts_); });
    Step("depth-first search",
         [this] { preorder_ = SearchFromRoot(graph_, facts_, page_owned_); });
  }

  void FindTree() {
    Step("dominators", [this] {
      SearchTheRest(graph_, facts_, page_owned_, analysis_.retainers, preorder_);
      dominators_ = FindDominators(graph_, page_owned_, analysis_.retainers, preorder_);
    });
  }

  void SumSizes() {
    Step("retained sizes", [this] {
      const Column<uint64_t> retained = SumRetained(preorder_, dominators_, analysis_.shallow_sizes);
      if (Has(need_, Need::kClasses))
        SumRetainedByClass(preorder_, dominators_, retained, analysis_.shallow_sizes,
                           analysis_.classes);
      analysis_.dominators = Column<uint32_t>(graph_.node_count());
      analysis_.retained_sizes = Column<uint64_t>(graph_.node_count());
      for (uint32_t w = 1; w <= preorder_.last; ++w) {
        const uint32_t node = preorder_.node[w];
        analysis_.dominators[node] = preorder_.node[dominators_[w]];
        analysis_.retained_sizes[node] = retained[w];
      }
    });
  }

  const HeapGraph& graph_;
  const Need need_;
  Progress& progress_;
  const StringFacts facts_;
  Analysis analysis_;
  Column<uint8_t> page_owned_;
  Preorder preorder_;
  Column<uint32_t> dominators_;  // by preorder number
};

}  // namespace

Result<Analysis> Analyze(const HeapGraph& graph, Need need, Progress& progress, unsigned threads) {
  return Pipeline(graph, need, progress).Run(ThreadCount(threads));
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
