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
                       const std::function<uint32_t(uint32_t)>& id_of) {
  for (const uint32_t table : tables) AddTable(state, v8::ObjectIndex{table}, id_of);
  std::ranges::stable_sort(entries_, {}, &Entry::owner);
}

void Ephemerons::AddTable(const SharedState& state, v8::ObjectIndex object,
                          const std::function<uint32_t(uint32_t)>& id_of) {
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
    const auto pair = static_cast<uint32_t>(texts_.size());
    texts_.push_back(fmt::format(
        "part of key ({} @{}) -> value ({} @{}) pair in WeakMap (table @{})", NameOf(runtime, key),
        id_of(*key_node), NameOf(runtime, value), id_of(*value_node), id_of(table)));
    entries_.push_back({*key_node, *value_node, pair});
    entries_.push_back({table, *value_node, pair});
  }
}

std::span<const Ephemerons::Entry> Ephemerons::Of(uint32_t owner) const {
  if (entries_.empty()) return {};
  return std::ranges::equal_range(entries_, owner, {}, &Entry::owner);
}

void Ephemerons::AddEdges(uint32_t node, size_t first, StringPool& pool, Edges& edges) const {
  for (const Entry& entry : Of(node)) {
    const std::string name = fmt::format("{} / {}", edges.size() - first + 1, texts_[entry.pair]);
    edges.Add(EdgeType::kInternal, pool.Intern(name), entry.value);
  }
}

}  // namespace nodeheap::explorer
