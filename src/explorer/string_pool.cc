#include "explorer/string_pool.h"

#include <memory>

#include "base/json_string.h"

namespace nodeheap::explorer {

uint32_t StringPool::Intern(std::string_view text) {
  std::string buffer;
  std::string_view escaped = text;
  if (FindJsonSpecial(text.data(), text.data() + text.size()) != text.data() + text.size()) {
    buffer = EncodeJsonString(text);
    escaped = buffer;
  }
  Shard& shard = shards_[std::hash<std::string_view>()(escaped) % kShards];
  const std::scoped_lock lock(shard.mutex);
  if (const auto found = shard.entries.find(escaped); found != shard.entries.end())
    return found->id;
  const Entry entry{shard.bytes.size(), static_cast<uint32_t>(escaped.size()), count_++};
  shard.bytes.append(escaped).push_back('"');
  shard.entries.insert(entry);
  return entry.id;
}

StringTable StringPool::Finish() {
  size_t size = 0;
  for (const Shard& shard : shards_) size += shard.bytes.size();
  const auto bytes = std::make_shared<std::string>();
  bytes->reserve(size);
  Column<uint64_t> starts(count_);
  for (Shard& shard : shards_) {
    for (const Entry& entry : shard.entries) starts[entry.id] = bytes->size() + entry.start;
    bytes->append(shard.bytes);
    shard.entries.clear();
    shard.bytes = {};
  }
  return StringTable(bytes, *bytes, std::move(starts), [] {});
}

}  // namespace nodeheap::explorer
