#include "differential/core_walk/id_map.h"

#include <cstring>
#include <span>

namespace nodeheap::v8 {
namespace {

// As V8 lays it out. What is not on V8's pages was measured by Node itself and has an even id.
struct Record {
  uint32_t id;
  uint32_t padding;
  Address address;
  uint32_t size;
  bool accessed;
};
static_assert(sizeof(Record) == 24);

constexpr size_t kLeast = 1000;  // records; there are tens of thousands in any isolate

Record RecordAt(std::span<const std::byte> bytes, size_t at) {
  unsigned char accessed = 0;
  std::memcpy(&accessed, bytes.data() + at + offsetof(Record, accessed), 1);
  Record record{};
  std::memcpy(&record, bytes.data() + at, offsetof(Record, accessed));
  if (accessed > 1) record.id = 0;
  return record;
}

// Where the run of records with ascending ids that starts at `at` ends.
size_t EndOfRun(std::span<const std::byte> bytes, size_t at) {
  uint32_t last = 0;
  while (bytes.size() - at >= sizeof(Record)) {
    const uint32_t id = RecordAt(bytes, at).id;
    if (id <= last) break;
    last = id;
    at += sizeof(Record);
  }
  return at;
}

std::vector<IdentifiedObject> ObjectsOf(std::span<const std::byte> run, const Pages& pages) {
  std::vector<IdentifiedObject> objects;
  for (size_t at = 0; at < run.size(); at += sizeof(Record)) {
    const Record record = RecordAt(run, at);
    if (record.id % 2 == 1 && record.address % kWord == 0 &&
        pages.FindContaining(record.address) != nullptr)
      objects.push_back({record.address, record.size});
  }
  return objects;
}

}  // namespace

// The array may have been moved as it grew: of several, the longest is the current one.
std::vector<IdentifiedObject> FindIdMap(const MemorySource& memory, const Pages& pages) {
  std::vector<IdentifiedObject> best;
  for (const MemoryRegion& region : memory.regions()) {
    if (!region.writable || region.executable) continue;
    const auto bytes = memory.View(region.start, region.end - region.start);
    for (size_t phase = 0; phase < sizeof(Record); phase += kWord) {
      for (size_t at = phase; at < bytes.size();) {
        const size_t end = EndOfRun(bytes, at);
        if (end - at >= kLeast * sizeof(Record)) {
          auto objects = ObjectsOf(bytes.subspan(at, end - at), pages);
          if (objects.size() > std::max(best.size(), kLeast)) best = std::move(objects);
        }
        at = std::max(end, at + sizeof(Record));
      }
    }
  }
  return best;
}

}  // namespace nodeheap::v8
