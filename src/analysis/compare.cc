#include "analysis/compare.h"

#include <algorithm>
#include <boost/sort/spinsort/spinsort.hpp>
#include <boost/unordered/unordered_flat_map.hpp>
#include <ranges>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "analysis/classes.h"
#include "base/parallel.h"
#include "base/stoppable.h"
#include "nodeheap/analysis.h"

namespace nodeheap {
namespace {

// What is the same in both dumps for an object that is in both. REQUIRES: the graph outlives this.
class ObjectKey {
 public:
  ObjectKey(const HeapGraph& graph, const SizeColumn& sizes, MatchBy match)
      : graph_(graph), sizes_(sizes), match_(match) {}

  uint64_t operator()(NodeId node) const {
    constexpr uint64_t kNoAddress = uint64_t{1} << 63;
    if (match_ == MatchBy::kId) return static_cast<uint64_t>(graph_.id(node));
    if (match_ == MatchBy::kSize) return sizes_[Index(node)];
    return graph_.address(node).value_or(kNoAddress | sizes_[Index(node)]);
  }

 private:
  const HeapGraph& graph_;
  const SizeColumn& sizes_;
  const MatchBy match_;
};

bool HasLocations(const HeapGraph& graph) { return !graph.columns().located_nodes.empty(); }

// The same classes, wherever their constructors stand.
Classes ByName(const Classes& classes) {
  Classes merged{.infos = {}, .of_node = IndexColumn(classes.of_node.size())};
  boost::unordered_flat_map<std::string_view, uint32_t> by_name;
  std::vector<uint32_t> merged_into;
  for (const ClassInfo& info : classes.infos) {
    const auto [known, is_new] =
        by_name.try_emplace(info.name, static_cast<uint32_t>(merged.infos.size()));
    if (is_new) merged.infos.push_back({.name = info.name, .location = {}});
    merged_into.push_back(known->second);
  }
  for (size_t node = 0; node < classes.of_node.size(); ++node)
    merged.of_node.Set(node, merged_into[classes.of_node[node]]);
  return merged;
}

// Plain objects of both dumps are named by what is common in the later one, so that they match.
Classes ClassesNamedAs(const std::vector<InterfaceDefinition>& interfaces, const HeapGraph& graph,
                       const Analysis& analysis) {
  const StringFacts facts(graph.strings(), 1);
  const Shapes shapes(graph, facts);
  return FindClasses(graph, shapes, interfaces, MatchInterfaces(graph, shapes, interfaces),
                     analysis.detachedness);
}

std::string ClassKey(const ClassInfo& info) {
  if (!info.location) return "," + info.name;
  return std::to_string(info.location->script_id) + "," + std::to_string(info.location->line) +
         "," + std::to_string(info.location->column) + "," + info.name;
}

// The instances of each class, ascending by key.
struct Members {
  std::vector<uint32_t> first;  // by class; one more at the end
  std::vector<NodeId> nodes;

  static Result<Members> Find(const HeapGraph& graph, const Classes& classes,
                              const SizeColumn& shallow_sizes, const ObjectKey& key,
                              const Progress& progress) {
    Members members{.first = std::vector<uint32_t>(classes.infos.size() + 2), .nodes = {}};
    std::vector<uint32_t>& first = members.first;
    std::vector<NodeId>& nodes = members.nodes;
    const auto counts = [&](uint32_t node) { return shallow_sizes[node] != 0; };
    NH_CHECK(ForEachBelow(graph.node_count(), progress, [&](uint32_t node) {
      if (counts(node)) ++first[classes.of_node[node] + 2];
    }));
    for (size_t i = 2; i < first.size(); ++i) first[i] += first[i - 1];
    nodes.resize(first.back());
    NH_CHECK(ForEachBelow(graph.node_count(), progress, [&](uint32_t node) {
      if (counts(node)) nodes[first[classes.of_node[node] + 1]++] = NodeId{node};
    }));
    for (size_t c = 0; c < classes.infos.size(); ++c) {
      NH_CHECK(CheckCancelled(progress));
      SortByKey({nodes.data() + first[c], nodes.data() + first[c + 1]}, key);
    }
    return members;
  }

  // With the keys beside the nodes, as looking them up costs more than comparing them.
  static void SortByKey(std::span<NodeId> nodes, const ObjectKey& key) {
    std::vector<std::pair<uint64_t, NodeId>> keyed;
    keyed.reserve(nodes.size());
    for (const NodeId node : nodes) keyed.emplace_back(key(node), node);
    boost::sort::spinsort(keyed.begin(), keyed.end());
    std::ranges::copy(keyed | std::views::values, nodes.begin());
  }

  std::span<const NodeId> Of(uint32_t cls) const {
    return {nodes.data() + first[cls], nodes.data() + first[cls + 1]};
  }
};

struct Side {
  const ObjectKey& key;
  const SizeColumn& sizes;
  std::span<const NodeId> members;  // of one class, ascending by key
};

ClassDiff Diff(const ClassInfo& info, const Side& before, const Side& after) {
  ClassDiff diff{.name = info.name, .location = info.location, .added = {}, .removed = {}};
  const auto add = [&](NodeId node) {
    diff.added.push_back(node);
    diff.added_size += after.sizes[Index(node)];
  };
  const auto remove = [&](NodeId node) {
    diff.removed.push_back(node);
    diff.removed_size += before.sizes[Index(node)];
  };
  auto b = before.members.begin();
  auto a = after.members.begin();
  while (b != before.members.end() && a != after.members.end()) {
    const uint64_t before_key = before.key(*b);
    const uint64_t after_key = after.key(*a);
    if (before_key < after_key) {
      remove(*b++);
    } else if (before_key > after_key) {
      add(*a++);
    } else {
      ++a;
      ++b;
    }
  }
  std::for_each(b, before.members.end(), remove);
  std::for_each(a, after.members.end(), add);
  return diff;
}

}  // namespace

Result<std::vector<ClassDiff>> Compare(const HeapGraph& before, const Analysis& before_analysis,
                                       const HeapGraph& after, const Analysis& after_analysis,
                                       const Progress& progress) {
  return Compare(before, before_analysis, after, after_analysis, MatchBy::kId, progress, 0);
}

Result<std::vector<ClassDiff>> Compare(const HeapGraph& before, const Analysis& before_analysis,
                                       const HeapGraph& after, const Analysis& after_analysis,
                                       MatchBy match, const Progress& progress, unsigned threads) {
  const ObjectKey before_key(before, before_analysis.shallow_sizes, match);
  const ObjectKey after_key(after, after_analysis.shallow_sizes, match);
  // Scripts have other numbers in other processes, and cores have no locations.
  const bool by_name = match == MatchBy::kSize || !HasLocations(before) || !HasLocations(after);
  Classes before_classes;
  Classes after_by_name;
  const Classes& after_classes = by_name ? after_by_name : after_analysis.classes;
  auto [found_before, found_after] = RunBoth(
      ThreadCount(threads),
      [&] {
        before_classes = ClassesNamedAs(after_analysis.interfaces, before, before_analysis);
        if (by_name) before_classes = ByName(before_classes);
        return Members::Find(before, before_classes, before_analysis.shallow_sizes, before_key,
                             progress);
      },
      [&] {
        if (by_name) after_by_name = ByName(after_analysis.classes);
        return Members::Find(after, after_classes, after_analysis.shallow_sizes, after_key,
                             progress);
      });
  NH_TRY(const Members before_members, std::move(found_before));
  NH_TRY(const Members after_members, std::move(found_after));
  boost::unordered_flat_map<std::string, uint32_t> before_class;
  for (uint32_t c = 0; c < before_classes.infos.size(); ++c)
    before_class.emplace(ClassKey(before_classes.infos[c]), c);

  std::vector<ClassDiff> diffs;
  const auto compare = [&](const ClassInfo& info, std::span<const NodeId> b,
                           std::span<const NodeId> a) {
    ClassDiff diff = Diff(info, {before_key, before_analysis.shallow_sizes, b},
                          {after_key, after_analysis.shallow_sizes, a});
    if (!diff.added.empty() || !diff.removed.empty()) diffs.push_back(std::move(diff));
  };
  for (uint32_t c = 0; c < after_classes.infos.size(); ++c) {
    NH_CHECK(CheckCancelled(progress));
    const auto same = before_class.find(ClassKey(after_classes.infos[c]));
    if (same == before_class.end()) {
      compare(after_classes.infos[c], {}, after_members.Of(c));
    } else {
      compare(after_classes.infos[c], before_members.Of(same->second), after_members.Of(c));
      before_class.erase(same);
    }
  }
  for (uint32_t c = 0; c < before_classes.infos.size(); ++c)
    if (before_class.contains(ClassKey(before_classes.infos[c])))
      compare(before_classes.infos[c], before_members.Of(c), {});
  return diffs;
}

}  // namespace nodeheap
