#include "base/json_string.h"
#include "nodeheap/graph.h"

namespace nodeheap {

std::string_view StringTable::Escaped(StringId id) const {
  const char* const start = bytes_.data() + starts_[Index(id)];
  const char* const limit = bytes_.data() + bytes_.size();
  const char* end = FindJsonSpecial(start, limit);
  while (*end != '"') end = FindJsonSpecial(*end == '\\' ? end + 2 : end + 1, limit);
  return {start, end};
}

std::string StringTable::Get(StringId id) const { return DecodeJsonString(Escaped(id)); }

std::string StringTable::GetPrefix(StringId id, size_t max_bytes) const {
  return DecodeJsonString(Escaped(id), max_bytes);
}

}  // namespace nodeheap
