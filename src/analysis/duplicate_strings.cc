#include <algorithm>
#include <boost/unordered/unordered_flat_map.hpp>
#include <charconv>
#include <optional>
#include <string>

#include "analysis/cons_string.h"
#include "analysis/property_names.h"
#include "analysis/string_facts.h"
#include "base/stoppable.h"
#include "nodeheap/analysis.h"

namespace nodeheap {
namespace {

// V8 cuts texts here, if it is not told otherwise (--heap-snapshot-string-limit).
constexpr size_t kCutAt = 1024;  // UTF-16 units

// What tells apart strings of which the dump has the same: V8 adds length and hash to those that it
// cut. It has not always done so; then a long text may be cut, and its size is all that is known.
struct Rest {
  bool truncated = false;
  std::optional<int64_t> length = {};
  std::optional<int64_t> hash = {};
  std::optional<uint64_t> self_size = {};
  friend bool operator==(const Rest&, const Rest&) = default;

  bool IsKnown() const { return truncated ? length && hash : !self_size; }
};

class Finder {
 public:
  Finder(const HeapGraph& graph, const Analysis& analysis)
      : graph_(graph),
        analysis_(analysis),
        facts_(graph.strings(), 1),
        digests_(graph.strings().size()),
        cons_strings_(graph) {}

  // Most strings are there once, so a string costs a few bytes until it turns out to have a twin.
  Result<std::vector<DuplicateString>> Run(const Progress& progress) {
    boost::unordered_flat_map<uint64_t, Seen> seen;  // by hash of the text
    NH_CHECK(ForEachBelow(graph_.node_count(), progress, [&](uint32_t n) {
      const NodeId node{n};
      if (!IsCandidate(node)) return;
      // Two contents of one hash: the later one moves on to the next.
      const uint64_t digest = DigestOf(node);
      const Rest rest = RestOf(node, digest);
      for (uint64_t hash = digest + HashOf(rest);; ++hash) {
        const auto [at, is_new] = seen.try_emplace(hash, Seen{node, kNoGroup});
        if (is_new) break;
        if (!AreTwins(at->second.first, node, rest)) continue;
        AddTwin(at->second, node, rest);
        break;
      }
    }));
    std::ranges::stable_sort(groups_, std::ranges::greater{}, &DuplicateString::retained_size);
    return std::move(groups_);
  }

 private:
  static constexpr uint32_t kNoGroup = ~uint32_t{0};
  struct Seen {
    NodeId first;
    uint32_t group;
  };

  // The text's hash; its lowest bit says whether the text is so long that V8 may have cut it.
  static uint64_t Digest(const std::string& text) {
    return boost::hash<std::string>()(text) << 1U | (Utf16Length(text) >= kCutAt ? 1U : 0U);
  }

  // Nodes share the strings of the dump, which can be huge, and concatenations their beginning:
  // each is looked at once.
  uint64_t DigestOf(NodeId node) {
    uint64_t& digest = graph_.type(node) == NodeType::kConsString
                           ? cons_digests_[Index(cons_strings_.SameText(node))]
                           : digests_[Index(graph_.name(node))];
    if (digest == 0) digest = Digest(TextOf(node));
    return digest;
  }

  static uint64_t HashOf(const Rest& rest) {
    const auto length = static_cast<uint64_t>(rest.length.value_or(0)) + rest.self_size.value_or(0);
    const auto hash = static_cast<uint64_t>(rest.hash.value_or(0));
    return length * 0x9E3779B97F4A7C15 + hash * 0xC2B2AE3D27D4EB4F;
  }

  std::string TextOf(NodeId node) {
    return graph_.type(node) == NodeType::kConsString ? cons_strings_.Text(node)
                                                      : graph_.strings().Get(graph_.name(node));
  }

  bool AreTwins(NodeId a, NodeId b, const Rest& rest) {
    if (RestOf(a, DigestOf(a)) != rest) return false;
    return HaveOneText(a, b) || TextOf(a) == TextOf(b);
  }

  // Seen without a look at it.
  bool HaveOneText(NodeId a, NodeId b) {
    if (graph_.type(a) != graph_.type(b)) return false;
    return graph_.type(a) == NodeType::kConsString
               ? cons_strings_.SameText(a) == cons_strings_.SameText(b)
               : graph_.name(a) == graph_.name(b);
  }

  void AddTwin(Seen& seen, NodeId twin, const Rest& rest) {
    if (seen.group == kNoGroup) {
      seen.group = static_cast<uint32_t>(groups_.size());
      groups_.push_back({.value = TextOf(twin),
                         .truncated = rest.truncated,
                         .known_equal = rest.IsKnown(),
                         .nodes = {}});
      AddNode(groups_.back(), seen.first);
    }
    AddNode(groups_[seen.group], twin);
  }

  void AddNode(DuplicateString& group, NodeId node) const {
    group.nodes.push_back(node);
    group.self_size += analysis_.shallow_sizes[Index(node)];
    group.retained_size += analysis_.retained_sizes[Index(node)];
  }

  bool IsCandidate(NodeId node) const {
    const NodeType type = graph_.type(node);
    if (type != NodeType::kString && type != NodeType::kConsString) return false;
    // Nodes of size 0 stand for values, not for strings in memory.
    return analysis_.shallow_sizes[Index(node)] != 0 &&
           !(type == NodeType::kConsString && IsFlat(node));
  }

  // V8 flattens a concatenation by making one part the whole; that is no duplicate of its part.
  bool IsFlat(NodeId cons) const {
    for (uint32_t e = graph_.first_edge(cons); e < graph_.end_edge(cons); ++e) {
      const EdgeId edge{e};
      if (graph_.type(edge) != EdgeType::kInternal) continue;
      const StringKind kind = facts_.kind(graph_.name_or_index(edge));
      const NodeId part = graph_.target(edge);
      if ((kind == StringKind::kFirst || kind == StringKind::kSecond) &&
          graph_.type(part) != NodeType::kConsString &&
          facts_.kind(graph_.name(part)) == StringKind::kEmpty)
        return true;
    }
    return false;
  }

  Rest RestOf(NodeId node, uint64_t digest) const {
    Rest result;
    for (uint32_t e = graph_.first_edge(node); e < graph_.end_edge(node); ++e) {
      const EdgeId edge{e};
      if (graph_.type(edge) != EdgeType::kInternal) continue;
      const std::string_view name = graph_.strings().Escaped(StringId{graph_.name_or_index(edge)});
      if (name == "truncated") result.truncated = ValueOf(graph_.target(edge), "bool") == "true";
      if (name == "length") result.length = ToInteger(ValueOf(graph_.target(edge), "int"));
      if (name == "hash") result.hash = ToInteger(ValueOf(graph_.target(edge), "int"));
    }
    if (result.truncated) return result;
    const bool may_be_cut = (digest & 1U) != 0;
    return {.self_size = may_be_cut ? std::optional(graph_.self_size(node)) : std::nullopt};
  }

  // V8 writes a number or boolean as a node of type number, named for its kind, with the text of
  // its value one edge further.
  std::string ValueOf(NodeId number, std::string_view kind) const {
    if (graph_.type(number) != NodeType::kNumber ||
        graph_.strings().Escaped(graph_.name(number)) != kind)
      return {};
    for (uint32_t e = graph_.first_edge(number); e < graph_.end_edge(number); ++e) {
      const EdgeId edge{e};
      if (graph_.type(edge) == EdgeType::kInternal && graph_.edge_name(edge) == "value")
        return graph_.strings().Get(graph_.name(graph_.target(edge)));
    }
    return {};
  }

  static std::optional<int64_t> ToInteger(const std::string& text) {
    int64_t value = 0;
    const auto parsed = std::from_chars(text.data(), text.data() + text.size(), value);
    if (parsed.ec != std::errc()) return std::nullopt;
    return value;
  }

  const HeapGraph& graph_;
  const Analysis& analysis_;
  const StringFacts facts_;
  Column<uint64_t> digests_;  // by StringId; 0: not known yet
  boost::unordered_flat_map<uint32_t, uint64_t> cons_digests_;
  ConsStrings cons_strings_;
  std::vector<DuplicateString> groups_;
};

}  // namespace

Result<std::vector<DuplicateString>> FindDuplicateStrings(const HeapGraph& graph,
                                                          const Analysis& analysis,
                                                          const Progress& progress) {
  return Finder(graph, analysis).Run(progress);
}

}  // namespace nodeheap
