// Type and name of an object's node, by the rules of V8's heap snapshots
// (V8HeapExplorer::AddEntry in v8/src/profiler/heap-snapshot-generator.cc).
#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <cstdint>
#include <optional>
#include <string>

#include "explorer/names.h"
#include "nodeheap/graph.h"
#include "v8/class_names.h"
#include "v8/runtime.h"

namespace nodeheap::explorer {

struct NodeLabel {
  NodeType type = NodeType::kHidden;
  uint32_t name = 0;  // in the pool
};

struct NodeText {
  NodeType type = NodeType::kHidden;
  std::string name;
};
NodeText Describe(const v8::Runtime& runtime, v8::Tagged object, const v8::MapInfo& map);

// The same, remembered. Not thread-safe: each thread has its own, all with the same pool.
class NodeLabels {
 public:
  NodeLabels(const v8::Runtime& runtime, StringPool& pool)
      : runtime_(runtime), pool_(pool), class_names_(runtime) {}

  NodeLabel Of(v8::Tagged object, const v8::MapInfo& map);

 private:
  std::optional<v8::Address> CacheKey(v8::Tagged object, const v8::MapInfo& map) const;

  const v8::Runtime& runtime_;
  StringPool& pool_;
  v8::ClassNames class_names_;
  boost::unordered_flat_map<const std::string*, uint32_t> classes_;  // in the pool
  boost::unordered_flat_map<v8::Address, NodeLabel> cache_;  // by map, of functions by shared info
};

}  // namespace nodeheap::explorer
