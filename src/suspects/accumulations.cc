// Accumulation points, as Eclipse MAT calls them: one object dominates many objects of one class.
#include <algorithm>
#include <span>
#include <string_view>
#include <unordered_map>

#include "suspects/evidence.h"

namespace nodeheap::suspects {
namespace {

constexpr uint64_t kLeastCount = 100;

// Functions are all of one class; it is their names that tell them apart.
uint64_t GroupOf(const HeapView& heap, NodeId node) {
  const uint64_t name =
      heap.graph().type(node) == NodeType::kClosure ? Index(heap.graph().name(node)) + 1 : 0;
  return name << 32U | heap.ClassOf(node);
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

// The first of the usual size.
NodeId Sample(const HeapView& heap, std::span<const NodeId> members) {
  std::vector<uint64_t> sizes;
  sizes.reserve(members.size());
  for (const NodeId node : members) sizes.push_back(heap.Retained(node));
  const auto middle = sizes.begin() + static_cast<ptrdiff_t>(sizes.size() / 2);
  std::ranges::nth_element(sizes, middle);
  return *std::ranges::find(members, *middle, [&](NodeId node) { return heap.Retained(node); });
}

}  // namespace

void FindAccumulations(const HeapView& heap, std::vector<Suspect>& suspects) {
  for (uint32_t i = 0; i < heap.graph().node_count(); ++i) {
    const NodeId parent{i};
    if (heap.Retained(parent) < heap.least() || heap.tree().Children(parent).size() < kLeastCount)
      continue;
    const NodeId holder = heap.OwnerOf(parent);
    if (heap.IsScenery(holder)) continue;
    for (const auto& [key, group] : GroupsBelow(heap, parent)) {
      if (group.members.size() < kLeastCount || group.retained_size < heap.least()) continue;
      const NodeId sample = Sample(heap, group.members);
      if (IsModule(heap, sample) || IsTree(heap, holder, sample) ||
          IsErrorTable(heap.graph(), holder))
        continue;
      const bool function = heap.graph().type(sample) == NodeType::kClosure;
      suspects.push_back({.kind = SuspectKind::kAccumulation,
                          .holder = holder,
                          .sample = sample,
                          .class_name = function
                                            ? heap.graph().strings().Get(heap.graph().name(sample))
                                            : heap.ClassName(sample),
                          .count = group.members.size(),
                          .retained_size = group.retained_size});
    }
  }
}

}  // namespace nodeheap::suspects
