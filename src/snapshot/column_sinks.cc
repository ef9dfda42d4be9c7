#include "snapshot/column_sinks.h"

#include <algorithm>
#include <boost/unordered/unordered_flat_map.hpp>
#include <limits>

namespace nodeheap {
namespace {

__extension__ using Uint128 = unsigned __int128;

constexpr uint64_t kMax32 = std::numeric_limits<uint32_t>::max();
constexpr uint64_t kMinIndex = 0 - (uint64_t{1} << 31);
// Sizes up to here are exact in JavaScript too, and 2^31 of them are added up without overflow only
// if they are far smaller; HeapGraph checks the sum.
constexpr uint64_t kMaxSize = (uint64_t{1} << 53) - 1;

Result<void> CheckTotal(uint64_t total, uint64_t expected, const char* array, const char* counter) {
  if (total <= expected) return {};
  return std::unexpected(Error{
      .code = ErrorCode::kBadData,
      .message =
          std::string("\"") + array + "\" has more numbers than snapshot." + counter + " announces",
      .hint = "the file is damaged or was edited; take a new one"});
}

// One batch of numbers of an array of records.
struct Batch {
  uint64_t first;
  std::span<const uint64_t> values;
  uint32_t fields;

  // Stores the values of one field: store(record, value) returns whether it took the value.
  // Returns the position of the first value that was not taken, or values.size().
  template <typename Store>
  size_t ForField(Field field, const Store& store) const {
    const size_t start = (field + fields - first % fields) % fields;
    uint64_t record = (first + start) / fields;
    bool all_taken = true;
    for (size_t at = start; at < values.size(); at += fields)
      all_taken &= store(record++, values[at]);
    if (all_taken) [[likely]]
      return values.size();
    record = (first + start) / fields;
    size_t at = start;
    while (store(record++, values[at])) at += fields;
    return at;
  }

  template <typename T>
  size_t Copy(Field field, T* column, uint64_t maximum) const {
    return ForField(field, [=](uint64_t record, uint64_t value) {
      column[record] = static_cast<T>(value);
      return value <= maximum;
    });
  }

  size_t CopyTypes(const TypeField& types, uint8_t* column) const {
    const uint8_t* const translate = types.from_file.data();
    const size_t known = types.from_file.size();
    return ForField(types.field, [=](uint64_t record, uint64_t value) {
      column[record] = value < known ? translate[value] : uint8_t{0};
      return value < known;
    });
  }
};

struct LocationHash {
  size_t operator()(const Location& at) const {
    const uint64_t place = uint64_t{at.line} << 32 | at.column;
    return boost::hash<uint64_t>()(place ^ (uint64_t{at.script_id} * 0x9E3779B97F4A7C15));
  }
};

// Keeps the refusal that stands first in the file.
void Merge(IntegerSink::Refusal& refusal, size_t taken, const Batch& batch, const char* error) {
  if (taken == batch.values.size() || (refusal.error != nullptr && refusal.taken <= taken)) return;
  refusal = {.taken = taken, .error = error};
}

}  // namespace

NodeSink::NodeSink(const NodeLayout& layout, uint64_t nodes, HeapGraph::Columns& columns)
    : layout_(layout), columns_(columns), expected_(nodes * layout.fields) {
  columns.node_types = Column<uint8_t>(nodes);
  columns.node_names = Column<uint32_t>(nodes);
  columns.node_ids = Column<uint32_t>(nodes);
  columns.self_sizes = SizeColumn(nodes);
  columns.first_edges = Column<uint32_t>(nodes + 1);
  if (layout_.detachedness) columns.detachedness = Column<uint8_t>(nodes);
}

Result<void> NodeSink::Reserve(uint64_t total) {
  return CheckTotal(total, expected_, "nodes", "node_count");
}

IntegerSink::Refusal NodeSink::Consume(uint64_t first, std::span<const uint64_t> values) {
  const Batch batch{first, values, layout_.fields};
  Refusal refusal{.taken = values.size()};
  HeapGraph::Columns& c = columns_;
  Merge(refusal, batch.CopyTypes(layout_.type, c.node_types.data()), batch, "unknown node type");
  Merge(refusal, batch.Copy(layout_.name, c.node_names.data(), kMax32), batch,
        "a node's name is too large a number");
  Merge(refusal, batch.Copy(layout_.id, c.node_ids.data(), kMax32), batch,
        "a node's id does not fit 32 bits");
  const size_t sizes_taken = batch.ForField(layout_.self_size, [&c](uint64_t node, uint64_t size) {
    c.self_sizes.Set(node, size);
    return size <= kMaxSize;
  });
  Merge(refusal, sizes_taken, batch, "a node's self size does not fit 53 bits");
  Merge(refusal, batch.Copy(layout_.edge_count, c.first_edges.data() + 1, kMax32), batch,
        "a node's edge count does not fit 32 bits");
  if (layout_.detachedness)
    Merge(refusal, batch.Copy(*layout_.detachedness, c.detachedness.data(), 2), batch,
          "a node's detachedness is none of 0, 1, 2");
  return refusal;
}

EdgeSink::EdgeSink(const EdgeLayout& layout, uint32_t node_fields, uint64_t edges,
                   HeapGraph::Columns& columns)
    : layout_(layout),
      node_fields_(node_fields),
      columns_(columns),
      expected_(edges * layout.fields) {
  columns.edge_types = Column<uint8_t>(edges);
  columns.edge_names = Column<uint32_t>(edges);
  columns.edge_targets = Column<uint32_t>(edges);
}

Result<void> EdgeSink::Reserve(uint64_t total) {
  return CheckTotal(total, expected_, "edges", "edge_count");
}

IntegerSink::Refusal EdgeSink::Consume(uint64_t first, std::span<const uint64_t> values) {
  const Batch batch{first, values, layout_.fields};
  Refusal refusal{.taken = values.size()};
  HeapGraph::Columns& c = columns_;
  Merge(refusal, batch.CopyTypes(layout_.type, c.edge_types.data()), batch, "unknown edge type");
  // V8 writes indices from 2^31 on as negative numbers.
  uint32_t* const names = c.edge_names.data();
  const size_t names_taken =
      batch.ForField(layout_.name_or_index, [=](uint64_t record, uint64_t value) {
        names[record] = static_cast<uint32_t>(value);
        return value <= kMax32 || value >= kMinIndex;
      });
  Merge(refusal, names_taken, batch, "an edge's name or index does not fit 32 bits");
  // to_node counts numbers, not nodes. The division is a multiplication, exact for all values up to
  // `limit` as long as the divisor is below 2^16 (ParseMeta sees to it).
  const uint64_t fields = node_fields_;
  const uint64_t inverse = std::numeric_limits<uint64_t>::max() / fields + 1;
  const uint64_t limit = kMax32 * fields;
  uint32_t* const targets = c.edge_targets.data();
  const size_t taken = batch.ForField(layout_.to_node, [=](uint64_t record, uint64_t value) {
    const auto node = static_cast<uint64_t>((Uint128{value} * inverse) >> 64);
    targets[record] = static_cast<uint32_t>(node);
    return node * fields == value && value <= limit;
  });
  Merge(refusal, taken, batch, "an edge's to_node is not the start of a node");
  return refusal;
}

Result<void> LocationSink::Reserve(uint64_t total) {
  values_.resize(total);
  return {};
}

IntegerSink::Refusal LocationSink::Consume(uint64_t first, std::span<const uint64_t> values) {
  const Batch batch{first, values, 1};
  Refusal refusal{.taken = values.size()};
  Merge(refusal, batch.Copy(0, values_.data(), kMax32), batch,
        "a number in a location does not fit 32 bits");
  return refusal;
}

bool SumEdgeCounts(HeapGraph::Columns& columns, uint64_t nodes) {
  uint64_t sum = 0;
  for (uint64_t node = 1; node <= nodes; ++node) {
    sum += columns.first_edges[node];
    columns.first_edges[node] = static_cast<uint32_t>(sum);
    if (sum > kMax32) return false;
  }
  return true;
}

bool StoreLocations(const SnapshotMeta& meta, const std::vector<uint32_t>& values,
                    HeapGraph::Columns& columns) {
  const LocationLayout& layout = *meta.locations;
  const size_t records = values.size() / layout.fields;
  // V8 writes them in any order; of several for one node the last counts, as in DevTools.
  Column<uint32_t> place(columns.node_types.size());  // by node: 1 + index into locations, or 0
  boost::unordered_flat_map<Location, uint32_t, LocationHash> known;
  size_t located = 0;
  for (size_t record = 0; record < records; ++record) {
    const uint32_t* fields = values.data() + record * layout.fields;
    const uint32_t node = fields[layout.object_index] / meta.nodes.fields;
    if (node >= place.size() || node * meta.nodes.fields != fields[layout.object_index])
      return false;
    const Location location{fields[layout.script_id], fields[layout.line], fields[layout.column]};
    const auto [at, is_new] =
        known.try_emplace(location, static_cast<uint32_t>(columns.locations.size()));
    if (is_new) columns.locations.push_back(location);
    if (place[node] == 0) ++located;
    place[node] = at->second + 1;
  }

  columns.located_nodes = Column<uint32_t>(located);
  columns.located_at = Column<uint32_t>(located);
  for (uint32_t node = 0, out = 0; node < place.size(); ++node) {
    if (place[node] == 0) continue;
    columns.located_nodes[out] = node;
    columns.located_at[out++] = place[node] - 1;
  }
  return true;
}

}  // namespace nodeheap
