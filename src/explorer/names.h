// The names of edges, in the pool: those of properties and variables, numbers, and fixed ones.
// Kept, since the same are asked for again and again.
#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <cstdint>
#include <string>
#include <string_view>

#include "explorer/string_pool.h"
#include "v8/runtime.h"

namespace nodeheap::explorer {

// V8 cuts strings here (--heap-snapshot-string-limit).
inline constexpr uint64_t kMaxNameUnits = 1024;

// The beginning of a string, as V8 writes it into snapshots; empty if it is none.
std::string StringPrefix(const v8::Runtime& runtime, v8::Tagged string);
// The same of the name of a property: of a symbol "<symbol description>", of a private name
// "#name".
std::string NameText(const v8::Runtime& runtime, v8::Tagged name);

// Not thread-safe: each thread has its own, all with the same pool.
class Names {
 public:
  Names(const v8::Runtime& runtime, StringPool& pool) : runtime_(runtime), pool_(pool) {}

  uint32_t Fixed(std::string_view text) { return pool_.Intern(text); }
  // Of a string or symbol.
  uint32_t Of(v8::Tagged name);
  // "0", "1", "2" …: V8 names the references of arrays so.
  uint32_t OfIndex(uint32_t index) { return pool_.InternNumber(index); }

 private:
  const v8::Runtime& runtime_;
  StringPool& pool_;
  boost::unordered_flat_map<v8::Address, uint32_t> names_;
};

}  // namespace nodeheap::explorer
