#include "explorer/node_ids.h"

#include <algorithm>

#include "v8/object_ids.h"

namespace nodeheap::explorer {

Column<uint32_t> NumberNodes(const v8::Runtime& runtime, uint32_t isolate, uint32_t synthetic_nodes,
                             const AddressColumn& addresses,
                             std::span<const NativeMemory> natives) {
  const auto known = v8::FindObjectIds(runtime, isolate);
  if (known.empty()) return {};
  Column<uint32_t> ids(synthetic_nodes + addresses.size() + natives.size());
  uint32_t node = 0;
  uint32_t next = 1;
  for (; node < synthetic_nodes; ++node, next += 2) ids[node] = next;
  const uint32_t lowest = next;
  for (const auto& [address, id] : known) next = std::max(next, (id | 1) + 2);
  const auto number = [&](uint64_t address, uint32_t fresh) {
    const auto found = known.find(address);
    const bool is_known = found != known.end() && found->second >= lowest;
    ids[node++] = is_known ? found->second : fresh;
    return !is_known;
  };
  for (size_t i = 0; i < addresses.size(); ++i)
    if (number(addresses[i], next)) next += 2;
  uint32_t even = next + 1;
  for (const NativeMemory& native : natives)
    if (number(native.address, even)) even += 2;
  return ids;
}

}  // namespace nodeheap::explorer
