// DevTools' inferred interfaces: plain objects are classed by the properties they have.
#pragma once

#include <cstdint>
#include <vector>

#include "analysis/string_facts.h"
#include "nodeheap/analysis.h"
#include "nodeheap/index_column.h"

namespace nodeheap {

// The plain objects of a graph (of type object, named "Object"), grouped by their exact list of
// property names. There are far fewer shapes than objects.
class Shapes {
 public:
  Shapes(const HeapGraph& graph, const StringFacts& facts);

  struct Shape {
    uint32_t example;  // NodeId
    uint32_t instances;
  };
  // In the order in which the graph has them first.
  const std::vector<Shape>& shapes() const { return shapes_; }
  // Calls visit(node, shape) for each plain object.
  template <typename Visit>
  void ForEachObject(const Visit& visit) const {
    size_t i = 0;
    for (uint32_t node = 0; i < shape_of_.size(); ++node)
      if (IsPlain(node)) visit(node, shape_of_[i++]);
  }
  size_t object_count() const { return shape_of_.size(); }
  // The property names (StringId) of a shape, in order, "__proto__" included.
  std::vector<uint32_t> Properties(const Shape& shape) const;

 private:
  bool IsPlain(uint32_t node) const {
    const HeapGraph::Columns& c = graph_.columns();
    return NodeType{c.node_types[node]} == NodeType::kObject &&
           facts_.kind(c.node_names[node]) == StringKind::kObject;
  }

  const HeapGraph& graph_;
  const StringFacts& facts_;
  std::vector<Shape> shapes_;
  IndexColumn shape_of_;  // index into shapes_, an entry for each plain object
};

// The popular ones among the shapes. (DevTools: inferInterfaceDefinitions.)
std::vector<InterfaceDefinition> InferInterfaces(const HeapGraph& graph, const StringFacts& facts,
                                                 const Shapes& shapes);

// For each shape the index of the definition that fits best: the one with the most properties, all
// of which the shape has; of equals the earliest. kNoInterface if none fits.
// (DevTools: applyInterfaceDefinitions.)
inline constexpr uint32_t kNoInterface = ~uint32_t{0};
std::vector<uint32_t> MatchInterfaces(const HeapGraph& graph, const Shapes& shapes,
                                      const std::vector<InterfaceDefinition>& definitions);

}  // namespace nodeheap
