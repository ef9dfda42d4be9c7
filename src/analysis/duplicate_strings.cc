#include <algorithm>
#include <boost/unordered/unordered_flat_map.hpp>
#include <charconv>
#include <optional>
#include <string>

#include "analysis/cons_string.h"
#include "analysis/string_facts.h"
#include "nodeheap/analysis.h"

namespace nodeheap {
namespace {

// What V8 adds to strings longer than it writes out: were they really equal?
struct Truncation {
  bool truncated = false;
  std::optional<int64_t> length;
  std::optional<int64_t> hash;
};

class Finder {
 public:
  Finder(const HeapGraph& graph, const Analysis& analysis)
      : graph_(graph), analysis_(analysis), facts_(graph.strings()), cons_strings_(graph) {}

  std::vector<DuplicateString> Run() {
    for (uint32_t node = 0; node < graph_.node_count(); ++node)
      if (IsCandidate(NodeId{node})) Add(NodeId{node});
    std::erase_if(groups_, [](const DuplicateString& group) { return group.nodes.size() < 2; });
    std::ranges::stable_sort(groups_, std::ranges::greater{}, &DuplicateString::retained_size);
    return std::move(groups_);
  }

 private:
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

  void Add(NodeId node) {
    std::string text = graph_.type(node) == NodeType::kConsString
                           ? cons_strings_.Text(node)
                           : graph_.strings().Get(graph_.name(node));
    const Truncation truncation = TruncationOf(node);
    std::string key = text;
    if (truncation.truncated) {
      // A zero byte and numbers cannot be confused with the text of another string of this group.
      key += '\0' + std::to_string(truncation.length.value_or(-1)) + '/' +
             std::to_string(truncation.hash.value_or(-1));
    }
    const auto [at, is_new] = group_of_.try_emplace(std::move(key), groups_.size());
    if (is_new)
      groups_.push_back({.value = std::move(text), .truncated = truncation.truncated, .nodes = {}});
    DuplicateString& group = groups_[at->second];
    group.nodes.push_back(node);
    group.self_size += analysis_.shallow_sizes[Index(node)];
    group.retained_size += analysis_.retained_sizes[Index(node)];
  }

  Truncation TruncationOf(NodeId node) const {
    Truncation result;
    for (uint32_t e = graph_.first_edge(node); e < graph_.end_edge(node); ++e) {
      const EdgeId edge{e};
      if (graph_.type(edge) != EdgeType::kInternal) continue;
      const std::string_view name = graph_.strings().Escaped(StringId{graph_.name_or_index(edge)});
      if (name == "truncated") result.truncated = ValueOf(graph_.target(edge), "bool") == "true";
      if (name == "length") result.length = ToInteger(ValueOf(graph_.target(edge), "int"));
      if (name == "hash") result.hash = ToInteger(ValueOf(graph_.target(edge), "int"));
    }
    return result;
  }

  // V8 writes a number or boolean as a node of type number, named for its kind, with the text of its
  // value one edge further.
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
  ConsStrings cons_strings_;
  std::vector<DuplicateString> groups_;
  boost::unordered_flat_map<std::string, size_t> group_of_;
};

}  // namespace

std::vector<DuplicateString> FindDuplicateStrings(const HeapGraph& graph,
                                                  const Analysis& analysis) {
  return Finder(graph, analysis).Run();
}

}  // namespace nodeheap
