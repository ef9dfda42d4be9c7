// Where functions and classes stand in their scripts, as far as a dump knows.
#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>

#include "nodeheap/analysis.h"
#include "nodeheap/graph.h"

namespace nodeheap::suspects {

class Places {
 public:
  Places(const HeapGraph& graph, const Analysis& analysis);

  // "server.js:12": of a function, where it is defined; of an object, its class; of a context, one
  // of the functions that see its variables. Empty if that is not known.
  std::string Of(NodeId node) const;

 private:
  // A function that was made in this context; the context itself if there is none.
  NodeId FunctionIn(NodeId context) const;

  const HeapGraph& graph_;
  const Analysis& analysis_;
  std::unordered_map<uint32_t, NodeId> scripts_;  // by V8's number
};

}  // namespace nodeheap::suspects
