#include "analysis/classes.h"

#include <algorithm>
#include <boost/unordered/unordered_flat_map.hpp>
#include <string>

namespace nodeheap {
namespace {

constexpr uint32_t kNone = ~uint32_t{0};
constexpr std::string_view kDetachedPrefix = "Detached ";

// "<div id=a>" and "Detached <div id=a>" belong to "<div>" and "Detached <div>".
std::string WithoutAttributes(const std::string& name) {
  const size_t tag = name.starts_with('<')            ? 0
                     : name.starts_with("Detached <") ? kDetachedPrefix.size()
                                                      : std::string::npos;
  if (tag == std::string::npos) return name;
  const size_t space = name.find(' ', tag == 0 ? 0 : tag + 1);
  return space == std::string::npos ? name : name.substr(0, space) + ">";
}

class Classifier {
 public:
  Classifier(const HeapGraph& graph, const Column<uint8_t>& detachedness)
      : graph_(graph), detachedness_(detachedness), class_of_name_(graph.strings().size()) {
    std::ranges::fill(class_of_name_, kNone);
    classes_.of_node = IndexColumn(graph.node_count());
  }

  void ClassifyAll() {
    const HeapGraph::Columns& c = graph_.columns();
    std::vector<uint32_t> class_of_type;
    for (const std::string& type : c.node_type_names) class_of_type.push_back(TypeClass(type));
    for (uint32_t node = 0; node < graph_.node_count(); ++node) {
      const uint8_t type = c.node_types[node];
      const uint32_t by_type = class_of_type[type];
      classes_.of_node.Set(node, by_type != kNone ? by_type : ByName(node));
    }
  }

  void ClassifyPlainObjects(const Shapes& shapes,
                            const std::vector<InterfaceDefinition>& definitions,
                            const std::vector<uint32_t>& interface_of_shape) {
    std::vector<uint32_t> class_of_shape;
    for (const uint32_t interface : interface_of_shape)
      class_of_shape.push_back(interface == kNoInterface ? kNone
                                                         : ByText(definitions[interface].name));
    shapes.ForEachObject([&](uint32_t node, uint32_t shape) {
      if (class_of_shape[shape] != kNone) classes_.of_node.Set(node, class_of_shape[shape]);
    });
  }

  // Objects whose constructors were defined in different places are of different classes.
  void SplitByLocation() {
    const HeapGraph::Columns& c = graph_.columns();
    boost::unordered_flat_map<uint64_t, uint32_t> known;
    for (size_t i = 0; i < c.located_nodes.size(); ++i) {
      const uint32_t node = c.located_nodes[i];
      if (NodeType{c.node_types[node]} != NodeType::kObject) continue;
      const uint32_t cls = classes_.of_node[node];
      const auto [at, is_new] = known.try_emplace(uint64_t{c.located_at[i]} << 32 | cls,
                                                  static_cast<uint32_t>(classes_.infos.size()));
      if (is_new)
        classes_.infos.push_back(
            {.name = classes_.infos[cls].name, .location = c.locations[c.located_at[i]]});
      classes_.of_node.Set(node, at->second);
    }
  }

  void SetPrototypesApart() {
    for (const uint32_t node : graph_.columns().prototypes)
      classes_.of_node.Set(node, ByText("(prototype)"));
  }

  Classes Take() { return std::move(classes_); }

 private:
  // kNone for types whose nodes are classed by their own names.
  uint32_t TypeClass(const std::string& type) {
    if (type == "object" || type == "native") return kNone;
    if (type == "hidden") return ByText("(system)");
    if (type == "code") return ByText("(compiled code)");
    if (type == "closure") return ByText("Function");
    if (type == "regexp") return ByText("RegExp");
    return ByText("(" + type + ")");
  }

  uint32_t ByName(uint32_t node) {
    const uint32_t name = graph_.columns().node_names[node];
    if (IsRenamedDetached(graph_, detachedness_, NodeId{node}))
      return ByText(
          WithoutAttributes(std::string(kDetachedPrefix) + graph_.strings().Get(StringId{name})));
    if (class_of_name_[name] == kNone)
      class_of_name_[name] = ByText(WithoutAttributes(graph_.strings().Get(StringId{name})));
    return class_of_name_[name];
  }

  uint32_t ByText(const std::string& text) {
    const auto [at, is_new] =
        class_of_text_.try_emplace(text, static_cast<uint32_t>(classes_.infos.size()));
    if (is_new) classes_.infos.push_back({.name = text, .location = {}});
    return at->second;
  }

  const HeapGraph& graph_;
  const Column<uint8_t>& detachedness_;
  Column<uint32_t> class_of_name_;  // by StringId
  boost::unordered_flat_map<std::string, uint32_t> class_of_text_;
  Classes classes_;
};

}  // namespace

bool IsRenamedDetached(const HeapGraph& graph, const Column<uint8_t>& detachedness, NodeId node) {
  constexpr uint8_t kDetachedState = 2;
  // In files without the field the names say it already.
  return !detachedness.empty() && !graph.columns().detachedness.empty() &&
         detachedness[Index(node)] == kDetachedState && graph.type(node) == NodeType::kNative;
}

Classes FindClasses(const HeapGraph& graph, const Shapes& shapes,
                    const std::vector<InterfaceDefinition>& definitions,
                    const std::vector<uint32_t>& interface_of_shape,
                    const Column<uint8_t>& detachedness) {
  Classifier classifier(graph, detachedness);
  classifier.ClassifyAll();
  classifier.ClassifyPlainObjects(shapes, definitions, interface_of_shape);
  classifier.SplitByLocation();
  classifier.SetPrototypesApart();
  return classifier.Take();
}

void SumClasses(const SizeColumn& shallow_sizes, const Column<int32_t>& distances,
                Classes& classes) {
  for (uint32_t node = 0; node < classes.of_node.size(); ++node) {
    if (shallow_sizes[node] == 0) continue;
    ClassInfo& info = classes.infos[classes.of_node[node]];
    if (!distances.empty())
      info.distance =
          info.instances == 0 ? distances[node] : std::min(info.distance, distances[node]);
    ++info.instances;
    info.self_size += shallow_sizes[node];
  }
}

}  // namespace nodeheap
