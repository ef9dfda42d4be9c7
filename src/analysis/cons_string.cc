#include "analysis/cons_string.h"

#include <algorithm>
#include <optional>

#include "analysis/property_names.h"

namespace nodeheap {
namespace {

constexpr size_t kEnough = 1024;  // UTF-16 units
constexpr uint64_t kStepsPerCall = 16384;

}  // namespace

ConsStrings::Parts ConsStrings::PartsOf(NodeId cons) {
  std::optional<NodeId> first;
  std::optional<NodeId> second;
  const uint32_t end = graph_.end_edge(cons);
  for (uint32_t e = graph_.first_edge(cons); e < end && !(first && second) && Spend(); ++e) {
    const EdgeId edge{e};
    if (graph_.type(edge) != EdgeType::kInternal) continue;
    const std::string_view name = graph_.strings().Escaped(StringId{graph_.name_or_index(edge)});
    if (name == "first") first = graph_.target(edge);
    if (name == "second") second = graph_.target(edge);
  }
  // Like DevTools, take the first node of the file, whose name is empty, for a missing part.
  return {first.value_or(NodeId{0}), second.value_or(NodeId{0})};
}

// Goes down the first parts to the one with text, noting the strings passed and their second parts.
NodeId ConsStrings::DescendSpine(NodeId node, std::vector<NodeId>& spine,
                                 std::vector<NodeId>& pending) {
  while (graph_.type(node) == NodeType::kConsString && Spend()) {
    if (const auto known = same_text_.find(Index(node)); known != same_text_.end())
      node = known->second;
    spine.push_back(node);
    const Parts parts = PartsOf(node);
    pending.push_back(parts.second);
    node = parts.first;
  }
  return node;
}

std::string ConsStrings::Text(NodeId cons) {
  budget_ += kStepsPerCall;
  std::vector<NodeId> spine;
  std::vector<NodeId> pending;  // parts still to be appended, the next one last
  pending.push_back(DescendSpine(cons, spine, pending));
  size_t unused = spine.size();  // so many second parts of the spine were not needed
  std::string text;
  size_t length = 0;
  while (!pending.empty() && length < kEnough && Spend()) {
    const NodeId node = pending.back();
    pending.pop_back();
    unused = std::min(unused, pending.size());
    if (graph_.type(node) == NodeType::kConsString) {
      const Parts parts = PartsOf(node);
      pending.push_back(parts.second);
      pending.push_back(parts.first);
    } else {
      const std::string part = graph_.strings().Get(graph_.name(node));
      text += part;
      length += Utf16Length(part);
    }
  }
  if (length >= kEnough && !spine.empty()) {
    const size_t lowest = std::min(unused, spine.size() - 1);
    for (size_t i = 0; i <= lowest; ++i) same_text_[Index(spine[i])] = spine[lowest];
  }
  return text;
}

NodeId ConsStrings::SameText(NodeId cons) {
  if (const auto known = same_text_.find(Index(cons)); known != same_text_.end())
    return known->second;
  budget_ += kStepsPerCall;
  const auto known = same_text_.find(Index(PartsOf(cons).first));
  if (known == same_text_.end()) return cons;
  return same_text_[Index(cons)] = known->second;
}

}  // namespace nodeheap
