// Collects the texts of a graph, each once, from several threads.
#pragma once

#include <array>
#include <atomic>
#include <boost/unordered/unordered_flat_set.hpp>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "nodeheap/graph.h"

namespace nodeheap::explorer {

class StringPool {
 public:
  // The empty string is number 0.
  StringPool() { Intern({}); }

  // `text` is WTF-8. Safe for many threads at once.
  uint32_t Intern(std::string_view text);

  // The texts, by their numbers. Empties the pool.
  StringTable Finish();

 private:
  static constexpr size_t kShards = 64;

  struct Entry {
    uint64_t start;   // in the shard's bytes
    uint32_t length;  // bytes
    uint32_t id;
  };
  struct Shard;
  // Entries are found by their text, which only the shard knows.
  struct HashText {
    using is_transparent = void;
    const Shard* shard;
    size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
    size_t operator()(const Entry& entry) const { return (*this)(shard->Text(entry)); }
  };
  struct SameText {
    using is_transparent = void;
    const Shard* shard;
    bool operator()(std::string_view a, const Entry& b) const { return a == shard->Text(b); }
    bool operator()(const Entry& a, std::string_view b) const { return b == shard->Text(a); }
    bool operator()(const Entry& a, const Entry& b) const { return a.id == b.id; }
  };
  struct Shard {
    std::mutex mutex;
    std::string bytes;  // JSON text, each followed by its closing quote
    boost::unordered_flat_set<Entry, HashText, SameText> entries{0, HashText{this}, SameText{this}};
    std::string_view Text(const Entry& entry) const {
      return std::string_view(bytes).substr(entry.start, entry.length);
    }
  };

  std::array<Shard, kShards> shards_;
  std::atomic<uint32_t> count_ = 0;
};

}  // namespace nodeheap::explorer
