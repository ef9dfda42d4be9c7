#include <algorithm>
#include <array>
#include <atomic>
#include <limits>
#include <ranges>
#include <string>

#include "base/parallel.h"
#include "nodeheap/graph.h"

namespace nodeheap {
namespace {

using Columns = HeapGraph::Columns;

std::unexpected<Error> Bad(std::string message) {
  return std::unexpected(Error{.code = ErrorCode::kBadData,
                               .message = std::move(message),
                               .hint = "the file is damaged or was edited; take a new one"});
}

// The first index whose value is not below `limit`. Two passes, so that the usual one, which finds
// nothing, is a plain maximum.
template <typename T>
std::optional<size_t> FirstNotBelow(std::span<const T> column, uint64_t limit) {
  T maximum = 0;
  for (const T value : column) maximum = std::max(maximum, value);
  if (column.empty() || maximum < limit) return std::nullopt;
  const auto at = std::ranges::find_if(column, [limit](T value) { return value >= limit; });
  return static_cast<size_t>(at - column.begin());
}

Result<void> CheckLengths(const Columns& c) {
  const size_t nodes = c.node_types.size();
  const size_t edges = c.edge_types.size();
  if (nodes == 0) return Bad("the heap has no nodes");
  // Retainers keep one bit of a node's number for themselves.
  if (nodes >= uint64_t{1} << 31) return Bad("more than 2^31 - 1 nodes");
  if (edges >= uint64_t{1} << 32) return Bad("more than 2^32 - 1 edges");
  const bool nodes_match = c.node_names.size() == nodes &&
                           (c.node_ids.empty() || c.node_ids.size() == nodes) &&
                           c.self_sizes.size() == nodes && c.first_edges.size() == nodes + 1 &&
                           (c.detachedness.empty() || c.detachedness.size() == nodes);
  const bool edges_match = c.edge_names.size() == edges && c.edge_targets.size() == edges;
  const bool locations_match = c.located_nodes.size() == c.located_at.size();
  if (!c.prototypes.empty() && c.prototypes.back() >= nodes)
    return Bad("a prototype is not one of the nodes");
  if (uint64_t{c.first_addressed} + c.addresses.size() > nodes)
    return Bad("more addresses than nodes");
  if (!nodes_match || !edges_match || !locations_match) return Bad("columns differ in length");
  if (Index(c.root) >= nodes) return Bad("the root is not one of the nodes");
  return {};
}

Result<void> CheckNodes(const Columns& c) {
  if (const auto at = FirstNotBelow(c.node_types.span(), c.node_type_names.size()))
    return Bad("node " + std::to_string(*at) + " has an unknown type");
  if (const auto at = FirstNotBelow(c.node_names.span(), c.strings.size()))
    return Bad("node " + std::to_string(*at) + " is named by string " +
               std::to_string(c.node_names[*at]) + " of " + std::to_string(c.strings.size()));
  if (!std::ranges::is_sorted(c.first_edges) || c.first_edges[0] != 0 ||
      c.first_edges[c.node_types.size()] != c.edge_types.size())
    return Bad("the nodes' edge counts do not add up to the number of edges");
  return {};
}

// So that sums of sizes, and differences of sums, cannot overflow.
Result<void> CheckSizes(const Columns& c) {
  uint64_t room = std::numeric_limits<int64_t>::max();
  const auto take = [&room](uint64_t size) {
    if (size > room) return false;
    room -= size;
    return true;
  };
  bool fits = take(c.info.extra_native_bytes);
  for (size_t node = 0; node < c.self_sizes.size() && fits; ++node) fits = take(c.self_sizes[node]);
  if (!fits) return Bad("the sizes of all nodes add up to more than 2^63 bytes");
  return {};
}

Result<void> CheckEdges(const Columns& c) {
  if (const auto at = FirstNotBelow(c.edge_types.span(), c.edge_type_names.size()))
    return Bad("edge " + std::to_string(*at) + " has an unknown type");
  if (const auto at = FirstNotBelow(c.edge_targets.span(), c.node_types.size()))
    return Bad("edge " + std::to_string(*at) + " points at node " +
               std::to_string(c.edge_targets[*at]) + " of " + std::to_string(c.node_types.size()));
  const size_t strings = c.strings.size();
  for (size_t e = 0; e < c.edge_types.size(); ++e) {
    if (c.edge_names[e] >= strings && !IsIndexed(EdgeType{c.edge_types[e]}))
      return Bad("edge " + std::to_string(e) + " is named by string " +
                 std::to_string(c.edge_names[e]) + " of " + std::to_string(strings));
  }
  return {};
}

Result<void> CheckLocations(const Columns& c) {
  if (FirstNotBelow(c.located_nodes.span(), c.node_types.size()))
    return Bad("a location belongs to no node");
  if (FirstNotBelow(c.located_at.span(), c.locations.size()))
    return Bad("a node has an unknown location");
  if (!std::ranges::is_sorted(c.located_nodes)) return Bad("locations are not in order");
  return {};
}

// DevTools and diff join nodes by id, so an id must name one node.
Result<void> CheckIds(const Columns& c) {
  if (c.node_ids.empty()) return {};
  const uint32_t maximum = *std::ranges::max_element(c.node_ids);
  Column<uint64_t> seen(maximum / 64 + 1);
  for (size_t node = 0; node < c.node_ids.size(); ++node) {
    const uint32_t id = c.node_ids[node];
    const uint64_t bit = uint64_t{1} << (id % 64);
    if ((seen[id / 64] & bit) != 0)
      return Bad("node " + std::to_string(node) + " has the id @" + std::to_string(id) +
                 " of an earlier node");
    seen[id / 64] |= bit;
  }
  return {};
}

}  // namespace

Result<HeapGraph> HeapGraph::Create(Columns columns, unsigned threads) {
  NH_CHECK(CheckLengths(columns));
  constexpr std::array kChecks = {&CheckEdges, &CheckNodes, &CheckIds, &CheckSizes,
                                  &CheckLocations};
  std::array<Result<void>, kChecks.size()> results;
  std::atomic<size_t> next = 0;
  RunParallel(std::min<unsigned>(threads, kChecks.size()), [&](unsigned) {
    for (size_t i = next++; i < kChecks.size(); i = next++) results[i] = kChecks[i](columns);
  });
  for (const Result<void>& result : results) NH_CHECK(result);
  return HeapGraph(std::move(columns));
}

std::optional<Location> HeapGraph::location(NodeId n) const {
  const auto at = std::ranges::lower_bound(columns_.located_nodes, Index(n));
  if (at == columns_.located_nodes.end() || *at != Index(n)) return std::nullopt;
  return columns_
      .locations[columns_.located_at[static_cast<size_t>(at - columns_.located_nodes.begin())]];
}

std::optional<NodeId> HeapGraph::FindAddress(uint64_t address) const {
  const auto at = columns_.addresses.Find(address);
  if (!at) return std::nullopt;
  return NodeId{columns_.first_addressed + static_cast<uint32_t>(*at)};
}

std::optional<NodeId> HeapGraph::Find(ObjectId id) const {
  const auto nodes = std::views::iota(uint32_t{0}, node_count());
  const auto at =
      std::ranges::find_if(nodes, [&](uint32_t n) { return this->id(NodeId{n}) == id; });
  if (at == nodes.end()) return std::nullopt;
  return NodeId{*at};
}

NodeId HeapGraph::source(EdgeId e) const {
  const auto after = std::ranges::upper_bound(columns_.first_edges, Index(e));
  return NodeId{static_cast<uint32_t>(after - columns_.first_edges.begin() - 1)};
}

std::string HeapGraph::edge_name(EdgeId e) const {
  const uint32_t name = name_or_index(e);
  return IsIndexed(type(e)) ? std::to_string(name) : strings().Get(StringId{name});
}

}  // namespace nodeheap
