// Memory that is wasted, by what holds it: a property of a class, a variable, one collection.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <tuple>
#include <vector>

#include "suspects/heap_view.h"
#include "suspects/suspects.h"

namespace nodeheap::suspects {

class Waste {
 public:
  explicit Waste(const HeapView& heap) : heap_(heap) {}

  void Add(NodeId node, uint64_t bytes);
  // Of those that hold `least_count` nodes or more, and waste enough. One of the nodes is the
  // sample and the holder, too: where several collections have them, the nearest is on its path.
  std::vector<Suspect> Suspects(SuspectKind kind, uint64_t least_count) const;

 private:
  // A property of that name in objects of a class; a variable, with the node of its scope; without
  // a name, one object.
  using Key = std::tuple<uint32_t, std::optional<StringId>, NodeId>;
  struct Holder {
    Key key;
    NodeId node{};  // whose property it is, else the object
  };
  struct Held {
    NodeId sample{};
    bool sample_is_typical = false;  // its holder leads to it, and nothing else does
    uint64_t count = 0;
    uint64_t wasted = 0;
  };

  Key KeyOf(EdgeId named) const;
  Holder HolderOf(NodeId node) const;

  const HeapView& heap_;
  std::map<Key, Held> held_;
};

}  // namespace nodeheap::suspects
