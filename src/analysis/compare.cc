#include <algorithm>
#include <boost/unordered/unordered_flat_map.hpp>
#include <string>

#include "analysis/classes.h"
#include "base/stoppable.h"
#include "nodeheap/analysis.h"

namespace nodeheap {
namespace {

std::string ClassKey(const ClassInfo& info) {
  if (!info.location) return "," + info.name;
  return std::to_string(info.location->script_id) + "," + std::to_string(info.location->line) +
         "," + std::to_string(info.location->column) + "," + info.name;
}

// The instances of each class, ascending by id.
struct Members {
  std::vector<uint32_t> first;  // by class; one more at the end
  std::vector<NodeId> nodes;

  static Result<Members> Find(const HeapGraph& graph, const Classes& classes,
                              const SizeColumn& shallow_sizes, const Progress& progress) {
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
      std::sort(nodes.begin() + first[c], nodes.begin() + first[c + 1],
                [&graph](NodeId a, NodeId b) { return graph.id(a) < graph.id(b); });
    }
    return members;
  }

  std::span<const NodeId> Of(uint32_t cls) const {
    return {nodes.data() + first[cls], nodes.data() + first[cls + 1]};
  }
};

struct Side {
  const HeapGraph& graph;
  const SizeColumn& sizes;
  std::span<const NodeId> members;  // of one class, ascending by id
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
    const ObjectId before_id = before.graph.id(*b);
    const ObjectId after_id = after.graph.id(*a);
    if (before_id < after_id) {
      remove(*b++);
    } else if (before_id > after_id) {
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
  // Plain objects of both are named by what is common in the later dump, so that they match.
  const StringFacts facts(before.strings(), 1);
  const Shapes shapes(before, facts);
  const Classes before_classes =
      FindClasses(before, shapes, after_analysis.interfaces,
                  MatchInterfaces(before, shapes, after_analysis.interfaces),
                  before_analysis.detachedness, Column<uint32_t>(before.node_count()));
  const Classes& after_classes = after_analysis.classes;

  NH_TRY(const Members before_members,
         Members::Find(before, before_classes, before_analysis.shallow_sizes, progress));
  NH_TRY(const Members after_members,
         Members::Find(after, after_classes, after_analysis.shallow_sizes, progress));
  boost::unordered_flat_map<std::string, uint32_t> before_class;
  for (uint32_t c = 0; c < before_classes.infos.size(); ++c)
    before_class.emplace(ClassKey(before_classes.infos[c]), c);

  std::vector<ClassDiff> diffs;
  const auto compare = [&](const ClassInfo& info, std::span<const NodeId> b,
                           std::span<const NodeId> a) {
    ClassDiff diff = Diff(info, {before, before_analysis.shallow_sizes, b},
                          {after, after_analysis.shallow_sizes, a});
    if (!diff.added.empty() || !diff.removed.empty()) diffs.push_back(std::move(diff));
  };
  for (uint32_t c = 0; c < after_classes.infos.size(); ++c) {
    NH_CHECK(CheckCancelled(progress));
    const auto match = before_class.find(ClassKey(after_classes.infos[c]));
    if (match == before_class.end()) {
      compare(after_classes.infos[c], {}, after_members.Of(c));
    } else {
      compare(after_classes.infos[c], before_members.Of(match->second), after_members.Of(c));
      before_class.erase(match);
    }
  }
  for (uint32_t c = 0; c < before_classes.infos.size(); ++c)
    if (before_class.contains(ClassKey(before_classes.infos[c])))
      compare(before_classes.infos[c], before_members.Of(c), {});
  return diffs;
}

}  // namespace nodeheap
