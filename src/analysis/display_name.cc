#include <algorithm>
#include <vector>

#include "analysis/classes.h"
#include "analysis/cons_string.h"
#include "analysis/property_names.h"
#include "nodeheap/analysis.h"

namespace nodeheap {
namespace {

constexpr size_t kMaxPlainObjectName = 100;  // UTF-16 units; one property is always shown

// "{a, b, …, z}": properties taken from both ends in turn until the name is long enough.
// (DevTools: plainObjectName.)
class PlainObjectName {
 public:
  PlainObjectName(const HeapGraph& graph, NodeId node)
      : graph_(graph), from_(graph.first_edge(node)), to_(graph.end_edge(node)) {}

  std::string Build() {
    bool from_end = false;
    while (from_ < to_) {
      const EdgeId edge{from_end ? to_ - 1 : from_};
      if (graph_.type(edge) == EdgeType::kProperty) {
        const std::string name = graph_.edge_name(edge);
        if (name != "__proto__") {
          if (!Add(FormatPropertyName(name), from_end)) break;
          Step(from_end);
          from_end = !from_end;
          continue;
        }
      }
      Step(from_end);
    }
    if (from_ < to_) start_ += ", …";
    if (end_.size() > 1) start_ += ", ";
    return start_ + end_;
  }

 private:
  void Step(bool from_end) {
    if (from_end) {
      --to_;
    } else {
      ++from_;
    }
  }

  bool Add(const std::string& property, bool from_end) {
    if (start_.size() > 1 &&
        Utf16Length(start_) + Utf16Length(end_) + Utf16Length(property) > kMaxPlainObjectName)
      return false;
    if (from_end) {
      end_ = property + (end_.size() > 1 ? ", " : "") + end_;
    } else {
      start_ += (start_.size() > 1 ? ", " : "") + property;
    }
    return true;
  }

  const HeapGraph& graph_;
  uint32_t from_;
  uint32_t to_;
  std::string start_ = "{";
  std::string end_ = "}";
};

}  // namespace

std::string DisplayName(const HeapGraph& graph, const Analysis& analysis, NodeId node) {
  if (graph.type(node) == NodeType::kConsString) return ConsStrings(graph).Text(node);
  std::string name = graph.strings().Get(graph.name(node));
  if (graph.type(node) == NodeType::kObject && name == "Object")
    return PlainObjectName(graph, node).Build();
  if (IsRenamedDetached(graph, analysis.detachedness, node)) return "Detached " + name;
  return name;
}

}  // namespace nodeheap
