#include "snapshot/meta.h"

#include <simdjson.h>

#include <algorithm>

#include "graph/type_names.h"

namespace nodeheap {
namespace {

using simdjson::dom::array;
using simdjson::dom::element;

constexpr size_t kMaxFields = 64;
// Type numbers fit a byte.
constexpr size_t kMaxTypes = 256;

std::unexpected<Error> Bad(const std::string& what) {
  return std::unexpected(Error{.code = ErrorCode::kBadData,
                               .message = what,
                               .hint = "is this a .heapsnapshot written by Node or DevTools?"});
}

Result<std::vector<std::string>> Strings(element parent, const char* key) {
  array values;
  if (parent[key].get(values) != simdjson::SUCCESS)
    return Bad("snapshot.meta has no list \"" + std::string(key) + "\"");
  std::vector<std::string> strings;
  for (const element value : values) {
    std::string_view text;
    if (value.get(text) != simdjson::SUCCESS)
      return Bad("snapshot.meta." + std::string(key) + " holds something other than strings");
    strings.emplace_back(text);
  }
  if (strings.size() > kMaxFields) return Bad("snapshot.meta." + std::string(key) + " is huge");
  return strings;
}

Result<Field> Position(const std::vector<std::string>& fields, const char* list,
                       const std::string& name) {
  const auto at = std::ranges::find(fields, name);
  if (at == fields.end()) return Bad("snapshot.meta." + std::string(list) + " lacks " + name);
  return static_cast<Field>(at - fields.begin());
}

// The names of the types that field number `field` takes, from node_types or edge_types.
Result<std::vector<std::string>> TypeNames(element meta, const char* key, Field field) {
  array names;
  if (meta[key].at(field).get(names) != simdjson::SUCCESS)
    return Bad("snapshot.meta." + std::string(key) + " does not list the types");
  std::vector<std::string> result;
  for (const element value : names) {
    std::string_view text;
    if (value.get(text) != simdjson::SUCCESS)
      return Bad("snapshot.meta." + std::string(key) + " holds a type without a name");
    result.emplace_back(text);
  }
  return result;
}

Result<TypeField> MapTypes(element meta, const char* key, Field field,
                           std::span<const std::string_view> known) {
  NH_TRY(const auto names, TypeNames(meta, key, field));
  TypeField types{.field = field, .from_file = {}, .names = {known.begin(), known.end()}};
  for (const std::string& name : names) {
    auto at = std::ranges::find(types.names, name);
    if (at == types.names.end()) at = types.names.insert(at, name);
    if (types.names.size() > kMaxTypes)
      return Bad("snapshot.meta." + std::string(key) + " is huge");
    types.from_file.push_back(static_cast<uint8_t>(at - types.names.begin()));
  }
  return types;
}

Result<NodeLayout> ParseNodes(element meta, std::vector<std::string>& fields) {
  NH_TRY(fields, Strings(meta, "node_fields"));
  const char* const list = "node_fields";
  NodeLayout layout;
  layout.fields = static_cast<uint32_t>(fields.size());
  NH_TRY(const Field type, Position(fields, list, "type"));
  NH_TRY(layout.type, MapTypes(meta, "node_types", type, kNodeTypeNames));
  NH_TRY(layout.name, Position(fields, list, "name"));
  NH_TRY(layout.id, Position(fields, list, "id"));
  NH_TRY(layout.self_size, Position(fields, list, "self_size"));
  NH_TRY(layout.edge_count, Position(fields, list, "edge_count"));
  if (const auto detachedness = Position(fields, list, "detachedness"))
    layout.detachedness = *detachedness;
  return layout;
}

Result<EdgeLayout> ParseEdges(element meta) {
  NH_TRY(const auto fields, Strings(meta, "edge_fields"));
  const char* const list = "edge_fields";
  EdgeLayout layout;
  layout.fields = static_cast<uint32_t>(fields.size());
  NH_TRY(const Field type, Position(fields, list, "type"));
  NH_TRY(layout.type, MapTypes(meta, "edge_types", type, kEdgeTypeNames));
  NH_TRY(layout.name_or_index, Position(fields, list, "name_or_index"));
  NH_TRY(layout.to_node, Position(fields, list, "to_node"));
  return layout;
}

Result<LocationLayout> ParseLocations(element meta) {
  NH_TRY(const auto fields, Strings(meta, "location_fields"));
  const char* const list = "location_fields";
  LocationLayout layout;
  layout.fields = static_cast<uint32_t>(fields.size());
  NH_TRY(layout.object_index, Position(fields, list, "object_index"));
  NH_TRY(layout.script_id, Position(fields, list, "script_id"));
  NH_TRY(layout.line, Position(fields, list, "line"));
  NH_TRY(layout.column, Position(fields, list, "column"));
  return layout;
}

Result<uint64_t> Count(element snapshot, const char* key) {
  uint64_t value = 0;
  if (snapshot[key].get(value) != simdjson::SUCCESS)
    return Bad("\"snapshot\" lacks the number " + std::string(key));
  return value;
}

// A number that older files do not have: 0.
Result<uint64_t> CountOr0(element snapshot, const char* key) {
  element value;
  if (snapshot[key].get(value) == simdjson::NO_SUCH_FIELD) return 0;
  return Count(snapshot, key);
}

}  // namespace

Result<SnapshotMeta> ParseMeta(std::string_view json) {
  simdjson::dom::parser parser;
  element snapshot;
  if (const auto error = parser.parse(simdjson::padded_string(json)).get(snapshot))
    return Bad(std::string("\"snapshot\" is not valid JSON (") + simdjson::error_message(error) +
               ")");
  element meta;
  if (snapshot["meta"].get(meta) != simdjson::SUCCESS) return Bad("\"snapshot\" has no \"meta\"");

  SnapshotMeta result;
  NH_TRY(result.nodes, ParseNodes(meta, result.info.node_fields));
  NH_TRY(result.edges, ParseEdges(meta));
  array location_fields;
  if (meta["location_fields"].get(location_fields) == simdjson::SUCCESS) {
    NH_TRY(result.locations, ParseLocations(meta));
  }
  NH_TRY(result.node_count, Count(snapshot, "node_count"));
  NH_TRY(result.edge_count, Count(snapshot, "edge_count"));
  NH_TRY(result.root_index, CountOr0(snapshot, "root_index"));
  NH_TRY(result.info.extra_native_bytes, CountOr0(snapshot, "extra_native_bytes"));
  NH_TRY(const uint64_t traces, CountOr0(snapshot, "trace_function_count"));
  result.info.has_allocation_traces = traces > 0;
  return result;
}

}  // namespace nodeheap
