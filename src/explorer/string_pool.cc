#include "explorer/string_pool.h"

#include <memory>
#include <optional>
#include <utility>

#include "base/json_string.h"

namespace nodeheap::explorer {

namespace {

// The number that the text is in decimal, as V8 writes it.
std::optional<uint32_t> NumberIn(std::string_view text, uint32_t limit) {
  if (text.empty() || text.size() > 8 || (text.front() == '0' && text.size() > 1))
    return std::nullopt;
  uint32_t number = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    number = 10 * number + static_cast<uint32_t>(c - '0');
  }
  return number <= limit ? std::optional(number) : std::nullopt;
}

}  // namespace

uint32_t StringPool::Intern(std::string_view text) {
  if (const auto number = NumberIn(text, kMaxNumber)) return InternSmall(*number);
  return InternText(text);
}

uint32_t StringPool::InternNumber(uint32_t number) {
  return number <= kMaxNumber ? InternSmall(number) : InternText(std::to_string(number));
}

uint32_t StringPool::InternSmall(uint32_t number) {
  const std::atomic_ref<uint32_t> id(ids_[number]);
  if (const uint32_t known = id.load(std::memory_order_relaxed)) return known - 1;
  const std::scoped_lock lock(numbers_mutex_);
  if (id == 0) {
    numbers_.push_back(number);
    id.store(++count_, std::memory_order_relaxed);
  }
  return id - 1;
}

uint32_t StringPool::InternText(std::string_view text) {
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
  for (const uint32_t number : numbers_) {
    starts[ids_[number] - 1] = bytes->size();
    bytes->append(std::to_string(number)).push_back('"');
  }
  numbers_ = {};
  ids_ = Column<uint32_t>(size_t{kMaxNumber} + 1);
  return StringTable(bytes, *bytes, std::move(starts), [] {});
}

}  // namespace nodeheap::explorer
