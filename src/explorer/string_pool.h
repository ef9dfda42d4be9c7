// Collects the texts of a graph, each once, from several threads.
#pragma once

#include <array>
#include <atomic>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "nodeheap/column.h"
#include "nodeheap/graph.h"

namespace nodeheap::explorer {

class StringPool {
 public:
  // The empty string is number 0.
  StringPool() { Intern({}); }

  // `text` is WTF-8. Safe for many threads at once.
  uint32_t Intern(std::string_view text);
  // The same of a number, in decimal.
  uint32_t InternNumber(uint32_t number);

  // The texts, by their numbers. Empties the pool.
  StringTable Finish();

 private:
  // Numbers name the references of arrays, and fill many strings, often a million in a row: up to
  // here they have a table without search. It takes memory only where it is used.
  static constexpr uint32_t kMaxNumber = (1U << 24) - 1;
  // Few, so that their tables are large enough for huge pages.
  static constexpr size_t kShards = 16;

  struct Text {
    uint64_t start;   // in the shard's bytes
    uint32_t length;  // bytes
    uint32_t id;
  };
  // A hash table of the texts of its own: strings that occur once are the usual case, and finding
  // that one is new costs a single cache miss.
  struct Slot {
    uint32_t hash;
    uint32_t text;  // index into texts + 1; 0: free
  };
  struct alignas(64) Shard {
    std::mutex mutex;
    std::string bytes;  // JSON text, each followed by its closing quote
    std::vector<Text> texts;
    Column<Slot> slots = Column<Slot>(64);  // open addressing, at most half full

    // The slot that has the text, or the free one where it belongs.
    Slot& Find(uint32_t hash, std::string_view text);
    void Grow();
  };

  uint32_t InternText(std::string_view text);
  uint32_t InternSmall(uint32_t number);

  std::array<Shard, kShards> shards_;
  Column<uint32_t> ids_ = Column<uint32_t>(size_t{kMaxNumber} + 1);  // by number: id + 1, or 0
  std::vector<uint32_t> numbers_;                                    // those with an id
  std::mutex numbers_mutex_;
  std::atomic<uint32_t> count_ = 0;
};

}  // namespace nodeheap::explorer
