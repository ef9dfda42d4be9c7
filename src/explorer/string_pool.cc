#include "explorer/string_pool.h"

#include <memory>
#include <utility>

#include "base/json_string.h"

namespace nodeheap::explorer {

uint32_t StringPool::Intern(std::string_view text) {
  std::string buffer;
  std::string_view escaped = text;
  if (FindJsonSpecial(text.data(), text.data() + text.size()) != text.data() + text.size()) {
    buffer = EncodeJsonString(text);
    escaped = buffer;
  }
  const size_t hash = std::hash<std::string_view>()(escaped);
  Shard& shard = shards_[hash % kShards];
  const auto rest = static_cast<uint32_t>(hash / kShards);
  const std::scoped_lock lock(shard.mutex);
  Slot& slot = shard.Find(rest, escaped);
  if (slot.text != 0) return shard.texts[slot.text - 1].id;
  const uint32_t id = count_++;
  shard.texts.push_back({shard.bytes.size(), static_cast<uint32_t>(escaped.size()), id});
  shard.bytes.append(escaped).push_back('"');
  slot = {rest, static_cast<uint32_t>(shard.texts.size())};
  if (2 * shard.texts.size() > shard.slots.size()) shard.Grow();
  return id;
}

StringPool::Slot& StringPool::Shard::Find(uint32_t hash, std::string_view text) {
  const size_t mask = slots.size() - 1;
  for (size_t i = hash & mask;; i = (i + 1) & mask) {
    Slot& slot = slots[i];
    if (slot.text == 0) return slot;
    if (slot.hash != hash) continue;
    const Text& known = texts[slot.text - 1];
    if (std::string_view(bytes).substr(known.start, known.length) == text) return slot;
  }
}

void StringPool::Shard::Grow() {
  Column<Slot> larger(2 * slots.size());
  const size_t mask = larger.size() - 1;
  for (const Slot& slot : slots) {
    size_t i = slot.hash & mask;
    while (slot.text != 0 && larger[i].text != 0) i = (i + 1) & mask;
    if (slot.text != 0) larger[i] = slot;
  }
  slots = std::move(larger);
}

StringTable StringPool::Finish() {
  size_t size = 0;
  for (const Shard& shard : shards_) size += shard.bytes.size();
  const auto bytes = std::make_shared<std::string>();
  bytes->reserve(size);
  Column<uint64_t> starts(count_);
  for (Shard& shard : shards_) {
    for (const Text& text : shard.texts) starts[text.id] = bytes->size() + text.start;
    bytes->append(shard.bytes);
    shard.slots = Column<Slot>();
    shard.texts = {};
    shard.bytes = {};
  }
  return StringTable(bytes, *bytes, std::move(starts), [] {});
}

}  // namespace nodeheap::explorer
