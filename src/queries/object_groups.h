// Objects grouped finer than by class: by the properties that they have.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "nodeheap/session.h"

namespace nodeheap {

struct ObjectGroup {
  uint32_t class_index = 0;  // into Classes::infos
  std::string name = {};
  std::optional<Location> location = {};
  std::string properties = {};  // "a, b, c"
  NodeId sample{};
  uint64_t instances = 0;
  uint64_t with_property = 0;  // of these, those that have the property that was asked for
  uint64_t self_size = 0;
  uint64_t retained_size = 0;
  int32_t distance = kNoDistance;
};

// Groups of equal class and equal own properties, in order of first appearance.
// REQUIRES: Prepare(Need::kClasses).
Result<std::vector<ObjectGroup>> GroupObjects(const Session& session, const Progress& progress);

}  // namespace nodeheap
