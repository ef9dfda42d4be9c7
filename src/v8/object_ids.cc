#include "v8/object_ids.h"

#include <array>

#include "memory/bytes.h"

namespace nodeheap::v8 {
namespace {

constexpr uint64_t kIsolateBytes = 0x14000;
constexpr uint32_t kProfilerWords = 8;  // of HeapProfiler that are looked at
constexpr uint32_t kIdMapWords = 32;    // of HeapObjectsMap
constexpr uint64_t kEntryBytes = 24;    // {u32 id, u64 address, u32 size, bool accessed}
constexpr uint64_t kMinEntries = 1000;
constexpr uint64_t kMaxEntries = uint64_t{1} << 31;
constexpr uint32_t kMaxId = 0xF0000000;  // others are numbered behind

struct Entries {
  Address begin = 0;
  uint64_t count = 0;
};

bool IsPointer(uint64_t word) { return word > 4096 && word % kWord == 0; }

// V8 counts odd ids for objects, and even ones for other memory. What is no such vector may look
// like the beginning of one.
bool IdsAscend(Bytes entries) {
  std::array<uint32_t, 2> last = {0, 0};  // even, odd
  for (size_t at = kEntryBytes; at < entries.size(); at += kEntryBytes) {
    const auto id = ReadAt<uint32_t>(entries, at).value_or(0);
    if (id <= last[id % 2] || id > kMaxId) return false;
    last[id % 2] = id;
  }
  return true;
}

// A vector of entries begins with an empty one.
std::optional<Entries> AsEntries(const MemorySource& memory,
                                 const std::array<uint64_t, 3>& vector) {
  const auto [begin, end, capacity] = vector;
  if (!IsPointer(begin) || begin >= end || end > capacity || (end - begin) % kEntryBytes != 0)
    return std::nullopt;
  const uint64_t count = (end - begin) / kEntryBytes;
  if (count < kMinEntries || count > kMaxEntries) return std::nullopt;
  const auto first = memory.Read<std::array<uint64_t, 6>>(begin);
  if (!first || ((*first)[0] & 0xFFFFFFFF) != 0 || (*first)[1] != 0) return std::nullopt;
  if (((*first)[3] & 0xFFFFFFFF) == 0 || (*first)[4] == 0) return std::nullopt;
  const Bytes entries = memory.View(begin, count * kEntryBytes);
  if (entries.size() != count * kEntryBytes || !IdsAscend(entries)) return std::nullopt;
  return Entries{begin, count};
}

// Isolate -> HeapProfiler -> HeapObjectsMap -> vector.
std::optional<Entries> FindEntries(const MemorySource& memory, Address isolate) {
  for (uint64_t offset = 0; offset < kIsolateBytes; offset += kWord) {
    const auto profiler = memory.Read<uint64_t>(isolate + offset);
    if (!profiler || !IsPointer(*profiler)) continue;
    const auto words = memory.Read<std::array<uint64_t, kProfilerWords>>(*profiler);
    if (!words) continue;
    for (const uint64_t map : *words) {
      if (!IsPointer(map)) continue;
      const auto fields = memory.Read<std::array<uint64_t, kIdMapWords>>(map);
      if (!fields) continue;
      for (size_t i = 0; i + 2 < fields->size(); ++i)
        if (const auto entries =
                AsEntries(memory, {(*fields)[i], (*fields)[i + 1], (*fields)[i + 2]}))
          return entries;
    }
  }
  return std::nullopt;
}

}  // namespace

boost::unordered_flat_map<Address, uint32_t> FindObjectIds(const Runtime& runtime,
                                                           uint32_t isolate) {
  boost::unordered_flat_map<Address, uint32_t> ids;
  const Address at = runtime.isolates()[isolate].address;
  const auto entries = at != 0 ? FindEntries(runtime.memory(), at) : std::nullopt;
  if (!entries) return ids;
  ids.reserve(entries->count);
  for (uint64_t i = 1; i < entries->count; ++i) {
    const auto entry =
        runtime.memory().Read<std::array<uint64_t, 2>>(entries->begin + i * kEntryBytes);
    if (entry) ids.emplace((*entry)[1], static_cast<uint32_t>((*entry)[0]));
  }
  return ids;
}

}  // namespace nodeheap::v8
