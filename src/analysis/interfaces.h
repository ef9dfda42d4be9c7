// DevTools' inferred interfaces: plain objects are classed by the properties they have.
#pragma once

#include <cstdint>
#include <vector>

#include "analysis/string_facts.h"
#include "nodeheap/analysis.h"

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
  // calls visit(node, shape) for each plain object.
  template <typename Visit>
  void ForEachObject(const Visit& visit) const {
    for (size_t i = 0; i < objects_.size(); ++i) visit(objects_[i], shape_of_[i]);
  }
  size_t object_count() const { return objects_.size(); }
  // The property names (StringId) of a shape, in order, "__proto__" included.
  std::vector<uint32_t> Properties(const Shape& shape) const;

 private:
  const HeapGraph& graph_;
  std::vector<Shape> shapes_;
  std::vector<uint32_t> objects_;   // NodeId
  std::vector<uint32_t> shape_of_;  // index into shapes_, by position in objects_
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
