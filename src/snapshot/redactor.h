// The strings of a heap snapshot as they are written without the program's own words.
//
// One string of the table may be both a name, of a property say, and the value of a string. The
// two are replaced differently: a value keeps its length, a name need not. Such a string gets a
// second place behind the table.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/bitmap.h"
#include "nodeheap/graph.h"
#include "nodeheap/redaction.h"

namespace nodeheap {

// What each string of a graph's table is used for.
class StringRoles {
 public:
  explicit StringRoles(const HeapGraph& graph);

  bool IsName(uint32_t string) const { return names_.Has(string); }
  bool IsValue(uint32_t string) const { return values_.Has(string); }
  // True if the node's name is its value: of strings, and of what is not shown by a name of V8's
  // such as "heap number".
  bool HasValue(NodeId node) const;

 private:
  const HeapGraph& graph_;
  Bitmap names_;
  Bitmap values_;
};

class Redactor {
 public:
  // `graph` must outlive this.
  Redactor(const HeapGraph& graph, const Redaction& redaction);

  // Indexes into the table that is written.
  uint32_t NodeName(NodeId node) const;
  uint32_t string_count() const;
  // Escaped for JSON. Names of references have the same index as before.
  std::string Escaped(uint32_t index) const;

 private:
  std::string Name(const std::string& text) const;
  std::string Value(std::string_view text) const;
  std::string Token(std::string_view text) const;

  const HeapGraph& graph_;
  const Redaction redaction_;
  const StringRoles roles_;
  std::vector<uint32_t> doubles_;  // strings that are both, ascending
};

}  // namespace nodeheap
