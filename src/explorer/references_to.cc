#include "explorer/references_to.h"

#include <algorithm>
#include <boost/unordered/unordered_flat_map.hpp>
#include <memory>
#include <set>
#include <utility>

#include "base/parallel.h"
#include "explorer/distance_search.h"
#include "explorer/live_objects.h"
#include "explorer/ownership.h"
#include "explorer/referrer_search.h"
#include "v8/object_ids.h"

namespace nodeheap::explorer {
namespace {

constexpr size_t kMaxSources = 1000;
constexpr size_t kMaxParts = 1000;  // of concatenated strings

// The references of each group of roots.
std::vector<References> ReferencesOf(const RootGroups& groups, const SharedState& state,
                                     std::span<const v8::Root> roots, StringPool& pool) {
  Edges all;
  std::vector<uint32_t> counts(groups.node_count());
  groups.AddEdges(state, roots, pool, all, counts);
  std::vector<References> references(groups.node_count());
  size_t at = 0;
  for (uint32_t group = 0; group < groups.node_count(); ++group)
    for (uint32_t i = 0; i < counts[group]; ++i, ++at)
      references[group].edges.Add(EdgeType{all.types[at]}, all.names[at], all.targets[at]);
  return references;
}

// As in the graph of the whole where V8 has no numbers (HeapGraph::Columns).
uint32_t IdOf(uint32_t node) { return 2 * node + 1; }

// The part of the graph that tells of the references.
class Picture {
 public:
  Picture(const SearchedHeap& heap, const RootGroups& groups, Ownership& ownership,
          NodeReferences& references)
      : heap_(heap), groups_(groups), ownership_(ownership), references_(references) {}

  void Add(const Reference& reference) {
    nodes_.insert(reference.source);
    nodes_.insert(reference.target);
    by_source_[reference.source].push_back(reference);
  }
  // Whatever the name of the node is made of: the parts of a concatenated string, the properties of
  // a plain object. False: that is too much.
  bool AddName(uint32_t node, uint32_t target) {
    nodes_.insert(node);
    std::vector<uint32_t> parts = {node};
    for (size_t i = 0; i < parts.size(); ++i) {
      if (i == kMaxParts) return false;
      if (!heap_.IsObject(parts[i])) continue;
      const NodeLabel label = ownership_.LabelOf(parts[i]);
      const bool is_cons = label.type == NodeType::kConsString;
      const bool is_plain = label.type == NodeType::kObject && label.name == plain_;
      if (!is_cons && !is_plain) continue;
      const EdgeType of_name = is_cons ? EdgeType::kInternal : EdgeType::kProperty;
      for (const Reference& reference : AddEdges(parts[i], of_name, target))
        if (is_cons && reference.type == EdgeType::kInternal) parts.push_back(reference.target);
    }
    return true;
  }

  Result<HeapGraph> Make(Health health) {
    columns_.health = std::move(health);
    const std::vector<uint32_t> nodes(nodes_.begin(), nodes_.end());
    AllocateNodes(nodes);
    std::vector<Reference> edges;
    for (uint32_t i = 0; i < nodes.size(); ++i) {
      numbers_[nodes[i]] = i;
      SetNode(i, nodes[i]);
      columns_.first_edges[i] = static_cast<uint32_t>(edges.size());
      const std::vector<Reference>& own = by_source_[nodes[i]];
      edges.insert(edges.end(), own.begin(), own.end());
    }
    columns_.first_edges[nodes.size()] = static_cast<uint32_t>(edges.size());
    SetEdges(edges);
    NameTypes(columns_);
    columns_.strings = heap_.pool.Finish();
    return HeapGraph::Create(std::move(columns_));
  }
  // In the graph that was made.
  uint32_t NumberOf(uint32_t node) const { return numbers_.at(node); }

 private:
  // All edges of the type, and those to the target.
  std::span<const Reference> AddEdges(uint32_t source, EdgeType wanted, uint32_t target) {
    std::vector<Reference>& kept = by_source_[source];
    kept.clear();
    const Edges& edges = references_.Of(source).edges;
    for (size_t i = 0; i < edges.size(); ++i) {
      const EdgeType type{edges.types[i]};
      if (!heap_.IsObject(edges.targets[i])) continue;
      if (type == wanted || edges.targets[i] == target)
        kept.push_back({source, type, edges.names[i], edges.targets[i]});
    }
    for (const Reference& reference : kept) nodes_.insert(reference.target);
    return kept;
  }

  void AllocateNodes(const std::vector<uint32_t>& nodes) {
    columns_.node_types = Column<uint8_t>(nodes.size());
    columns_.node_names = Column<uint32_t>(nodes.size());
    columns_.node_ids = Column<uint32_t>(nodes.size());
    columns_.self_sizes = SizeColumn(nodes.size());
    columns_.first_edges = Column<uint32_t>(nodes.size() + 1);
    const auto is_group = [this](uint32_t node) { return !heap_.IsObject(node); };
    columns_.first_addressed =
        static_cast<uint32_t>(std::ranges::find_if_not(nodes, is_group) - nodes.begin());
    const auto objects = std::span(nodes).subspan(columns_.first_addressed);
    columns_.addresses =
        AddressColumn(objects.size(), [&](size_t i) { return AddressOf(objects[i]); });
  }
  v8::Address AddressOf(uint32_t node) const {
    return heap_.state.heap.address(heap_.state.numbers.ObjectOf(node));
  }
  void SetNode(uint32_t i, uint32_t node) {
    columns_.node_ids[i] = IdOf(node);
    if (!heap_.IsObject(node)) {
      columns_.node_types[i] = static_cast<uint8_t>(NodeType::kSynthetic);
      columns_.node_names[i] = heap_.pool.Intern(groups_.groups()[node].name);
      return;
    }
    const NodeLabel label = ownership_.LabelOf(node);
    columns_.node_types[i] = static_cast<uint8_t>(label.type);
    columns_.node_names[i] = label.name;
    columns_.self_sizes.Set(i, ownership_.SelfSizeOf(node));
    columns_.addresses.Set(i - columns_.first_addressed, AddressOf(node));
  }
  void SetEdges(const std::vector<Reference>& edges) {
    columns_.edge_types = Column<uint8_t>(edges.size());
    columns_.edge_names = Column<uint32_t>(edges.size());
    columns_.edge_targets = Column<uint32_t>(edges.size());
    for (size_t e = 0; e < edges.size(); ++e) {
      columns_.edge_types[e] = static_cast<uint8_t>(edges[e].type);
      columns_.edge_names[e] = edges[e].name;
      columns_.edge_targets[e] = NumberOf(edges[e].target);
    }
  }

  const SearchedHeap& heap_;
  const RootGroups& groups_;
  Ownership& ownership_;
  NodeReferences& references_;
  const uint32_t plain_ = heap_.pool.Intern("Object");
  std::set<uint32_t> nodes_ = {0};
  boost::unordered_flat_map<uint32_t, std::vector<Reference>> by_source_;
  boost::unordered_flat_map<uint32_t, uint32_t> numbers_;
  HeapGraph::Columns columns_;
};

using Answer = Result<std::optional<ReferencesToOne>>;

Answer Find(const SearchedHeap& heap, const RootGroups& groups, const OddObjects& odd,
            uint32_t target, Health health) {
  ReferencesByThread readers;
  for (unsigned i = 0; i < heap.threads; ++i)
    readers.push_back(std::make_unique<NodeReferences>(heap));
  Ownership ownership(heap, readers, odd);
  NH_TRY(const auto references, ownership.ReferencesTo(target));
  if (!references) return std::nullopt;
  std::set<uint32_t> sources;
  for (const Reference& reference : *references) sources.insert(reference.source);
  if (sources.size() > kMaxSources) return std::nullopt;
  NH_TRY(const bool solved, ownership.Solve(std::vector<uint32_t>(sources.begin(), sources.end())));
  if (!solved) return std::nullopt;
  Picture picture(heap, groups, ownership, *readers[0]);
  for (const Reference& reference : *references) picture.Add(reference);
  if (!picture.AddName(target, target)) return std::nullopt;
  std::vector<DistantNode> distant;
  for (const uint32_t source : sources) {
    if (!picture.AddName(source, target)) return std::nullopt;
    distant.push_back({source, ownership.SourcesOf(source)});
  }
  NH_TRY(const auto distances, DistancesOf(heap, readers, distant));
  NH_TRY(HeapGraph graph, picture.Make(std::move(health)));
  ReferencesToOne result{std::move(graph), {}, {}};
  result.distances.resize(result.graph.node_count());
  result.shallow_sizes = SizeColumn(result.graph.node_count());
  for (size_t i = 0; i < distant.size(); ++i) {
    const uint32_t node = picture.NumberOf(distant[i].node);
    result.distances[node] = distances[i];
    result.shallow_sizes.Set(node, ownership.SizeOf(distant[i].node));
  }
  return result;
}

bool HasProgramRoots(const References& of_root, uint32_t first_object) {
  return std::ranges::any_of(of_root.edges.targets,
                             [&](uint32_t target) { return target >= first_object; });
}

}  // namespace

Answer ExploreReferencesTo(const v8::Heap& heap, v8::Address address, const ExploreOptions& options,
                           Progress& progress) {
  const auto object = heap.Find(address);
  if (!object || !v8::FindObjectIds(heap.runtime(), options.isolate.value_or(0)).empty())
    return std::nullopt;
  const unsigned threads = ThreadCount(options.threads);
  const std::vector<v8::Root> roots = RootsOf(heap, options);
  const RootGroups groups(heap.runtime(), roots);
  const v8::DispatchTables dispatch_tables(heap);
  NH_TRY(const Bitmap included, ObjectsToExplore(heap, roots, dispatch_tables, options, progress));
  const ObjectNumbers numbers(included, heap.object_count(), groups.node_count());
  if (!numbers.Has(*object)) return std::nullopt;
  progress.Report("looking for references", 0, 0);
  NH_TRY(const OddObjects odd, FindOddObjects(heap, numbers, threads, progress));
  NativeMemories natives(heap, odd.buffers);
  natives.SetFirstNode(numbers.first() + numbers.count());
  const Inessential inessential(heap);
  const SharedState state{.heap = heap,
                          .numbers = numbers,
                          .natives = natives,
                          .dispatch_tables = dispatch_tables,
                          .inessential = inessential};
  StringPool pool;
  const std::vector<References> of_groups = ReferencesOf(groups, state, roots, pool);
  if (!HasProgramRoots(of_groups[0], numbers.first())) return std::nullopt;
  const Ephemerons ephemerons(state, odd.ephemeron_tables, IdOf);
  Health health;
  if (!options.isolate) ReportUnreachable(heap, numbers, health);
  return Find({.state = state,
               .ephemerons = ephemerons,
               .of_groups = of_groups,
               .pool = pool,
               .threads = threads,
               .progress = progress},
              groups, odd, numbers.Of(*object), std::move(health));
}

}  // namespace nodeheap::explorer
