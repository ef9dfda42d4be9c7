#include "base/json_string.h"
#include "nodeheap/graph.h"

namespace nodeheap {

std::string_view StringTable::Escaped(StringId id) const {
  const uint64_t start = starts_[Index(id)];
  size_t end = start;
  while (true) {
    end = bytes_.find_first_of("\"\\", end);
    if (bytes_[end] == '"') break;
    end += 2;
  }
  return bytes_.substr(start, end - start);
}

std::string StringTable::Get(StringId id) const { return DecodeJsonString(Escaped(id)); }

std::string StringTable::GetPrefix(StringId id, size_t max_bytes) const {
  return DecodeJsonString(Escaped(id), max_bytes);
}

}  // namespace nodeheap
