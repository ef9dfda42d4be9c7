// The numbers of V8's spaces, held to what v8.getHeapSpaceStatistics() of Nodes lists in their
// order.
#include <gtest/gtest.h>

#include <string>

#include "v8/spaces.h"

namespace nodeheap::test {
namespace {

using v8::Space;
using v8::Version;

struct Listed {
  Version version;
  std::string spaces;
};

class SpaceNumbers : public testing::TestWithParam<Listed> {};

TEST_P(SpaceNumbers, AreThoseOfItsVersion) {
  std::string spaces;
  for (uint32_t id = 0; v8::SpaceOf(id, GetParam().version) != Space::kUnknown; ++id)
    spaces += std::string(id == 0 ? "" : " ") +
              std::string(v8::Name(v8::SpaceOf(id, GetParam().version)));
  EXPECT_EQ(spaces, GetParam().spaces);
}

INSTANTIATE_TEST_SUITE_P(
    Versions, SpaceNumbers,
    testing::Values(
        // Node 17.9.1
        Listed{{9, 6, 180},
               "read_only_space old_space code_space map_space large_object_space "
               "code_large_object_space new_large_object_space new_space"},
        // Node 18.20.8
        Listed{{10, 2, 154},
               "read_only_space old_space code_space map_space large_object_space "
               "code_large_object_space new_large_object_space new_space"},
        // Node 19.0.0
        Listed{{10, 7, 193},
               "read_only_space old_space code_space map_space new_space large_object_space "
               "code_large_object_space new_large_object_space"},
        // Node 19.8.1
        Listed{{10, 8, 168},
               "read_only_space old_space code_space map_space shared_space new_space "
               "large_object_space code_large_object_space new_large_object_space "
               "shared_large_object_space"},
        // Node 21.7.3
        Listed{{11, 8, 172},
               "read_only_space new_space old_space code_space shared_space "
               "new_large_object_space large_object_space code_large_object_space "
               "shared_large_object_space"},
        // Node 23.4.0
        Listed{{12, 9, 202},
               "read_only_space new_space old_space code_space shared_space trusted_space "
               "shared_trusted_space new_large_object_space large_object_space "
               "code_large_object_space shared_large_object_space "
               "shared_trusted_large_object_space trusted_large_object_space"}));

}  // namespace
}  // namespace nodeheap::test
