#include "explorer/root_groups.h"

#include <map>
#include <set>

namespace nodeheap::explorer {
namespace {

using v8::Kind;
using v8::Root;
using v8::Tagged;

constexpr uint64_t kGlobalObject = 32;  // of a NativeContext

// Where the program begins: the global objects of native contexts that are roots, or the contexts
// themselves from V8 14 on.
std::set<uint32_t> UserRoots(const SharedState& state, std::span<const Root> roots) {
  const v8::Runtime& runtime = state.heap.runtime();
  std::set<uint32_t> nodes;
  for (const Root& root : roots) {
    const Tagged context = v8::Tag(state.heap.address(root.object));
    if (root.weak || !runtime.Is(context, Kind::kNativeContext)) continue;
    const Tagged target = runtime.layout().version >= v8::Version{14, 0, 0}
                              ? context
                              : runtime.Field(context, kGlobalObject).value_or(0);
    if (const auto node = state.NodeOf(target)) nodes.insert(*node);
  }
  return nodes;
}

}  // namespace

RootGroups::RootGroups(const v8::Runtime& runtime, std::span<const Root> roots) {
  Add(0, {});
  std::map<uint32_t, uint32_t> gc_roots;  // isolate -> node
  std::map<std::pair<uint32_t, v8::RootKind>, uint32_t> kinds;
  for (const Root& root : roots) {
    // Only workers are named: what has no name belongs to the main isolate.
    const std::string suffix =
        root.isolate == 0 ? "" : " / " + runtime.isolates()[root.isolate].label;
    const auto [isolate, is_new_isolate] = gc_roots.try_emplace(root.isolate, 0);
    if (is_new_isolate) isolate->second = Add(0, "(GC roots)" + suffix);
    const auto [kind, is_new_kind] = kinds.try_emplace({root.isolate, root.kind}, 0);
    if (is_new_kind) kind->second = Add(isolate->second, std::string(Name(root.kind)) + suffix);
    groups_[kind->second].roots.push_back(&root);
  }
}

uint32_t RootGroups::Add(uint32_t parent, std::string name) {
  groups_.push_back({.parent = parent, .name = std::move(name), .roots = {}});
  return static_cast<uint32_t>(groups_.size() - 1);
}

void RootGroups::AddEdges(const SharedState& state, std::span<const Root> roots, StringPool& pool,
                          Edges& edges, std::span<uint32_t> counts) const {
  for (uint32_t node = 0; node < groups_.size(); ++node) {
    const size_t before = edges.size();
    uint32_t index = 1;
    for (uint32_t child = 1; child < groups_.size(); ++child)
      if (groups_[child].parent == node) edges.Add(EdgeType::kElement, index++, child);
    if (node == 0) {
      for (const uint32_t user_root : UserRoots(state, roots))
        edges.Add(EdgeType::kShortcut, pool.Intern(std::to_string(index++)), user_root);
    }
    for (const Root* const root : groups_[node].roots) {
      if (!state.numbers.Has(root->object)) continue;
      edges.Add(root->weak ? EdgeType::kWeak : EdgeType::kInternal,
                pool.Intern(std::to_string(index++)), state.numbers.Of(root->object));
    }
    counts[node] = static_cast<uint32_t>(edges.size() - before);
  }
}

}  // namespace nodeheap::explorer
