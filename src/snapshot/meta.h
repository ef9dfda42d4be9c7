// The "snapshot" object of a `.heapsnapshot`: how many nodes and edges there are, and which numbers
// of the integer arrays mean what.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "nodeheap/graph.h"
#include "nodeheap/result.h"

namespace nodeheap {

// A position among the fields of a record.
using Field = uint32_t;

// The "type" field of nodes or edges: the file's numbers, translated to ours.
struct TypeField {
  Field field = 0;
  std::vector<uint8_t> from_file;  // NodeType or EdgeType, by the file's number
  std::vector<std::string> names;  // by our number
};

struct NodeLayout {
  uint32_t fields = 0;  // numbers per record
  TypeField type;
  Field name = 0;
  Field id = 0;
  Field self_size = 0;
  Field edge_count = 0;
  std::optional<Field> detachedness;
};

struct EdgeLayout {
  uint32_t fields = 0;
  TypeField type;
  Field name_or_index = 0;
  Field to_node = 0;
};

struct LocationLayout {
  uint32_t fields = 0;
  Field object_index = 0;
  Field script_id = 0;
  Field line = 0;
  Field column = 0;
};

struct SnapshotMeta {
  NodeLayout nodes;
  EdgeLayout edges;
  std::optional<LocationLayout> locations;
  uint64_t node_count = 0;
  uint64_t edge_count = 0;
  uint64_t root_index = 0;  // position of the root's first number in the nodes array
  GraphInfo info;
};

// `json` is the whole object, from '{' to '}'.
Result<SnapshotMeta> ParseMeta(std::string_view json);

}  // namespace nodeheap
