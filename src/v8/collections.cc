#include "v8/collections.h"

#include "v8/primitives.h"

namespace nodeheap::v8 {
namespace {

// OrderedHashTable (v8/src/objects/ordered-hash-table.h): three numbers, the first entry of each
// bucket, then entries: key, value of maps only, and the number of the next in the bucket. Each
// bucket has room for two.
constexpr uint32_t kElements = 16;
constexpr uint32_t kDeleted = 24;
constexpr uint32_t kBuckets = 32;
constexpr uint32_t kFirstBucket = 40;
constexpr uint32_t kNumbers = 3;
constexpr uint32_t kEntriesPerBucket = 2;

// HashTable (v8/src/objects/hash-table.h): the entries follow three numbers.
constexpr uint32_t kCapacity = 32;
constexpr uint32_t kFirstEntry = 40;
constexpr uint32_t kPairWords = 2;

constexpr uint32_t kIteratorTable = 24;
constexpr uint32_t kIteratorIndex = 32;

struct OrderedTable {
  Address entries = 0;
  uint32_t used = 0;  // entries, deleted ones included
  uint32_t entry_words = 0;
};

// nullopt for a table that was replaced by a larger one: its first word is that table.
std::optional<OrderedTable> ReadOrderedTable(const Runtime& runtime, Tagged table) {
  const Kind kind = runtime.KindOf(table);
  if (kind != Kind::kOrderedHashMap && kind != Kind::kOrderedHashSet) return std::nullopt;
  const auto length = runtime.CountField(table, kWord, kWord);
  const auto elements = runtime.SmiField(table, kElements);
  const auto deleted = runtime.SmiField(table, kDeleted);
  const auto buckets = runtime.SmiField(table, kBuckets);
  if (!length || !elements || !deleted || !buckets || *elements < 0 || *deleted < 0 || *buckets < 0)
    return std::nullopt;
  const uint64_t bucket_count = static_cast<uint32_t>(*buckets);
  const uint64_t used = static_cast<uint64_t>(*elements) + static_cast<uint64_t>(*deleted);
  OrderedTable result{.entries = Untag(table) + kFirstBucket + bucket_count * kWord,
                      .used = static_cast<uint32_t>(used),
                      .entry_words = kind == Kind::kOrderedHashMap ? 3U : 2U};
  const uint64_t words = kNumbers + bucket_count + used * result.entry_words;
  if (used > bucket_count * kEntriesPerBucket || words > *length) return std::nullopt;
  return result;
}

uint32_t ForEachOrderedEntry(const Runtime& runtime, Tagged table, const EntryVisitor& visit) {
  const auto ordered = ReadOrderedTable(runtime, table);
  if (!ordered) return 1;
  uint32_t skipped = 0;
  for (uint64_t i = 0; i < ordered->used; ++i) {
    const Address at = ordered->entries + i * ordered->entry_words * kWord;
    const auto key = runtime.Load<Tagged>(at);
    const auto value = ordered->entry_words == 3 ? runtime.Load<Tagged>(at + kWord) : key;
    if (!key || !value) {
      ++skipped;
    } else if (!IsHole(runtime, *key)) {  // deleted
      if (!visit({*key, *value})) break;
    }
  }
  return skipped;
}

bool IsWeak(Kind kind) { return kind == Kind::kJSWeakMap || kind == Kind::kJSWeakSet; }

std::optional<Tagged> TableOf(const Runtime& runtime, Tagged collection) {
  return runtime.Field(collection, runtime.layout().object.table);
}

}  // namespace

bool IsCollection(Kind kind) {
  return kind == Kind::kJSMap || kind == Kind::kJSSet || IsWeak(kind);
}

std::optional<uint32_t> CollectionSize(const Runtime& runtime, Tagged collection) {
  const Kind kind = runtime.KindOf(collection);
  const auto table = TableOf(runtime, collection);
  if (!IsCollection(kind) || !table) return std::nullopt;
  if (IsWeak(kind) ? !IsHashTable(runtime.KindOf(*table)) : !ReadOrderedTable(runtime, *table))
    return std::nullopt;
  const auto count = runtime.SmiField(*table, kElements);
  if (!count || *count < 0) return std::nullopt;
  return static_cast<uint32_t>(*count);
}

uint32_t ForEachEntry(const Runtime& runtime, Tagged collection, const EntryVisitor& visit) {
  const Kind kind = runtime.KindOf(collection);
  const auto table = TableOf(runtime, collection);
  if (!IsCollection(kind) || !table) return 1;
  if (!IsWeak(kind)) return ForEachOrderedEntry(runtime, *table, visit);
  return ForEachHashTableEntry(runtime, *table, [&](CollectionEntry entry) {
    if (kind == Kind::kJSWeakSet) entry.value = entry.key;
    return visit(entry);
  });
}

uint32_t ForEachHashTableEntry(const Runtime& runtime, Tagged table, const EntryVisitor& visit) {
  if (!IsHashTable(runtime.KindOf(table))) return 1;
  const auto length = runtime.CountField(table, kWord, kWord);
  const auto capacity = runtime.SmiField(table, kCapacity);
  if (!length || !capacity || *capacity < 0 || *length < kNumbers ||
      static_cast<uint32_t>(*capacity) > (*length - kNumbers) / kPairWords)
    return 1;
  uint32_t skipped = 0;
  for (uint64_t i = 0; i < static_cast<uint32_t>(*capacity); ++i) {
    const Address at = Untag(table) + kFirstEntry + i * kPairWords * kWord;
    const auto key = runtime.Load<Tagged>(at);
    const auto value = runtime.Load<Tagged>(at + kWord);
    if (!key || !value) {
      ++skipped;
    } else if (OddballOf(runtime, *key) == Oddball::kNone) {  // else free or deleted
      if (!visit({*key, *value})) break;
    }
  }
  return skipped;
}

std::optional<CollectionIterator> ReadCollectionIterator(const Runtime& runtime, Tagged iterator) {
  const auto map = runtime.MapOf(iterator);
  if (!map || (map->kind != Kind::kJSMapIterator && map->kind != Kind::kJSSetIterator))
    return std::nullopt;
  const auto table = runtime.Field(iterator, kIteratorTable);
  const auto index = runtime.SmiField(iterator, kIteratorIndex);
  if (!table || !index || *index < 0) return std::nullopt;
  CollectionIterator result{.is_set = map->kind == Kind::kJSSetIterator,
                            .table = *table,
                            .index = static_cast<uint32_t>(*index)};
  const std::string_view type = runtime.layout().types.name(map->instance_type);
  if (type == "JS_MAP_KEY_ITERATOR") result.yields = Yields::kKeys;
  if (type == "JS_MAP_VALUE_ITERATOR" || type == "JS_SET_VALUE_ITERATOR")
    result.yields = Yields::kValues;
  return result;
}

}  // namespace nodeheap::v8
