// Accumulation points, as Eclipse MAT calls them: one object dominates many objects of one class.
#include <algorithm>
#include <span>
#include <string_view>
#include <unordered_map>

#include "suspects/evidence.h"

namespace nodeheap::suspects {
namespace {

// Functions are all of one class; it is their names that tell them apart, and their code where they
// have none: the methods of a library's prototype may be hundreds of nameless functions.
uint64_t GroupOf(const HeapView& heap, NodeId node) {
  constexpr uint64_t kNamed = uint64_t{1} << 32U;
  constexpr uint64_t kNameless = uint64_t{2} << 32U;
  if (heap.graph().type(node) != NodeType::kClosure) return heap.ClassOf(node);
  const StringId name = heap.graph().name(node);
  if (!heap.graph().strings().Escaped(name).empty()) return kNamed | Index(name);
  return kNameless | Index(heap.InternalTarget(node, "shared").value_or(node));
}

struct Group {
  std::vector<NodeId> members;
  uint64_t retained_size = 0;
};

// What hangs below `parent`, without objects that are suspects by themselves.
std::unordered_map<uint64_t, Group> GroupsBelow(const HeapView& heap, NodeId parent) {
  std::unordered_map<uint64_t, Group> groups;
  for (const uint32_t child : heap.tree().Children(parent)) {
    const NodeId node{child};
    if (heap.Retained(node) >= heap.least()) continue;
    Group& group = groups[GroupOf(heap, node)];
    group.members.push_back(node);
    group.retained_size += heap.Retained(node);
  }
  return groups;
}

// What Node.js keeps for each module, its own and the program's: there are many in any large
// program.
bool IsModule(const HeapView& heap, NodeId node) {
  static constexpr std::string_view kClasses[] = {"BuiltinModule",    "NativeModule",  "Module",
                                                  "ModuleJob",        "ModuleJobSync", "ModuleWrap",
                                                  "SourceTextModule", "ModuleRecord"};
  return std::ranges::any_of(kClasses,
                             [&](std::string_view name) { return heap.NamedLike(node, name); });
}

// Node.js' table of its error classes, some two hundred functions.
bool IsErrorTable(const HeapGraph& graph, NodeId node) {
  for (uint32_t e = graph.first_edge(node); e < graph.end_edge(node); ++e) {
    const bool property = graph.type(EdgeId{e}) == EdgeType::kProperty;
    const StringId name{property ? graph.name_or_index(EdgeId{e}) : 0};
    if (property && graph.strings().Escaped(name) == "ERR_INVALID_ARG_TYPE") return true;
  }
  return false;
}

// Objects below one of their own class are a tree, such as a program's syntax, and no collection.
bool IsTree(const HeapView& heap, NodeId holder, NodeId member) {
  const HeapGraph& graph = heap.graph();
  return graph.type(holder) == NodeType::kObject && graph.name(holder) == graph.name(member) &&
         !heap.NamedLike(holder, "Object") && !heap.NamedLike(holder, "Array");
}

// The node that refers to most of the group directly, such as an array's elements. Where there is
// none, the group is part of a graph of another shape, such as a syntax tree with its types.
struct Collection {
  NodeId node{};
  std::vector<NodeId> members;
  uint64_t retained_size = 0;
};

Collection CollectionOf(const HeapView& heap, const Group& group) {
  std::unordered_map<uint32_t, uint32_t> counts;
  const auto for_each_source = [&](NodeId member, const auto& visit) {
    NodeId last = member;
    for (const uint32_t entry : heap.analysis().retainers.Sources(member)) {
      const NodeId source = Retainers::Source(entry);
      if ((entry & Retainers::kNotEssential) == 0 && source != last) visit(source);
      last = source;
    }
  };
  for (const NodeId member : group.members)
    for_each_source(member, [&](NodeId source) { ++counts[Index(source)]; });
  const auto most = std::ranges::max_element(
      counts, {}, [](const auto& entry) { return std::pair(entry.second, ~entry.first); });
  Collection collection;
  if (most == counts.end()) return collection;
  collection.node = NodeId{most->first};
  for (const NodeId member : group.members) {
    bool contained = false;
    for_each_source(member, [&](NodeId source) { contained |= source == collection.node; });
    if (!contained) continue;
    collection.members.push_back(member);
    collection.retained_size += heap.Retained(member);
  }
  return collection;
}

bool IsWorthASuspect(const HeapView& heap, std::span<const NodeId> members, uint64_t retained) {
  return members.size() >= kLeastCount && retained >= heap.least();
}

// `group` hangs below `parent`.
void AddGroup(const HeapView& heap, NodeId parent, const Group& group,
              std::vector<Suspect>& suspects) {
  if (!IsWorthASuspect(heap, group.members, group.retained_size)) return;
  const Collection collection = CollectionOf(heap, group);
  if (!IsWorthASuspect(heap, collection.members, collection.retained_size)) return;
  const NodeId holder = heap.OwnerOf(collection.node);
  // What hangs higher up is in use elsewhere, too: the collection does not keep it alive.
  if (heap.OwnerOf(parent) != holder) return;
  const NodeId sample = heap.Usual(collection.members);
  if (heap.IsScenery(holder) || IsModule(heap, sample) || IsTree(heap, holder, sample) ||
      IsErrorTable(heap.graph(), holder))
    return;
  suspects.push_back({.kind = SuspectKind::kAccumulation,
                      .holder = holder,
                      .sample = sample,
                      .class_name = heap.NameOf(sample),
                      .count = collection.members.size(),
                      .retained_size = collection.retained_size,
                      .members = collection.members});
}

}  // namespace

void FindAccumulations(const HeapView& heap, std::vector<Suspect>& suspects) {
  for (uint32_t i = 0; i < heap.graph().node_count(); ++i) {
    const NodeId parent{i};
    if (heap.Retained(parent) < heap.least() || heap.tree().Children(parent).size() < kLeastCount)
      continue;
    for (const auto& [key, group] : GroupsBelow(heap, parent))
      AddGroup(heap, parent, group, suspects);
  }
}

}  // namespace nodeheap::suspects
