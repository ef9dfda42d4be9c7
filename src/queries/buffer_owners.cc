#include "queries/buffer_owners.h"

#include <algorithm>
#include <map>
#include <string_view>
#include <vector>

#include "queries/nodes.h"
#include "queries/paging.h"
#include "queries/root_paths.h"
#include "suspects/heap_view.h"

namespace nodeheap {
namespace {

constexpr uint64_t kOwners = 5;  // that are shown if nothing else is asked for

struct Owned {
  NodeId owner{};
  uint64_t bytes = 0;
  uint64_t buffers = 0;
};

// An ArrayBuffer, or what looks at its memory.
bool IsBuffer(const HeapGraph& graph, NodeId node) {
  if (graph.type(node) == NodeType::kNative) return true;
  const std::string_view name = graph.strings().Escaped(graph.name(node));
  return name.ends_with("Buffer") || name == "DataView" ||
         (name.ends_with("Array") && name != "Array");
}

NodeId OwnerOfMemory(const suspects::HeapView& heap, NodeId memory) {
  NodeId buffer = memory;
  for (NodeId at = memory; !heap.IsScenery(at); at = heap.Dominator(at)) {
    if (heap.IsPlumbing(at)) continue;
    if (!IsBuffer(heap.graph(), at)) return at;
    buffer = at;
  }
  return buffer;
}

std::vector<Owned> FindOwners(const Session& session) {
  const HeapGraph& graph = session.graph();
  const suspects::HeapView heap(graph, session.analysis());
  std::map<NodeId, Owned> owners;
  for (uint32_t i = 0; i < graph.node_count(); ++i) {
    const NodeId node{i};
    const bool is_memory =
        graph.type(node) == NodeType::kNative && heap.NamedLike(node, "system / JSArrayBufferData");
    if (!is_memory) continue;
    const NodeId owner = OwnerOfMemory(heap, node);
    Owned& owned = owners[owner];
    owned.owner = owner;
    owned.bytes += graph.self_size(node);
    ++owned.buffers;
  }
  std::vector<Owned> result;
  for (const auto& [node, owned] : owners) result.push_back(owned);
  return result;
}

}  // namespace

Result<Table> BufferOwnersTable(const QueryInput& input) {
  Session& session = input.session;
  NH_CHECK(session.LoadGraph(input.progress));
  NH_CHECK(session.Prepare(Need::kAll, input.progress));
  NH_TRY(const RootPaths paths, RootPaths::Compute(session.graph(), input.progress));
  const HeapGraph& graph = session.graph();
  const std::vector<Owned> owners = FindOwners(session);
  Table table{.name = "buffer_owners",
              .title = "What holds the memory of ArrayBuffers and Buffers",
              .fields = {{"size", "Size", Unit::kBytes},
                         {"buffers", "Buffers", Unit::kCount},
                         {"id", "Id", Unit::kObjectId},
                         {"name", "Name", Unit::kText, Placement::kMachineOnly},
                         {"label", "Object", Unit::kText, Placement::kTextOnly},
                         {"path", "held by", Unit::kText, Placement::kOwnLine}}};
  Paging paging = input.arguments.paging();
  paging.descending = true;
  if (!input.arguments.Has("limit")) paging.limit = kOwners;
  const auto compare = [&](uint32_t a, uint32_t b) { return owners[a].bytes <=> owners[b].bytes; };
  const auto row = [&](uint32_t i) {
    const NodeId node = owners[i].owner;
    return Row{owners[i].bytes,          owners[i].buffers,
               IdText(graph, node),      NodeName(session, node),
               ShortName(session, node), PathText(session, paths.Shortest(graph, node))};
  };
  NH_CHECK(AddPage(table, owners.size(), paging, input.progress, compare, row));
  return table;
}

}  // namespace nodeheap
