// Which functions can still read the variables of a context: those that see it directly or through
// an inner context, and whose source text has the name. A function has the text of all that it may
// yet create.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "suspects/heap_view.h"
#include "suspects/suspects.h"

namespace nodeheap::suspects {

class Readers {
 public:
  // Tells of variables with one of these names only. REQUIRES: facts.source_of.
  Readers(const HeapView& heap, const SuspectFacts& facts, std::span<const std::string> names);

  // False only if no function that lives can read the variable. `name` is one of the names.
  bool CanRead(NodeId context, const std::string& name);

 private:
  struct Uses {
    bool all = false;  // its text is unknown, too long, or has an eval, which may use what it likes
    std::unordered_set<std::string> names;
  };

  // Calls visit(function) for those that see `context`, until one returns true. True if one did, or
  // if something else refers to a context, as a running function or an arguments object does.
  template <typename Visit>
  bool AnyReader(NodeId context, const Visit& visit);
  // The same without inner contexts: those are added to `inner`.
  template <typename Visit>
  bool AnyReaderRightIn(NodeId context, const Visit& visit, std::vector<NodeId>& inner);
  bool IsContext(NodeId node) const { return heap_.NamedLike(node, "system / Context"); }
  std::optional<NodeId> FunctionIn(NodeId node, NodeId context) const;
  const Uses& UsesOf(NodeId function);

  const HeapView& heap_;
  const SuspectFacts& facts_;
  std::unordered_set<std::string> names_;
  std::unordered_map<uint32_t, Uses> uses_;  // by SharedFunctionInfo
  uint64_t references_left_;
  uint64_t text_left_;
};

}  // namespace nodeheap::suspects
