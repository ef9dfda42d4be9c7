// Where functions and classes stand in their scripts, as far as a dump knows.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "nodeheap/analysis.h"
#include "nodeheap/graph.h"
#include "suspects/suspects.h"

namespace nodeheap::suspects {

// "/app/server.js:12:3" as "server.js:12".
std::string ShortPlace(std::string_view place);

class Places {
 public:
  Places(const HeapGraph& graph, const Analysis& analysis, const SuspectFacts& facts)
      : graph_(graph), analysis_(analysis), facts_(facts) {}

  // "/app/server.js:12:3": of a function, where it is defined; of an object, its class; of a
  // context, one of the functions that see its variables. Empty if that is not known.
  std::string Whole(NodeId node) const;
  // The same as "server.js:12".
  std::string Of(NodeId node) const;

  // Whose variables a context has, if the process tells; its place as Of() has it.
  Scope ScopeOf(NodeId context) const;

 private:
  std::optional<NodeId> FunctionFor(NodeId node) const;
  std::optional<NodeId> FunctionIn(NodeId context) const;

  const HeapGraph& graph_;
  const Analysis& analysis_;
  const SuspectFacts& facts_;
};

}  // namespace nodeheap::suspects
