// The graphs of the committed cores.
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "explorer/explorer.h"
#include "explorer/tagged_body.h"
#include "support/cores.h"
#include "support/truth.h"

namespace nodeheap::test {
namespace {

using explorer::ExploreOptions;

class WalkedCore {
 public:
  explicit WalkedCore(const std::string& name)
      : core_(CoreFile::Open(CorePath(name), progress_).value()),
        runtime_(v8::Runtime::Open(*core_, LayoutOf(*core_)).value()),
        heap_(v8::Heap::Walk(runtime_, progress_).value()) {}

  const v8::Heap& heap() const { return heap_; }
  v8::Kind KindAt(uint64_t address) const { return runtime_.KindOf(v8::Tag(address)); }
  HeapGraph Explore(const ExploreOptions& options) {
    return explorer::ExploreHeap(heap_, options, progress_).value();
  }

 private:
  Progress progress_;
  std::unique_ptr<CoreFile> core_;
  v8::Runtime runtime_;
  v8::Heap heap_;
};

std::string NameOf(const HeapGraph& graph, NodeId node) {
  return graph.strings().Get(graph.name(node));
}

// Without the prototypes, which are called like the instances of the class above theirs.
std::vector<NodeId> InstancesOf(const HeapGraph& graph, std::string_view class_name) {
  std::vector<NodeId> instances;
  for (uint32_t i = 0; i < graph.node_count(); ++i) {
    const NodeId node{i};
    if (graph.type(node) == NodeType::kObject && NameOf(graph, node) == class_name &&
        !std::ranges::binary_search(graph.columns().prototypes, i))
      instances.push_back(node);
  }
  return instances;
}

std::set<std::string> PropertiesOf(const HeapGraph& graph, NodeId node) {
  std::set<std::string> names;
  for (uint32_t e = graph.first_edge(node); e < graph.end_edge(node); ++e)
    if (graph.type(EdgeId{e}) == EdgeType::kProperty) names.insert(graph.edge_name(EdgeId{e}));
  return names;
}

size_t CountReached(const HeapGraph& graph) {
  std::vector<bool> seen(graph.node_count());
  std::vector<NodeId> queue{graph.root()};
  seen[Index(graph.root())] = true;
  for (size_t i = 0; i < queue.size(); ++i)
    for (uint32_t e = graph.first_edge(queue[i]); e < graph.end_edge(queue[i]); ++e) {
      const NodeId target = graph.target(EdgeId{e});
      if (graph.type(EdgeId{e}) == EdgeType::kWeak || seen[Index(target)]) continue;
      seen[Index(target)] = true;
      queue.push_back(target);
    }
  return queue.size();
}

class ExplorerGraph : public testing::TestWithParam<std::string> {};

TEST_P(ExplorerGraph, HasEveryInstance) {
  WalkedCore core(GetParam());
  const HeapGraph graph = core.Explore({.isolate = 0});
  const auto truth = ReadTruth(GetParam());
  for (const auto& [class_name, count] : truth.at("classes").as_object())
    EXPECT_EQ(static_cast<int64_t>(InstancesOf(graph, class_name).size()), count.as_int64())
        << std::string(class_name);
}

TEST_P(ExplorerGraph, NamesProperties) {
  WalkedCore core(GetParam());
  const HeapGraph graph = core.Explore({.isolate = 0});
  for (const NodeId node : InstancesOf(graph, "LeakingClass")) {
    const std::set<std::string> names = PropertiesOf(graph, node);
    // `age` is a small integer: no object.
    ASSERT_EQ(names, (std::set<std::string>{"__proto__", "name"}))
        << static_cast<uint64_t>(graph.id(node));
  }
}

bool HasEdge(const HeapGraph& graph, NodeId node, std::string_view name) {
  for (uint32_t e = graph.first_edge(node); e < graph.end_edge(node); ++e)
    if (graph.edge_name(EdgeId{e}) == name) return true;
  return false;
}

// Since V8 13 by way of the dispatch table.
TEST_P(ExplorerGraph, KnowsTheCodeOfFunctions) {
  WalkedCore core(GetParam());
  const HeapGraph graph = core.Explore({});
  size_t functions = 0;
  size_t with_code = 0;
  for (uint32_t i = 0; i < graph.node_count(); ++i) {
    const NodeId node{i};
    if (graph.type(node) != NodeType::kClosure || NameOf(graph, node) == "native_bind") continue;
    ++functions;
    if (HasEdge(graph, node, "code")) ++with_code;
  }
  EXPECT_GT(functions, 1000);
  EXPECT_GE(with_code + 1, functions);  // one may be about to be made
}

// Optimized code dies with the receivers that it was made for; baseline code and builtins embed
// none. Snapshots tell since V8 10.
TEST_P(ExplorerGraph, MachineCodeHoldsReceiversWeakly) {
  WalkedCore core(GetParam());
  const bool tells_weak = core.heap().layout().version >= v8::Version{10, 0, 0};
  const HeapGraph graph = core.Explore({});
  size_t wrong = 0;
  size_t right = 0;
  for (uint32_t i = 0; i < graph.node_count(); ++i) {
    const NodeId node{i};
    const auto at = graph.address(node);
    if (!at || !explorer::HoldsInstructions(core.KindAt(*at), core.heap().layout())) continue;
    for (uint32_t e = graph.first_edge(node); e < graph.end_edge(node); ++e) {
      const NodeType target = graph.type(graph.target(EdgeId{e}));
      if (target != NodeType::kClosure && target != NodeType::kObject) continue;
      ++((graph.type(EdgeId{e}) == EdgeType::kWeak) == tells_weak ? right : wrong);
    }
  }
  EXPECT_EQ(wrong, 0U);
  if (right == 0) GTEST_SKIP() << "no optimized code in this core embeds a receiver";
}

// V8 13 and later say nothing of the size of what all isolates share.
TEST_P(ExplorerGraph, CountsTheBytesOfTheHeap) {
  WalkedCore core(GetParam());
  uint64_t bytes = 0;
  for (const bool unreachable : {false, true}) {
    const HeapGraph graph = core.Explore({.unreachable = unreachable});
    for (uint32_t i = 0; i < graph.node_count(); ++i)
      if (graph.address(NodeId{i})) bytes += graph.self_size(NodeId{i});
  }
  uint64_t used = 0;
  for (size_t i = 0; i < core.heap().usage().size(); ++i) {
    const v8::Page& page = core.heap().pages().all()[i];
    const bool is_free =
        page.space == v8::Space::kReadOnly && core.heap().layout().version >= v8::Version{13, 0, 0};
    if (!is_free) used += core.heap().usage()[i].used;
  }
  EXPECT_GE(bytes, used);  // the characters of external strings come on top
  EXPECT_LE(bytes, used + (8 << 20));
}

TEST_P(ExplorerGraph, ReachesAlmostAllOfItsNodes) {
  WalkedCore core(GetParam());
  const HeapGraph graph = core.Explore({.isolate = 0});
  // What is in read-only space is there although little of it is referred to.
  EXPECT_GT(CountReached(graph) * 10, graph.node_count() * 9);
}

TEST_P(ExplorerGraph, IsTheSameForAnyNumberOfThreads) {
  WalkedCore core(GetParam());
  const HeapGraph one = core.Explore({.threads = 1});
  const HeapGraph four = core.Explore({.threads = 4});
  ASSERT_EQ(one.node_count(), four.node_count());
  ASSERT_EQ(one.edge_count(), four.edge_count());
  for (uint32_t i = 0; i < one.node_count(); ++i) {
    const NodeId node{i};
    ASSERT_EQ(one.type(node), four.type(node)) << i;
    ASSERT_EQ(one.id(node), four.id(node)) << i;
    ASSERT_EQ(NameOf(one, node), NameOf(four, node)) << i;
    ASSERT_EQ(one.first_edge(node), four.first_edge(node)) << i;
  }
  for (uint32_t e = 0; e < one.edge_count(); ++e) {
    ASSERT_EQ(one.type(EdgeId{e}), four.type(EdgeId{e})) << e;
    ASSERT_EQ(one.target(EdgeId{e}), four.target(EdgeId{e})) << e;
    ASSERT_EQ(one.edge_name(EdgeId{e}), four.edge_name(EdgeId{e})) << e;
  }
}

TEST_P(ExplorerGraph, SetsTheUnreachableApartWhenAsked) {
  WalkedCore core(GetParam());
  const HeapGraph reachable = core.Explore({});
  const HeapGraph garbage = core.Explore({.unreachable = true});
  const AddressColumn& addresses = garbage.columns().addresses;
  for (size_t i = 0; i < addresses.size(); ++i)
    ASSERT_FALSE(reachable.FindAddress(addresses[i])) << addresses[i];
  EXPECT_EQ(reachable.columns().addresses.size() + garbage.columns().addresses.size(),
            core.heap().object_count());
}

TEST_P(ExplorerGraph, GivesEachNodeAnIdOfItsOwn) {
  WalkedCore core(GetParam());
  const HeapGraph graph = core.Explore({});
  std::set<ObjectId> ids;
  for (uint32_t node = 0; node < graph.node_count(); ++node) ids.insert(graph.id(NodeId{node}));
  EXPECT_EQ(ids.size(), graph.node_count());
}

std::string TestName(const testing::TestParamInfo<std::string>& core) {
  return core.param.substr(core.param.rfind('-') + 1);
}
INSTANTIATE_TEST_SUITE_P(Cores, ExplorerGraph,
                         testing::Values("leaking_class-abort-node16", "leaking_class-abort-node18",
                                         "leaking_class-abort-node20", "leaking_class-abort-node22",
                                         "leaking_class-abort-node24",
                                         "leaking_class-abort-node26"),
                         TestName);

TEST(ExplorerIsolates, AreApart) {
  WalkedCore core("leaking_class-worker-node26");
  ASSERT_GE(core.heap().runtime().isolates().size(), 2);
  const HeapGraph main = core.Explore({.isolate = 0});
  const HeapGraph worker = core.Explore({.isolate = 1});
  const AddressColumn& addresses = worker.columns().addresses;
  for (size_t i = 0; i < addresses.size(); ++i) {
    const uint64_t address = addresses[i];
    const v8::Page* const page = core.heap().pages().Find(address);
    ASSERT_NE(page, nullptr);
    if (page->space != v8::Space::kReadOnly) {
      ASSERT_FALSE(main.FindAddress(address)) << address;
    }
  }
  const HeapGraph both = core.Explore({});
  EXPECT_GT(both.node_count(), std::max(main.node_count(), worker.node_count()));
}

class Cancelled : public Progress {
 public:
  bool cancelled() const override { return true; }
};

TEST(ExplorerProgress, StopsWhenTold) {
  WalkedCore core("leaking_class-abort-node22");
  Cancelled progress;
  const auto graph = explorer::ExploreHeap(core.heap(), {}, progress);
  ASSERT_FALSE(graph);
  EXPECT_EQ(graph.error().code, ErrorCode::kCancelled);
}

}  // namespace
}  // namespace nodeheap::test
