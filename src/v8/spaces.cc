#include "v8/spaces.h"

#include <span>

namespace nodeheap::v8 {
namespace {

constexpr std::string_view kNames[] = {
    "read_only_space",
    "new_space",
    "old_space",
    "code_space",
    "map_space",
    "shared_space",
    "trusted_space",
    "shared_trusted_space",
    "new_large_object_space",
    "large_object_space",
    "code_large_object_space",
    "shared_large_object_space",
    "shared_trusted_large_object_space",
    "trusted_large_object_space",
    "unknown_space",
};

// AllocationSpace in v8/src/common/globals.h, by version.
constexpr Space kIds9[] = {Space::kReadOnly, Space::kOld,       Space::kCode,     Space::kMap,
                           Space::kLarge,    Space::kCodeLarge, Space::kNewLarge, Space::kNew};
constexpr Space kIds10Point7[] = {Space::kReadOnly,  Space::kOld,     Space::kCode,
                                  Space::kMap,       Space::kNew,     Space::kLarge,
                                  Space::kCodeLarge, Space::kNewLarge};
constexpr Space kIds10Point8[] = {
    Space::kReadOnly, Space::kOld,   Space::kCode,      Space::kMap,      Space::kShared,
    Space::kNew,      Space::kLarge, Space::kCodeLarge, Space::kNewLarge, Space::kSharedLarge};
constexpr Space kIds11[] = {Space::kReadOnly, Space::kNew,       Space::kOld,
                            Space::kCode,     Space::kShared,    Space::kNewLarge,
                            Space::kLarge,    Space::kCodeLarge, Space::kSharedLarge};
constexpr Space kIds12[] = {Space::kReadOnly,    Space::kNew,         Space::kOld,
                            Space::kCode,        Space::kShared,      Space::kTrusted,
                            Space::kNewLarge,    Space::kLarge,       Space::kCodeLarge,
                            Space::kSharedLarge, Space::kTrustedLarge};
constexpr Space kIdsSince12Point8[] = {
    Space::kReadOnly,    Space::kNew,       Space::kOld,           Space::kCode,
    Space::kShared,      Space::kTrusted,   Space::kSharedTrusted, Space::kNewLarge,
    Space::kLarge,       Space::kCodeLarge, Space::kSharedLarge,   Space::kSharedTrustedLarge,
    Space::kTrustedLarge};

std::span<const Space> IdsOf(const Version& version) {
  if (version < Version{10, 7, 0}) return kIds9;
  if (version < Version{10, 8, 0}) return kIds10Point7;
  if (version < Version{11, 0, 0}) return kIds10Point8;
  if (version < Version{12, 0, 0}) return kIds11;
  if (version < Version{12, 8, 0}) return kIds12;
  return kIdsSince12Point8;
}

}  // namespace

std::string_view Name(Space space) { return kNames[static_cast<size_t>(space)]; }

Space SpaceOf(uint32_t id, const Version& version) {
  const std::span<const Space> ids = IdsOf(version);
  return id < ids.size() ? ids[id] : Space::kUnknown;
}

}  // namespace nodeheap::v8
