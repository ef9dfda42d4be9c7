#include "explorer/ephemerons.h"

#include <fmt/format.h>

#include <algorithm>

#include "explorer/node_labels.h"
#include "explorer/references.h"

namespace nodeheap::explorer {
namespace {

using v8::Tagged;

std::string NameOf(const v8::Runtime& runtime, Tagged word) {
  const auto map = runtime.MapOf(word);
  return map ? Describe(runtime, word, *map).name : std::string();
}

}  // namespace

Ephemerons::Ephemerons(const SharedState& state, std::span<const uint32_t> tables,
                       const Column<uint32_t>& ids) {
  for (const uint32_t table : tables) AddTable(state, v8::ObjectIndex{table}, ids);
  std::ranges::stable_sort(entries_, {}, &Entry::owner);
}

void Ephemerons::AddTable(const SharedState& state, v8::ObjectIndex object,
                          const Column<uint32_t>& ids) {
  const v8::Runtime& runtime = state.heap.runtime();
  const uint32_t table = state.numbers.Of(object);
  const v8::Page& page = state.heap.page_of(object);
  const v8::Address at = state.heap.address(page, object);
  const uint64_t size = state.heap.size(object);
  for (uint64_t entry = kHashTableHeader; entry + kEphemeronEntry <= size;
       entry += kEphemeronEntry) {
    const Tagged key = page.Word(at + entry);
    const Tagged value = page.Word(at + entry + v8::kWord);
    const auto key_node = state.NodeOf(key);
    const auto value_node = state.NodeOf(value);
    if (!key_node || !value_node || !state.IsEssential(key)) continue;
    const auto text = static_cast<uint32_t>(texts_.size());
    texts_.push_back(fmt::format(
        "part of key ({} @{}) -> value ({} @{}) pair in WeakMap (table @{})", NameOf(runtime, key),
        ids[*key_node], NameOf(runtime, value), ids[*value_node], ids[table]));
    entries_.push_back({*key_node, *value_node, text});
    entries_.push_back({table, *value_node, text});
  }
}

void Ephemerons::AddEdges(uint32_t node, size_t first, StringPool& pool, Edges& edges) const {
  if (entries_.empty()) return;
  for (const Entry& entry : std::ranges::equal_range(entries_, node, {}, &Entry::owner)) {
    const std::string name = fmt::format("{} / {}", edges.size() - first + 1, texts_[entry.text]);
    edges.Add(EdgeType::kInternal, pool.Intern(name), entry.value);
  }
}

}  // namespace nodeheap::explorer
