// Which objects have a property, and of what value: in a core as the object has it, in a snapshot
// as far as its references tell (small integers are none).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "nodeheap/session.h"
#include "session/process.h"
#include "v8/properties.h"

namespace nodeheap {

class PropertyFinder {
 public:
  // `session`: what the nodes are of. `process`: of a core, else nullptr.
  static Result<PropertyFinder> Create(const Session& session, const Process* process,
                                       std::string name, const Progress& progress);

  // True for objects with an own property of that name; "#name" for private ones.
  bool Has(NodeId node);
  // True if it also has that value, as print shows it: the text of a string, the digits of a
  // number, the class of an object.
  bool Equals(NodeId node, std::string_view value);

 private:
  PropertyFinder(const Session& session, const Process* process, std::string name)
      : session_(&session), process_(process), name_(std::move(name)) {}

  std::optional<EdgeId> EdgeOf(NodeId node) const;
  std::optional<v8::Property> InCore(NodeId node);
  bool IsNamed(v8::Tagged key) const;
  std::string ValueText(const v8::Property& property, uint64_t max_units) const;

  const Session* session_;
  const Process* process_;
  std::string name_;
  std::vector<uint32_t> edges_;  // of a snapshot: ascending
  // Of a core: whether the objects of a hidden class have it, where the class tells.
  std::unordered_map<v8::Address, bool> hidden_classes_;
};

// "key=value" in two. Error: there is no "=".
struct PropertyCondition {
  std::string name;
  std::string value;
};
Result<PropertyCondition> ParseCondition(std::string_view text);

}  // namespace nodeheap
